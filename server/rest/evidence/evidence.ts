import { z } from 'zod';
import { problem } from '../../http/problems.ts';
import { operatorRoute, tenantRoute } from '../route.ts';
import type { Answer } from '../route.ts';
import type { RunWaiter } from '../run-waiter.ts';
import { tenantPath } from '../tenants/tenant.ts';
import { evidencePage } from './evidence-page.ts';
import type { EvidenceContent } from './evidence-page.ts';
import { prefersPage } from './prefers-page.ts';
import { KEYS_PATH, contentOf, evidenceAnswer } from './statement.ts';

/** The worker signs within a second; a year of a busy tenant's events takes some. Who waits longer asks again, in milliseconds. */
const LONGEST_WAIT_MS = 20_000;
const ASK_AGAIN_SECONDS = 5;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** How far this machine's clock may be ahead of the database's, which refuses a period that is not over by its own. */
const CLOCKS_APART_MS = 5_000;
/** The period without `from`. */
const USUAL_DAYS = 90;

const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

const ORDER = 'select b.status, b.statement from platform.request_evidence($1::text, $2::timestamptz, $3::timestamptz) b';
const ORDER_OWN = 'select b.status, b.statement from request_evidence($1::timestamptz, $2::timestamptz) b';

interface BundleRow {
  readonly status: string;
  readonly statement: string | null;
}

const shared = {
  method: 'get',
  tag: 'Evidence',
  description:
    'Attestations, access by counts, changes of rights and schema, visits of operators, keys, lock-downs, incidents, the state of the audit trail and of compliance. ' +
    'At most 366 days. No row’s value; people by their ids. The worker signs it while the call waits; 503 with `Retry-After` if that takes unusually long.',
  params: tenantPath,
  query: z.strictObject({
    from: moment.optional().meta({ description: `First day or moment, UTC; ${USUAL_DAYS} days before \`to\` when left out.` }),
    to: moment.optional().meta({ description: 'First day or moment after the period, UTC: now at the latest. The last full minute when left out.' }),
  }),
  body: null,
  headers: [{ name: 'Accept', description: '`application/json`, or `text/html` for a page to read and to print.' }],
  responses: { 200: { description: 'The signed bundle', schema: evidenceAnswer, page: true } },
} as const;

/** GET /tenants/{id}/evidence */
export const getEvidence = operatorRoute({
  ...shared,
  path: '/tenants/{id}/evidence',
  name: 'getEvidence',
  summary: 'The signed evidence of a period',
  roles: ['admin', 'operator', 'security'],
  problems: ['NOT_FOUND'],
  handler: async ({ params, query, operator, header, signal }, { operate, waitForRun }) => {
    const period = periodOf(query);
    const ask = async () => {
      const { rows } = await operate(operator, 'write', (client) => client.query<BundleRow>({ text: ORDER, values: [params.id, ...period] }));
      return rows[0] ?? null;
    };
    return await answer(params.id, ask, waitForRun, signal, header);
  },
});

/** GET /tenants/{id}/auth/evidence */
export const getOwnEvidence = tenantRoute({
  ...shared,
  path: '/tenants/{id}/auth/evidence',
  name: 'getOwnEvidence',
  summary: 'The signed evidence of a period of one’s own tenant',
  problems: [],
  handler: async ({ params, query, user, header, signal }, { inTenant, waitForRun }) => {
    if (user.tenant.id !== params.id) throw problem('TENANT_FORBIDDEN', 'This token belongs elsewhere than the path says.');
    const period = periodOf(query);
    const ask = async () => {
      const { rows } = await inTenant(user, 'write', (client) => client.query<BundleRow>({ text: ORDER_OWN, values: period }));
      return rows[0] ?? null;
    };
    return await answer(params.id, ask, waitForRun, signal, header);
  },
});

/**
 * Both ends as the database takes them. Without `to` the last full minute: who asks again asks for the same, and nothing is signed of a time that is
 * still to come.
 */
function periodOf({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): [from: string, to: string] {
  const end = to === undefined ? new Date(Math.floor((Date.now() - CLOCKS_APART_MS) / MINUTE_MS) * MINUTE_MS) : new Date(to);
  const begin = from === undefined ? new Date(end.getTime() - USUAL_DAYS * DAY_MS) : new Date(from);
  return [begin.toISOString(), end.toISOString()];
}

async function answer(
  tenantId: string,
  ask: () => Promise<BundleRow | null>,
  waitForRun: RunWaiter,
  signal: AbortSignal,
  header: (name: string) => string | undefined,
): Promise<Answer> {
  const bundle = await waitForRun(tenantId, ask, AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]));
  if (bundle === null || bundle.statement === null) {
    throw problem('UNAVAILABLE', 'The evidence is ordered and not signed yet. Ask again for the same period.', { retryAfter: ASK_AGAIN_SECONDS });
  }
  const { statement } = bundle;
  const evidence = contentOf(statement) as EvidenceContent;
  return {
    status: 200,
    headers: { Vary: 'Accept' },
    body: { statement, keys: KEYS_PATH, evidence },
    ...(prefersPage(header('accept')) && { page: { title: `Evidence of ${tenantId}`, body: evidencePage(evidence, statement) } }),
  };
}
