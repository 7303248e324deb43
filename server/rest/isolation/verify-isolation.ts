import { z } from 'zod';
import { problem } from '../../http/problems.ts';
import { operatorRoute } from '../route.ts';
import { tenantLocation, tenantPath } from '../tenants/tenant.ts';
import { RUN_COLUMNS, isolationRun, isolationRunJson } from './isolation-run.ts';
import type { IsolationRunRow } from './isolation-run.ts';

/** A proof takes a fraction of a second once a worker comes to it; a caller that waits is answered 202 after this, in milliseconds. */
const LONGEST_WAIT_MS = 20_000;

const VERIFY = 'select v.run_id from platform.verify_isolation($1::text) v';
const RUN = `select ${RUN_COLUMNS} from platform.isolation_runs r where r.id = $1::uuid`;

/** POST /tenants/{id}/isolation-runs */
export const verifyIsolation = operatorRoute({
  method: 'post',
  path: '/tenants/{id}/isolation-runs',
  name: 'verifyIsolation',
  tag: 'Isolation',
  summary: 'Prove a tenant’s isolation',
  description:
    'The posture is looked at in this call; the attempts are the worker’s, over the tenant’s own lane. With `wait=true` the answer comes ' +
    'once they are over: 201, or 202 if that takes unusually long.',
  roles: ['admin', 'operator', 'security'],
  params: tenantPath,
  query: z.strictObject({ wait: z.stringbool().default(false) }),
  body: z.strictObject({}),
  responses: {
    201: { description: 'The proof is over', schema: isolationRun },
    202: {
      description: 'The posture is known, the attempts are under way',
      schema: isolationRun,
      headers: [{ name: 'Location', description: 'The tenant’s proofs.' }],
    },
  },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  handler: async ({ params, query, operator, signal }, { operate, waitForRun }) => {
    const runId = await operate(operator, 'write', async (client) => {
      const { rows } = await client.query<{ run_id: string }>({ text: VERIFY, values: [params.id] });
      return rows[0]?.run_id ?? '';
    });
    const read = async (): Promise<IsolationRunRow> => {
      const { rows } = await operate(operator, 'read', (client) => client.query<IsolationRunRow>({ text: RUN, values: [runId] }));
      if (rows[0] === undefined) throw problem('INVALID_TRANSITION', 'The tenant was closed before its isolation could be attempted.');
      return rows[0];
    };
    const patience = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]);
    const ended = query.wait ? await waitForRun(params.id, read, patience) : null;
    return ended === null
      ? { status: 202, body: isolationRunJson(await read()), headers: { Location: `${tenantLocation(params.id)}/isolation-runs` } }
      : { status: 201, body: isolationRunJson(ended) };
  },
});

