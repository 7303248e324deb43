/**
 * Every minute: jobs of dead workers are freed, and a provisioning whose job was lost is failed. Safe to run twice.
 * Payload: what cron adds.
 */
import type { Task } from 'graphile-worker';

export const workerTend: Task = async (_payload, helpers) => {
  await helpers.query('select jobs.free_jobs_of_dead_workers()');
  await helpers.query('select platform_private.fail_stale_provisioning()');
};
