import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { operatorAnswer, operatorTitle, readOperator, tenantLimit } from './operator.ts';

const INVITE = 'select o.id from platform.invite_operator($1::text, $2::text, $3::text) o';
const LIMIT = 'select platform.limit_operator($1::uuid, $2::text[])';

/** POST /operators */
export const inviteOperator = operatorRoute({
  method: 'post',
  path: '/operators',
  name: 'inviteOperator',
  tag: 'Operators',
  summary: 'Enter an operator',
  description: 'Who is entered is `invited` and can’t sign in before a password is chosen.',
  roles: ['admin'],
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: z
    .strictObject({
      email: z.email().max(320),
      name: z.string().trim().min(1).max(120),
      role: operatorTitle,
      tenants: tenantLimit.default([]),
    })
    .meta({ id: 'NewOperator' }),
  responses: { 201: { description: 'The operator', schema: operatorAnswer } },
  problems: ['CONFLICT', 'NOT_FOUND'],
  handler: async ({ body, operator }, { operate }) => {
    const invited = await operate(operator, 'write', async (client) => {
      const { rows } = await client.query<{ id: string }>({ text: INVITE, values: [body.email, body.name, body.role] });
      const id = rows[0]?.id ?? '';
      if (body.tenants.length > 0) await client.query({ text: LIMIT, values: [id, body.tenants] });
      return await readOperator(client, id);
    });
    return { status: 201, body: invited };
  },
});
