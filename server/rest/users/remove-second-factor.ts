import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { USER_COLUMNS, answerUser, userAnswer, userPath } from './user.ts';
import type { UserRow } from './user.ts';

/** DELETE /tenants/{id}/users/{user}/second-factor */
export const removeUserSecondFactor = operatorRoute({
  method: 'delete',
  path: '/tenants/{id}/users/{user}/second-factor',
  name: 'removeUserSecondFactor',
  tag: 'Users of a tenant',
  summary: 'Remove the second factor of a user who has lost it',
  description: 'Signing in asks for the password alone again. The user’s sessions end.',
  roles: ['admin', 'operator'],
  params: userPath,
  query: z.strictObject({}),
  body: null,
  responses: { 200: userAnswer },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  handler: async ({ params, operator }, { operate }) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<UserRow>({
        text: `select ${USER_COLUMNS} from platform.remove_user_second_factor($1, $2)`,
        values: [params.id, params.user],
      }),
    );
    return answerUser(rows);
  },
});
