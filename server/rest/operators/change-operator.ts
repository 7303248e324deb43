import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { operatorAnswer, operatorPath, operatorTitle, readOperator, tenantLimit } from './operator.ts';

const CHANGE = 'select platform.change_operator($1::uuid, $2::text, $3::text)';
const LIMIT = 'select platform.limit_operator($1::uuid, $2::text[])';

/** PATCH /operators/{id} */
export const changeOperator = operatorRoute({
  method: 'patch',
  path: '/operators/{id}',
  name: 'changeOperator',
  tag: 'Operators',
  summary: 'Change an operator’s role, status or limit',
  description:
    'Only what is given changes. The last active admin without a limit stays one: 409 `CONFLICT`. Whoever never chose a password becomes ' +
    '`invited` by `active`.',
  roles: ['admin'],
  params: operatorPath,
  query: z.strictObject({}),
  body: z
    .strictObject({ role: operatorTitle, status: z.enum(['active', 'disabled']), tenants: tenantLimit })
    .partial()
    .meta({ id: 'OperatorPatch' }),
  responses: { 200: { description: 'The operator', schema: operatorAnswer } },
  problems: ['CONFLICT', 'NOT_FOUND'],
  handler: async ({ params, body, operator }, { operate }) => {
    const changed = await operate(operator, 'write', async (client) => {
      // Also when only the limit changes: it is this call that refuses whoever may not.
      await client.query({ text: CHANGE, values: [params.id, body.role ?? null, body.status ?? null] });
      if (body.tenants !== undefined) await client.query({ text: LIMIT, values: [params.id, body.tenants] });
      return await readOperator(client, params.id);
    });
    return { status: 200, body: changed };
  },
});
