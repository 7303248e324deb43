/**
 * Every minute: proofs of isolation are ordered for the tenants that were proven longest ago, few enough to go unnoticed and often enough
 * that all have their turn within a day. Safe to run twice. Payload: what cron adds.
 */
import type { Task } from 'graphile-worker';

export const isolationSweep: Task = async (_payload, helpers) => {
  await helpers.query('select platform_private.order_isolation_runs()');
};
