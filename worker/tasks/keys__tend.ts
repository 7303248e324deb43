/**
 * Every ten minutes: signing keys that have signed for long enough are rotated, those whose tokens have all expired are removed, and
 * missing ones are ordered. Safe to run twice. Payload: what cron adds.
 */
import type { Task } from 'graphile-worker';

/** @returns the task `keys__tend` */
export function keysTend(rotationDays: number): Task {
  return async (_payload, helpers) => {
    await helpers.query('select platform_private.tend_keys(make_interval(days => $1))', [rotationDays]);
  };
}
