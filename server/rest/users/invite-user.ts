import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { knownEmail } from '../auth/credentials.ts';
import { USER_COLUMNS, answerUser, userAnswer, userName, userRole, usersPath } from './user.ts';
import type { UserRow } from './user.ts';

/** POST /tenants/{id}/users */
export const inviteUser = operatorRoute({
  method: 'post',
  path: '/tenants/{id}/users',
  name: 'inviteUser',
  tag: 'Users of a tenant',
  summary: 'Invite a person as a user of a tenant',
  description: 'The message holds a single-use token with which the person chooses a password. It goes out once the tenant is active.',
  roles: ['admin', 'operator'],
  params: usersPath,
  query: z.strictObject({}),
  body: z.strictObject({ email: knownEmail, name: userName, role: userRole }).meta({ id: 'NewUser' }),
  responses: { 201: userAnswer },
  problems: ['NOT_FOUND', 'CONFLICT', 'INVALID_TRANSITION'],
  handler: async ({ params, body, operator }, { operate }) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<UserRow>({
        text: `select ${USER_COLUMNS} from platform.invite_user($1, $2, $3, $4)`,
        values: [params.id, body.email, body.name, body.role],
      }),
    );
    return answerUser(rows, 201);
  },
});
