import { z } from 'zod';
import { expectedVersion } from '../etag.ts';
import { operatorRoute } from '../route.ts';
import { changedSettings } from '../settings/sections.ts';
import { onlyRow, tenantAnswer, tenantAnswerDescription } from './tenant-answer.ts';
import {
  TENANT_COLUMNS,
  tenantDescription,
  tenantDomain,
  tenantName,
  tenantPath,
  tenantTier,
} from './tenant.ts';
import type { TenantRow } from './tenant.ts';

const UPDATE_TENANT = `select ${TENANT_COLUMNS} from platform.update_tenant($1::text, $2::jsonb, $3::integer) t`;

/** PATCH /tenants/{id} */
export const updateTenant = operatorRoute({
  method: 'patch',
  path: '/tenants/{id}',
  name: 'updateTenant',
  tag: 'Tenants',
  summary: 'Change a tenant',
  description: 'Only what is given changes. With `If-Match` the change is refused if somebody else was faster.',
  roles: ['admin', 'operator'],
  params: tenantPath,
  query: z.strictObject({}),
  body: z
    .strictObject({
      name: tenantName,
      description: tenantDescription.nullable(),
      domain: tenantDomain.nullable(),
      tier: tenantTier,
      settings: changedSettings,
    })
    .partial()
    .meta({ id: 'TenantPatch' }),
  headers: [{ name: 'If-Match', description: 'The ETag of the tenant as last read.' }],
  responses: { 200: tenantAnswerDescription },
  problems: ['NOT_FOUND', 'STALE_VERSION', 'TENANT_EXISTS', 'INVALID_TRANSITION'],
  handler: async ({ params, body, header, operator }, { operate }) => {
    const values = [params.id, JSON.stringify(body), expectedVersion(header('if-match'))];
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<TenantRow>({ text: UPDATE_TENANT, values }),
    );
    return tenantAnswer(onlyRow(rows));
  },
});
