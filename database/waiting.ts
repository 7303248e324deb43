import { UnavailableError } from './failures.ts';

/** Requests that found every place taken. Tenants take turns, however many requests each has waiting. */
export interface WaitingRoom<Place> {
  /**
   * Waits for a place.
   * @throws UnavailableError at once when too many of this tenant wait already, later when none came free in time
   */
  wait(tenant: string): Promise<Place>;
  /** Lets in as many as `take` finds places for, one tenant after the other, while there `isFree` any at all. */
  admit(take: (tenant: string) => Place | null, isFree: () => boolean): void;
  refuseAll(error: UnavailableError): void;
  size(): number;
}

interface Waiter<Place> {
  readonly admit: (place: Place) => void;
  readonly refuse: (error: UnavailableError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Makes an empty room. `timeoutMs` is how long one request may wait, `perTenant` how many of one tenant may. */
export function waitingRoom<Place>(perTenant: number, timeoutMs: number): WaitingRoom<Place> {
  // A map keeps its keys in order: the first is whose turn it is, and who was served goes to the end.
  const queues = new Map<string, Set<Waiter<Place>>>();
  let size = 0;

  return {
    wait(tenant) {
      const queue = queues.get(tenant) ?? new Set();
      if (queue.size >= perTenant) {
        return Promise.reject(new UnavailableError('too many requests of this tenant are waiting', 1));
      }
      queues.set(tenant, queue);
      const { promise, resolve, reject } = Promise.withResolvers<Place>();
      const timer = setTimeout(() => {
        remove(tenant, queue, waiter);
        reject(new UnavailableError('no connection came free in time', 1));
      }, timeoutMs);
      const waiter: Waiter<Place> = { admit: resolve, refuse: reject, timer };
      queue.add(waiter);
      size += 1;
      return promise;
    },

    admit(take, isFree) {
      for (let served = true; served && isFree(); ) {
        served = false;
        for (const [tenant, queue] of queues) {
          const [waiter] = queue;
          const place = waiter === undefined ? null : take(tenant);
          if (waiter === undefined || place === null) continue;
          remove(tenant, queue, waiter);
          if (queue.size > 0) {
            queues.delete(tenant);
            queues.set(tenant, queue);
          }
          waiter.admit(place);
          served = true;
          break;
        }
      }
    },

    refuseAll(error) {
      const waiters = [...queues.values()].flatMap((queue) => [...queue]);
      queues.clear();
      size = 0;
      for (const { refuse, timer } of waiters) {
        clearTimeout(timer);
        refuse(error);
      }
    },

    size: () => size,
  };

  function remove(tenant: string, queue: Set<Waiter<Place>>, waiter: Waiter<Place>): void {
    clearTimeout(waiter.timer);
    queue.delete(waiter);
    size -= 1;
    if (queue.size === 0 && queues.get(tenant) === queue) queues.delete(tenant);
  }
}
