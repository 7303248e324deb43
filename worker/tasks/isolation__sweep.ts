/**
 * Every minute: proofs of isolation are ordered for the tenants that were proven longest ago, few enough to go unnoticed and often enough
 * that all have their turn within a day; and proofs that nobody has attested are. Safe to run twice. Payload: what cron adds.
 */
import type { Task } from 'graphile-worker';
import type { KeySealer } from '../../server/identity/sealer.ts';
import { attest } from '../evidence.ts';

/** Signatures in one minute, at most: some seconds of work. */
const MOST = 500;

/** @returns the task `isolation__sweep` */
export function isolationSweep(sealer: KeySealer): Task {
  return async (_payload, helpers) => {
    await helpers.query('select platform_private.order_isolation_runs()');
    const { rows } = await helpers.query<{ id: string }>('select platform_private.unattested_runs($1) as id', [MOST]);
    for (const { id } of rows) await attest(helpers, sealer, id);
  };
}
