import { z } from 'zod';
import { userSession } from '../auth/session.ts';
import { operatorRoute } from '../route.ts';
import { userPath } from './user.ts';

/** GET /tenants/{id}/users/{user}/sessions */
export const listUserSessions = operatorRoute({
  method: 'get',
  path: '/tenants/{id}/users/{user}/sessions',
  name: 'listUserSessions',
  tag: 'Users of a tenant',
  summary: 'The open sessions of a user',
  roles: ['admin', 'operator', 'security'],
  params: userPath,
  query: z.strictObject({}),
  body: null,
  responses: { 200: { description: 'Newest first', schema: z.object({ items: z.array(userSession) }) } },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  handler: async ({ params, operator }, { operate }) => {
    const { rows } = await operate(operator, 'read', (client) =>
      client.query({
        text: `select id, created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "expiresAt", address,
            user_agent as "userAgent" from platform.user_sessions($1, $2)`,
        values: [params.id, params.user],
      }),
    );
    return { status: 200, body: { items: rows } };
  },
});

/** DELETE /tenants/{id}/users/{user}/sessions */
export const endUserSessions = operatorRoute({
  method: 'delete',
  path: '/tenants/{id}/users/{user}/sessions',
  name: 'endUserSessions',
  tag: 'Users of a tenant',
  summary: 'End the sessions of a user',
  description: 'All of them, or the one named. Their access tokens stop working at once.',
  roles: ['admin', 'operator', 'security'],
  params: userPath,
  query: z.strictObject({ session: z.guid().optional() }),
  body: null,
  responses: { 200: { description: 'How many ended', schema: z.object({ ended: z.int() }) } },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  handler: async ({ params, query, operator }, { operate }) => {
    const { rows } = await operate(operator, 'write', (client) =>
      client.query<{ ended: number }>({
        text: 'select platform.end_user_sessions($1, $2, $3) as ended',
        values: [params.id, params.user, query.session ?? null],
      }),
    );
    return { status: 200, body: { ended: rows[0]?.ended ?? 0 } };
  },
});
