import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { onlyRow, tenantAnswer, tenantAnswerDescription } from './tenant-answer.ts';
import { TENANT_COLUMNS, tenantLocation, tenantPath } from './tenant.ts';
import type { TenantRow } from './tenant.ts';

const REQUEST_PROVISIONING = `select ${TENANT_COLUMNS} from platform.request_provisioning($1::text) t`;

/** POST /tenants/{id}/schema */
export const provisionSchema = operatorRoute({
  method: 'post',
  path: '/tenants/{id}/schema',
  name: 'provisionSchema',
  tag: 'Schema',
  summary: 'Provision a tenant’s schema (again)',
  description: 'For a tenant whose provisioning failed. `GET …/schema/status` shows how it goes.',
  roles: ['admin', 'operator'],
  params: tenantPath,
  query: z.strictObject({}),
  body: z.strictObject({}),
  responses: {
    202: {
      ...tenantAnswerDescription,
      headers: [{ name: 'Location', description: 'The status of the schema.' }, ...tenantAnswerDescription.headers],
    },
  },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  handler: async ({ params, operator }, { operate }) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<TenantRow>({ text: REQUEST_PROVISIONING, values: [params.id] }),
    );
    return tenantAnswer(onlyRow(rows), 202, { Location: `${tenantLocation(params.id)}/schema/status` });
  },
});
