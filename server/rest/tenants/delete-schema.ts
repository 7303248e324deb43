import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { onlyRow, tenantAnswer, tenantAnswerDescription } from './tenant-answer.ts';
import { tenantPath } from './tenant.ts';
import type { TenantRow } from './tenant.ts';
import { reason, transitionStatement } from './transition.ts';

const DELETE_TENANT = transitionStatement('delete_tenant');

/** DELETE /tenants/{id}/schema */
export const deleteSchema = operatorRoute({
  method: 'delete',
  path: '/tenants/{id}/schema',
  name: 'deleteSchema',
  tag: 'Schema',
  summary: 'Delete a tenant’s schema, softly',
  description: 'A schema is never without its tenant: this deletes the tenant, which can be restored for 30 days.',
  roles: ['admin', 'operator'],
  params: tenantPath,
  query: z.strictObject({}),
  body: z.strictObject({ reason }).meta({ id: 'SchemaDeletion' }),
  responses: { 200: tenantAnswerDescription },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  handler: async ({ params, body, operator }, { operate }) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<TenantRow>({ text: DELETE_TENANT, values: [params.id, body.reason] }),
    );
    return tenantAnswer(onlyRow(rows));
  },
});
