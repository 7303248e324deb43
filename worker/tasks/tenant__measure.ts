/**
 * Every hour: the bytes of each tenant's tables and indexes, onto its row. One tenant after the other on one connection. Safe to run twice. Payload: what cron adds.
 */
import type { Task } from 'graphile-worker';
import { throughFleet } from '../fleet.ts';

export const tenantMeasure: Task = async (_payload, helpers) => {
  await throughFleet(helpers, {
    list: 'built',
    what: 'measuring the schema',
    async work(tenantId) {
      await helpers.query('select platform_private.store_size($1)', [tenantId]);
    },
  });
};
