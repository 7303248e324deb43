import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { USER_COLUMNS, answerUser, userAnswer, userName, userPath, userRole } from './user.ts';
import type { UserRow } from './user.ts';

/** PATCH /tenants/{id}/users/{user} */
export const changeUser = operatorRoute({
  method: 'patch',
  path: '/tenants/{id}/users/{user}',
  name: 'changeUser',
  tag: 'Users of a tenant',
  summary: 'Change a user’s name, role or status',
  description: 'A disabled user’s sessions end at once. A new role counts from the next request on; the token of the old one has to be renewed.',
  roles: ['admin', 'operator'],
  params: userPath,
  query: z.strictObject({}),
  body: z
    .strictObject({ name: userName.optional(), role: userRole.optional(), status: z.enum(['active', 'disabled']).optional() })
    .meta({ id: 'UserChange' }),
  responses: { 200: userAnswer },
  problems: ['NOT_FOUND', 'CONFLICT', 'INVALID_TRANSITION'],
  handler: async ({ params, body, operator }, { operate }) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<UserRow>({
        text: `select ${USER_COLUMNS} from platform.change_user($1, $2, $3)`,
        values: [params.id, params.user, JSON.stringify(body)],
      }),
    );
    return answerUser(rows);
  },
});
