import { z } from 'zod';
import { problem } from '../../http/problems.ts';
import { OPERATOR_TITLES } from '../../identity/operator-roles.ts';
import { operatorRoute, tenantRoute } from '../route.ts';
import type { Answer } from '../route.ts';
import { readTenant } from '../tenants/tenant-answer.ts';
import { tenantPath } from '../tenants/tenant.ts';
import { attestationPage } from './attestation-page.ts';
import type { AttestationContent } from './attestation-page.ts';
import { prefersPage } from './prefers-page.ts';
import { KEYS_PATH, attestationAnswer, contentOf } from './statement.ts';

const LATEST = 'select a.statement from platform.attestations a where a.tenant_id = $1::text order by a.at desc limit 1';
const OWN = 'select a.statement from attestations(size => 1) a';

const shared = {
  method: 'get',
  tag: 'Evidence',
  params: tenantPath,
  query: z.strictObject({}),
  body: null,
  headers: [{ name: 'Accept', description: '`application/json`, or `text/html` for a page to read and to print.' }],
  responses: { 200: { description: 'The signed attestation', schema: attestationAnswer, page: true } },
  problems: ['NOT_FOUND'],
} as const;

/** GET /tenants/{id}/attestation */
export const getAttestation = operatorRoute({
  ...shared,
  path: '/tenants/{id}/attestation',
  name: 'getAttestation',
  summary: 'The latest signed attestation of a tenant’s isolation',
  description: 'Of the newest proof that is over, passed or failed. Verify it with `npm run verify -- --attestation`.',
  roles: OPERATOR_TITLES,
  handler: async ({ params, operator, header }, { operate }) => {
    const [, { rows }] = await operate(operator, 'read', async (client) =>
      await Promise.all([readTenant(client, params.id), client.query<{ statement: string }>({ text: LATEST, values: [params.id] })]));
    return answer(rows, header);
  },
});

/** GET /tenants/{id}/auth/attestation */
export const getOwnAttestation = tenantRoute({
  ...shared,
  path: '/tenants/{id}/auth/attestation',
  name: 'getOwnAttestation',
  summary: 'The latest signed attestation of one’s own tenant’s isolation',
  description: 'For people of the tenant who hold `evidence.read`: administrators and auditors.',
  handler: async ({ params, user, header }, { inTenant }) => {
    if (user.tenant.id !== params.id) throw problem('TENANT_FORBIDDEN', 'This token belongs elsewhere than the path says.');
    const { rows } = await inTenant(user, 'read', (client) => client.query<{ statement: string }>({ text: OWN }));
    return answer(rows, header);
  },
});

function answer(rows: readonly { readonly statement: string }[], header: (name: string) => string | undefined): Answer {
  const [row] = rows;
  if (row === undefined) throw problem('NOT_FOUND', 'There is no attestation yet: the worker signs one after each proof of isolation.');
  const { statement } = row;
  const attestation = contentOf(statement) as AttestationContent;
  return {
    status: 200,
    headers: { Vary: 'Accept' },
    body: { statement, keys: KEYS_PATH, attestation },
    ...(prefersPage(header('accept')) && { page: { title: `Attestation of ${attestation.tenant}`, body: attestationPage(attestation, statement) } }),
  };
}
