import { z } from 'zod';
import { publicRoute } from '../route.ts';
import { refuseOtherSites } from './own-site.ts';
import { forBothRealms } from './realms.ts';
import { presentedToken, refreshCookie } from './refresh-cookie.ts';

/** POST /auth/logout, POST /tenants/{id}/auth/logout */
export const logout = forBothRealms(({ path, suffix, whose, params, problems, realm }) =>
  publicRoute({
    method: 'post',
    path: `${path}/logout`,
    name: `signOut${suffix}`,
    tag: 'Sign-in',
    summary: `End the session of ${whose}`,
    description: 'Its access token stops working at once. Quiet when there is no session. Refused to pages of other sites.',
    params,
    realm,
    query: z.strictObject({}),
    body: null,
    responses: { 200: { description: 'No session any more', schema: z.object({}) } },
    problems: ['UNAUTHENTICATED', 'FORBIDDEN', ...problems],
    handler: async (request, { signIn, secureCookies, publicOrigin }) => {
      refuseOtherSites(request, publicOrigin);
      const { params: given, header } = request;
      const token = presentedToken(header('cookie'), secureCookies);
      if (token !== null) await signIn.signOut(realm(given), token);
      return { status: 200, body: {}, headers: { 'Set-Cookie': refreshCookie(realm(given), null, secureCookies) } };
    },
  }),
);
