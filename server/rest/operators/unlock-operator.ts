import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { operatorAnswer, operatorPath, readOperator } from './operator.ts';

const UNLOCK = 'select platform.unlock_operator($1::uuid)';

/** POST /operators/{id}/unlock */
export const unlockOperator = operatorRoute({
  method: 'post',
  path: '/operators/{id}/unlock',
  name: 'unlockOperator',
  tag: 'Operators',
  summary: 'Lift an operator’s lock after failed sign-ins',
  description: 'For admins and security officers who are not limited to tenants.',
  roles: ['admin', 'security'],
  params: operatorPath,
  query: z.strictObject({}),
  body: null,
  responses: { 200: { description: 'The operator', schema: operatorAnswer } },
  problems: ['NOT_FOUND'],
  handler: async ({ params, operator }, { operate }) => {
    const unlocked = await operate(operator, 'write', async (client) => {
      await client.query({ text: UNLOCK, values: [params.id] });
      return await readOperator(client, params.id);
    });
    return { status: 200, body: unlocked };
  },
});
