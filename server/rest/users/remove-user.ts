import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { USER_COLUMNS, answerUser, userAnswer, userPath } from './user.ts';
import type { UserRow } from './user.ts';

/** DELETE /tenants/{id}/users/{user} */
export const removeUser = operatorRoute({
  method: 'delete',
  path: '/tenants/{id}/users/{user}',
  name: 'removeUser',
  tag: 'Users of a tenant',
  summary: 'Remove a user',
  description: 'CONFLICT for one who asked for or decided approvals, which stay on record: disable that one by PATCH. Whoever is removed or so disabled can be erased: `erasePerson` in GraphQL.',
  roles: ['admin', 'operator'],
  params: userPath,
  query: z.strictObject({}),
  body: null,
  responses: { 200: userAnswer },
  problems: ['NOT_FOUND', 'CONFLICT', 'INVALID_TRANSITION'],
  handler: async ({ params, operator }, { operate }) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<UserRow>({ text: `select ${USER_COLUMNS} from platform.remove_user($1, $2)`, values: [params.id, params.user] }),
    );
    return answerUser(rows);
  },
});
