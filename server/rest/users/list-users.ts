import { z } from 'zod';
import { operatorRoute } from '../route.ts';
import { USER_COLUMNS, user, usersPath } from './user.ts';
import type { UserRow } from './user.ts';

/** GET /tenants/{id}/users */
export const listUsers = operatorRoute({
  method: 'get',
  path: '/tenants/{id}/users',
  name: 'listUsers',
  tag: 'Users of a tenant',
  summary: 'The users of a tenant, by name',
  roles: ['admin', 'operator', 'security'],
  params: usersPath,
  query: z.strictObject({}),
  body: null,
  responses: { 200: { description: 'All of them', schema: z.object({ items: z.array(user) }) } },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  handler: async ({ params, operator }, { operate }) => {
    const { rows } = await operate(operator, 'read', (client) =>
      client.query<UserRow>({ text: `select ${USER_COLUMNS} from platform.tenant_users($1)`, values: [params.id] }),
    );
    return { status: 200, body: { items: rows } };
  },
});
