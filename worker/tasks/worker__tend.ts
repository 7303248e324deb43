/**
 * Every minute: jobs of dead workers are freed, orders whose notice was missed are fetched, a provisioning whose job was lost is failed, it is noted
 * when each tenant's people last asked for something, and an alert is raised when events of the trail aren't sealed. Safe to run twice. Payload: what
 * cron adds.
 */
import type { Task } from 'graphile-worker';

export const workerTend: Task = async (_payload, helpers) => {
  await helpers.query('select jobs.free_jobs_of_dead_workers()');
  await helpers.query('select jobs.fetch_orders()');
  await helpers.query(
    `select platform_private.fail_stale_provisioning(
       (select coalesce(array_agg(key), '{}') from graphile_worker.jobs where key is not null and attempts < max_attempts))`,
  );
  await helpers.query('select platform_private.note_activity()');
  await helpers.query('select audit.watch_buffer()');
};
