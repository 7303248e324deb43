/**
 * Every night: whom the tenants' rules name is told of agreements that end soon, tenant by tenant. Safe to run twice: what was told is not
 * told again. Payload: what cron adds.
 */
import type { Task } from 'graphile-worker';
import { throughFleet } from '../fleet.ts';

export const agreementsRemind: Task = async (_payload, helpers) => {
  let reminded = 0;
  await throughFleet(helpers, {
    list: 'active',
    what: 'notice of agreements that end',
    work: async (tenantId) => {
      const { rows } = await helpers.query<{ count: number }>('select platform_private.remind_agreements($1) as count', [tenantId]);
      reminded += rows[0]?.count ?? 0;
    },
  });
  helpers.logger.info(`people were told of ${reminded} agreements that end soon`);
};
