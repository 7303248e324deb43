import { z } from 'zod';
import { problem } from '../../http/problems.ts';
import type { Identity } from '../../identity/tokens.ts';
import type { Realm } from '../../identity/realm.ts';
import { personRoute } from '../route.ts';
import { forBothRealms } from './realms.ts';
import { session } from './session.ts';

/** GET /auth/sessions, GET /tenants/{id}/auth/sessions */
export const listSessions = forBothRealms(({ path, suffix, whose, params, problems, realm }) =>
  personRoute({
    method: 'get',
    path: `${path}/sessions`,
    name: `sessionsOf${suffix}`,
    tag: 'Sign-in',
    summary: `One’s own open sessions as ${whose}`,
    params,
    query: z.strictObject({}),
    body: null,
    responses: { 200: { description: 'Newest first', schema: z.object({ items: z.array(session) }) } },
    problems,
    handler: async ({ params: given, identity }, { signIn }) => {
      assertRealm(identity, realm(given));
      return { status: 200, body: { items: await signIn.sessions(identity) } };
    },
  }),
);

/** DELETE /auth/sessions/{session}, DELETE /tenants/{id}/auth/sessions/{session} */
export const endSession = forBothRealms(({ path, suffix, whose, params, problems, realm }) =>
  personRoute({
    method: 'delete',
    path: `${path}/sessions/{session}`,
    name: `endSessionOf${suffix}`,
    tag: 'Sign-in',
    summary: `End one of one’s own sessions as ${whose}`,
    params: params.extend({ session: z.guid() }),
    query: z.strictObject({}),
    body: null,
    responses: { 200: { description: 'It has ended; its access token no longer works', schema: z.object({}) } },
    problems: ['NOT_FOUND', ...problems.filter((code) => code !== 'NOT_FOUND')],
    handler: async ({ params: given, identity }, { signIn }) => {
      assertRealm(identity, realm(given));
      await signIn.revoke(identity, String(given['session']));
      return { status: 200, body: {} };
    },
  }),
);

/** The path may not name another realm than the token: there is one source of the tenant. */
export function assertRealm(identity: Identity, realm: Realm): void {
  const own = identity.kind === 'operator' ? null : identity.tenantId;
  if (own !== realm) throw problem('TENANT_FORBIDDEN', 'This token belongs elsewhere than the path says.');
}
