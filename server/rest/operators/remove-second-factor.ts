import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { operatorAnswer, operatorPath, readOperator } from './operator.ts';

/** DELETE /operators/{id}/second-factor */
export const removeOperatorSecondFactor = operatorRoute({
  method: 'delete',
  path: '/operators/{id}/second-factor',
  name: 'removeOperatorSecondFactor',
  tag: 'Operators',
  summary: 'Remove the second factor of an operator who has lost it',
  description: 'Signing in asks for the password alone again. The operator’s sessions end. One’s own goes by `DELETE /auth/second-factor`.',
  roles: ['admin'],
  params: operatorPath,
  query: z.strictObject({}),
  body: null,
  responses: { 200: { description: 'The operator', schema: operatorAnswer } },
  problems: ['NOT_FOUND'],
  handler: async ({ params, operator }, { operate }) => {
    const changed = await operate(operator, 'write', async (client) => {
      await client.query({ text: 'select platform.remove_operator_second_factor($1::uuid)', values: [params.id] });
      return await readOperator(client, params.id);
    });
    return { status: 200, body: changed };
  },
});
