import { z } from 'zod';
import { OPERATOR_TITLES } from '../../identity/operator-roles.ts';
import { operatorRoute } from '../route.ts';
import { readTenant, tenantAnswer, tenantAnswerDescription } from './tenant-answer.ts';
import { tenantPath } from './tenant.ts';

/** GET /tenants/{id} */
export const getTenant = operatorRoute({
  method: 'get',
  path: '/tenants/{id}',
  name: 'getTenant',
  tag: 'Tenants',
  summary: 'Read a tenant',
  roles: OPERATOR_TITLES,
  params: tenantPath,
  query: z.strictObject({}),
  body: null,
  responses: { 200: tenantAnswerDescription },
  problems: ['NOT_FOUND'],
  handler: async ({ params, operator }, { operate }) =>
    tenantAnswer(await operate(operator, 'read', (client) => readTenant(client, params.id))),
});
