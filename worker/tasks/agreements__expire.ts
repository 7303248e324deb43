/**
 * Every night, and on demand: agreements whose last day has passed expire, tenant by tenant. Safe to run twice: it finds only what is
 * left. Payload `{ tenantId? }`, or what cron adds: without a tenant all active ones.
 */
import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { throughFleet } from '../fleet.ts';

const payloadShape = z.object({ tenantId: z.string().optional() });

export const agreementsExpire: Task = async (payload, helpers) => {
  const { tenantId: only } = payloadShape.parse(payload);
  let expired = 0;
  await throughFleet(helpers, {
    list: 'active',
    only,
    what: 'expiry of the agreements',
    work: async (tenantId) => {
      const { rows } = await helpers.query<{ count: number }>('select platform_private.expire_agreements($1) as count', [tenantId]);
      expired += rows[0]?.count ?? 0;
    },
  });
  helpers.logger.info(`${expired} agreements expired`);
};
