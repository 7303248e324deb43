import type { Listener } from '../../database/listener.ts';

/** Who wants to know how the provisioning of which tenant goes. */
export interface ProvisioningProgress {
  /**
   * The id of the tenant, once at the start and again each time something may have changed, until the iteration is
   * ended. Hints that arrive while the last one is still being dealt with become one.
   */
  follow(tenantId: string): AsyncGenerator<string, void, undefined>;
}

/** Watches the channel of provisioning runs. Hints about tenants that nobody follows are ignored. */
export function createProvisioningProgress(listener: Listener): ProvisioningProgress {
  const followers = new Map<string, Set<() => void>>();
  listener.listen('tenantry_run', (tenantId) => {
    for (const wake of followers.get(tenantId) ?? []) wake();
  });
  listener.onGap(() => {
    for (const wakers of followers.values()) for (const wake of wakers) wake();
  });

  return {
    follow(tenantId) {
      let due = true;
      let ended = false;
      let sleeper: (() => void) | null = null;
      const wakers = followers.get(tenantId) ?? new Set();
      followers.set(tenantId, wakers);
      const wake = () => {
        due = true;
        sleeper?.();
      };
      wakers.add(wake);

      const isQuiet = () => !due && !ended;

      async function next(): Promise<IteratorResult<string, void>> {
        while (isQuiet()) {
          await new Promise<void>((resolve) => {
            sleeper = resolve;
          });
        }
        sleeper = null;
        due = false;
        return ended ? { done: true, value: undefined } : { done: false, value: tenantId };
      }

      async function end(): Promise<IteratorResult<string, void>> {
        ended = true;
        wakers.delete(wake);
        if (wakers.size === 0 && followers.get(tenantId) === wakers) followers.delete(tenantId);
        sleeper?.();
        return { done: true, value: undefined };
      }

      return {
        next,
        return: end,
        throw: async (error: unknown) => {
          await end();
          throw error;
        },
        [Symbol.asyncIterator]() {
          return this;
        },
        async [Symbol.asyncDispose]() {
          await end();
        },
      };
    },
  };
}
