import { z } from 'zod';
import { OPERATOR_TITLES } from '../../identity/operator-roles.ts';
import { operatorRoute } from '../route.ts';
import { operatorAnswer, readOperators } from './operator.ts';

/** GET /operators */
export const listOperators = operatorRoute({
  method: 'get',
  path: '/operators',
  name: 'listOperators',
  tag: 'Operators',
  summary: 'List operators',
  description: 'Admins and security officers see everybody, others themselves. Who is limited to tenants sees nobody who is limited to others.',
  roles: OPERATOR_TITLES,
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: null,
  responses: {
    200: { description: 'Operators by e-mail', schema: z.object({ items: z.array(operatorAnswer) }).meta({ id: 'OperatorList' }) },
  },
  problems: [],
  handler: async ({ operator }, { operate }) => ({ status: 200, body: { items: await operate(operator, 'read', readOperators) } }),
});
