import type { Listener } from '../../database/listener.ts';

/** How the newest provisioning run of a tenant stands. */
export interface Run {
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly failedStep: string | null;
  readonly sqlstate: string | null;
}

/**
 * Waits until a tenant's provisioning, or a proof of its isolation, is over. `read` looks the run up with the caller's own rights.
 * @returns the run as it ended, or null once the signal ended the wait
 */
export type RunWaiter = <R extends { readonly status: string }>(
  tenantId: string,
  read: () => Promise<R | null>,
  signal: AbortSignal,
) => Promise<R | null>;

/** A notification is a hint and may be lost with its connection, so the row is read this often without one, in ms. */
const READ_ANYWAY_MS = 2_000;

/** Makes a waiter over the shared listener: one subscription, however many wait. */
export function createRunWaiter(listener: Pick<Listener, 'listen'>): RunWaiter {
  const waiting = new Map<string, Set<() => void>>();
  listener.listen('tenantry_run', (tenantId) => {
    for (const wake of waiting.get(tenantId) ?? []) wake();
  });

  return async (tenantId, read, signal) => {
    const wakers = waiting.get(tenantId) ?? new Set<() => void>();
    waiting.set(tenantId, wakers);
    let noticed = Promise.withResolvers<void>();
    const wake = () => {
      noticed.resolve();
    };
    wakers.add(wake);
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        // Renewed before the row is read: what happens from here on is noticed.
        noticed = Promise.withResolvers<void>();
        const run = await read();
        if (run !== null && run.status !== 'queued' && run.status !== 'running') return run;
        if (signal.aborted) break;
        const timer = setTimeout(wake, READ_ANYWAY_MS);
        await noticed.promise;
        clearTimeout(timer);
      }
      return null;
    } finally {
      signal.removeEventListener('abort', wake);
      wakers.delete(wake);
      if (wakers.size === 0) waiting.delete(tenantId);
    }
  };
}
