import { z } from 'zod';
import { problem } from '../../http/problems.ts';
import { operatorRoute } from '../route.ts';
import { onlyRow, tenantAnswer, tenantAnswerDescription } from './tenant-answer.ts';
import { tenantPath } from './tenant.ts';
import type { TenantRow } from './tenant.ts';
import { reason, transitionStatement } from './transition.ts';

const DELETE_TENANT = transitionStatement('delete_tenant');

/** DELETE /tenants/{id} */
export const deleteTenant = operatorRoute({
  method: 'delete',
  path: '/tenants/{id}',
  name: 'deleteTenant',
  tag: 'Life of a tenant',
  summary: 'Delete a tenant (it can be restored for 30 days)',
  roles: ['admin', 'operator'],
  params: tenantPath,
  query: z.strictObject({}),
  body: z
    .strictObject({ confirm: z.string().max(100).meta({ description: 'The tenant’s id, once more.' }), reason })
    .meta({ id: 'Deletion' }),
  responses: { 200: tenantAnswerDescription },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  handler: async ({ params, body, operator }, { operate }) => {
    if (body.confirm !== params.id) {
      throw problem('INVALID_INPUT', 'Not accepted: confirm.', {
        errors: [{ field: 'confirm', message: 'Must be the id of the tenant that is to be deleted.' }],
      });
    }
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<TenantRow>({ text: DELETE_TENANT, values: [params.id, body.reason] }),
    );
    return tenantAnswer(onlyRow(rows));
  },
});
