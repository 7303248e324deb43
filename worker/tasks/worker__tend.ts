/**
 * Every minute: jobs of dead workers are freed, orders whose notice was missed are fetched, a provisioning whose job was lost is failed, it is noted
 * when each tenant's people last asked for something, sessions of lanes that are locked down are ended, whoever opened them, and an alert is raised when
 * events of the trail aren't sealed or no checkpoint names them. Safe to run twice. Payload: what cron adds.
 */
import type { Task } from 'graphile-worker';
import { counted } from '../../config/counted.ts';
import { laneRole, loginConfig } from '../../database/logins.ts';
import type { DatabaseEndpoint } from '../../database/logins.ts';
import { terminateLogin } from '../../database/terminate.ts';

/** What lanes are logged in to with. */
export interface LaneLogins {
  readonly endpoint: DatabaseEndpoint;
  readonly prefix: string;
  readonly masterKey: Buffer;
}

/** @returns the task `worker__tend` */
export const workerTend = ({ endpoint, prefix, masterKey }: LaneLogins): Task => async (_payload, helpers) => {
  await helpers.query('select jobs.free_jobs_of_dead_workers()');
  await helpers.query('select jobs.fetch_orders()');
  await helpers.query(
    `select platform_private.fail_stale_provisioning(
       (select coalesce(array_agg(key), '{}') from graphile_worker.jobs where key is not null and attempts < max_attempts))`,
  );
  await helpers.query('select platform_private.note_activity()');
  const lockedLanes = async () => (await helpers.query<{ lanes: number[] }>('select platform_private.lanes_locked_down() as lanes')).rows[0]?.lanes ?? [];
  for (const lane of await lockedLanes()) {
    const { ended, left } = await terminateLogin(loginConfig(endpoint, laneRole(prefix, lane), masterKey), async () => (await lockedLanes()).includes(lane));
    if (ended > 0) helpers.logger.warn(`lane ${lane} is locked down: ended ${counted(ended, 'session')} of its login, ${left.length} of them are still there`);
    await helpers.query('select platform_private.note_lane_sessions($1, $2)', [lane, left]);
  }
  await helpers.query('select audit.watch_buffer()');
  await helpers.query('select audit.watch_checkpoints()');
};
