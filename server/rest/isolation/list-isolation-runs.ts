import { z } from 'zod';
import { OPERATOR_TITLES } from '../../identity/operator-roles.ts';
import { operatorRoute } from '../route.ts';
import { readTenant } from '../tenants/tenant-answer.ts';
import { tenantPath } from '../tenants/tenant.ts';
import { RUN_COLUMNS, isolationRun, isolationRunJson } from './isolation-run.ts';
import type { IsolationRunRow } from './isolation-run.ts';

const LARGEST_PAGE = 200;

const RUNS = `select ${RUN_COLUMNS} from platform.isolation_runs r where r.tenant_id = $1::text order by r.started_at desc limit $2`;

/** GET /tenants/{id}/isolation-runs */
export const listIsolationRuns = operatorRoute({
  method: 'get',
  path: '/tenants/{id}/isolation-runs',
  name: 'listIsolationRuns',
  tag: 'Isolation',
  summary: 'The proofs of a tenant’s isolation',
  description: 'The newest first: the last one that passed, and those that failed.',
  roles: OPERATOR_TITLES,
  params: tenantPath,
  query: z.strictObject({ first: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(20) }),
  body: null,
  responses: {
    200: { description: 'The proofs', schema: z.object({ items: z.array(isolationRun) }).meta({ id: 'IsolationRuns' }) },
  },
  problems: ['NOT_FOUND'],
  handler: async ({ params, query, operator }, { operate }) =>
    await operate(operator, 'read', async (client) => {
      const [, { rows }] = await Promise.all([
        readTenant(client, params.id),
        client.query<IsolationRunRow>({ text: RUNS, values: [params.id, query.first] }),
      ]);
      return { status: 200, body: { items: rows.map(isolationRunJson) } };
    }),
});
