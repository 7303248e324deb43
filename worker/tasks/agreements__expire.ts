/**
 * Every night, and on demand: agreements whose last day has passed expire, tenant by tenant, each in a transaction of its own. A tenant
 * in which that fails hurts no other; the job then fails at its end and runs again, finding only what is left. Payload
 * `{ tenantId? }`, or what cron adds: without a tenant all active ones.
 */
import type { Task } from 'graphile-worker';
import { z } from 'zod';

const payloadShape = z.object({ tenantId: z.string().optional() });

/** Tenants read at once; of 10,000 tenants that is 100 short queries. */
const BATCH = 100;

/** The tenant is gone or closed: its agreements rest. */
const stale = new Set<unknown>(['TN003', 'TN010']);

export const agreementsExpire: Task = async (payload, helpers) => {
  const { tenantId } = payloadShape.parse(payload);
  const failed: string[] = [];
  let expired = 0;

  const expire = async (id: string): Promise<void> => {
    try {
      const { rows } = await helpers.query<{ count: number }>('select platform_private.expire_agreements($1) as count', [id]);
      expired += rows[0]?.count ?? 0;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (stale.has(code)) return;
      failed.push(id);
      helpers.logger.error(`agreements of ${id} could not expire (${String(code)})`);
    }
  };

  if (tenantId !== undefined) {
    await expire(tenantId);
  } else {
    let after = '';
    for (;;) {
      const { rows } = await helpers.query<{ id: string }>('select id from platform_private.active_tenants($1, $2) as id', [after, BATCH]);
      for (const { id } of rows) await expire(id);
      const last = rows.at(-1);
      if (last === undefined || rows.length < BATCH) break;
      after = last.id;
    }
  }
  helpers.logger.info(`${expired} agreements expired`);
  if (failed.length > 0) throw new Error(`agreements of ${failed.length} tenants could not expire`);
};
