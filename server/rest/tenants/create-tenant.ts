import { z } from 'zod';
import { problem } from '../../http/problems.ts';
import { operatorRoute } from '../route.ts';
import type { Run } from '../run-waiter.ts';
import { newSettings, securitySettings } from '../settings/sections.ts';
import { once } from './idempotency.ts';
import { readRun } from './run.ts';
import { onlyRow, readTenant, tenantAnswer, tenantAnswerDescription } from './tenant-answer.ts';
import {
  TENANT_COLUMNS,
  tenantDescription,
  tenantDomain,
  tenantId,
  tenantLocation,
  tenantName,
  tenantTemplate,
  tenantTier,
} from './tenant.ts';
import type { TenantRow } from './tenant.ts';

/** Provisioning takes well under a second; a caller that waits is answered 202 after this, in milliseconds. */
const LONGEST_WAIT_MS = 20_000;

const CREATE_TENANT = `select ${TENANT_COLUMNS}
  from platform.create_tenant($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::jsonb, $8::boolean, $9::text, $10::text) t`;

const body = z
  .strictObject({
    id: tenantId,
    name: tenantName,
    description: tenantDescription.optional(),
    domain: tenantDomain.optional(),
    tier: tenantTier.default('standard'),
    template: tenantTemplate.default('standard'),
    settings: newSettings.default({}),
    security: securitySettings.optional().meta({ description: 'The section `security` of the settings.' }),
    activate: z.boolean().default(true).meta({ description: 'false: stop at `ready`, closed to everybody but operators.' }),
    admin: z
      .strictObject({ email: z.email().max(320), name: z.string().trim().min(1).max(120) })
      .meta({ description: 'The first administrator, who is invited.' }),
  })
  .refine(({ settings, security }) => security === undefined || settings.security === undefined, {
    path: ['security'],
    message: 'Give it here or within settings, not both.',
  })
  .meta({ id: 'NewTenant' });

/** POST /tenants */
export const createTenant = operatorRoute({
  method: 'post',
  path: '/tenants',
  name: 'createTenant',
  tag: 'Tenants',
  summary: 'Create a tenant',
  description:
    'Registers the tenant and orders its provisioning. With `wait=true` the answer comes once it is complete: 201, or ' +
    '409 `CONFLICT` with `failedStep` and `reason` if provisioning failed (the tenant is then `failed` and ' +
    '`POST /tenants/{id}/schema` tries again), or 202 if it takes unusually long.',
  roles: ['admin', 'operator'],
  params: z.strictObject({}),
  query: z.strictObject({ wait: z.stringbool().default(false) }),
  body,
  headers: [{ name: 'Idempotency-Key', description: 'A repetition with the same key and body gets the first one’s answer.' }],
  responses: {
    201: { ...tenantAnswerDescription, description: 'The tenant is complete' },
    202: {
      ...tenantAnswerDescription,
      description: 'The tenant is being provisioned; `Location` shows how it stands',
      headers: [{ name: 'Location', description: 'The tenant.' }, ...tenantAnswerDescription.headers],
    },
  },
  problems: ['TENANT_EXISTS', 'CONFLICT'],
  handler: async ({ query, body: wish, header, operator, signal }, { operate, waitForRun }) => {
    const settings = wish.security === undefined ? wish.settings : { ...wish.settings, security: wish.security };
    const values = [
      wish.id, wish.name, wish.description ?? null, wish.domain ?? null, wish.tier, wish.template,
      JSON.stringify(settings), wish.activate, wish.admin.email, wish.admin.name,
    ];
    const request = { call: 'createTenant', body: wish };
    const { outcome: accepted, replayed } = await operate(operator, 'write', (client) =>
      once(client, header('idempotency-key'), request, async () => {
        const { rows } = await client.query<TenantRow>({ text: CREATE_TENANT, values });
        return tenantAnswer(onlyRow(rows), 202, { Location: tenantLocation(wish.id) });
      }),
    );
    const headers = { Location: tenantLocation(wish.id), ...(replayed && { 'Idempotency-Replayed': 'true' }) };
    const accept = { ...accepted, headers: { ...accepted.headers, ...headers } };
    if (!query.wait) return accept;

    const patience = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]);
    const run = await waitForRun(wish.id, () => operate(operator, 'read', (client) => readRun(client, wish.id)), patience);
    if (run === null) return accept;
    if (run.status !== 'succeeded') throw unfinished(run, headers);
    return tenantAnswer(await operate(operator, 'read', (client) => readTenant(client, wish.id)), 201, headers);
  },
});

function unfinished(run: Run, headers: Readonly<Record<string, string>>) {
  if (run.status === 'cancelled') return problem('CONFLICT', 'The tenant was called off while it was provisioned.', { headers });
  return problem('CONFLICT', 'Provisioning failed and nothing of the tenant’s schema is left. Try again: POST …/schema.', {
    headers,
    members: { failedStep: run.failedStep, reason: run.sqlstate },
  });
}
