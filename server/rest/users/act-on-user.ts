import { z } from 'zod';
import type { OperatorTitle } from '../../identity/operator-roles.ts';
import { operatorRoute } from '../route.ts';
import type { Route } from '../route.ts';
import { USER_COLUMNS, answerUser, userAnswer, userPath } from './user.ts';
import type { UserRow } from './user.ts';

interface Act {
  readonly verb: 'invite' | 'reset' | 'unlock';
  readonly summary: string;
  readonly roles: readonly OperatorTitle[];
  /** Takes the tenant's and the user's id. */
  readonly sql: string;
}

/** POST /tenants/{id}/users/{user}/invite | reset | unlock */
export const actsOnUsers: readonly Route[] = (
  [
    {
      verb: 'invite',
      summary: 'Send the invitation again',
      roles: ['admin', 'operator'],
      sql: `platform.send_user_token($1, $2, 'invitation')`,
    },
    {
      verb: 'reset',
      summary: 'Send a message with which the password can be replaced',
      roles: ['admin', 'operator'],
      sql: `platform.send_user_token($1, $2, 'reset')`,
    },
    {
      verb: 'unlock',
      summary: 'Lift the lock after failed sign-ins',
      roles: ['admin', 'operator', 'security'],
      sql: 'platform.unlock_user($1, $2)',
    },
  ] satisfies Act[]
).map(({ verb, summary, roles, sql }) =>
  operatorRoute({
    method: 'post',
    path: `/tenants/{id}/users/{user}/${verb}`,
    name: `${verb}UserAgain`,
    tag: 'Users of a tenant',
    summary,
    roles,
    params: userPath,
    query: z.strictObject({}),
    body: null,
    responses: { 200: userAnswer },
    problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
    handler: async ({ params, operator }, { operate }) => {
      const { rows } = await operate(operator, 'write', (client) =>
        client.query<UserRow>({ text: `select ${USER_COLUMNS} from ${sql}`, values: [params.id, params.user] }),
      );
      return answerUser(rows);
    },
  }),
);
