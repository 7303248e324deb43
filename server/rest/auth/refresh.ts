import { z } from 'zod';
import { publicRoute } from '../route.ts';
import { refuseOtherSites } from './own-site.ts';
import { forBothRealms } from './realms.ts';
import { refreshTokenOf } from './refresh-cookie.ts';
import { signInAnswer } from './sign-in-answer.ts';

/** POST /auth/refresh, POST /tenants/{id}/auth/refresh */
export const refresh = forBothRealms(({ path, suffix, whose, params, signedIn, problems, realm }) =>
  publicRoute({
    method: 'post',
    path: `${path}/refresh`,
    name: `refresh${suffix}`,
    tag: 'Sign-in',
    summary: `Renew the session of ${whose}`,
    description: 'Exchanges the refresh token in the cookie, which works once: a second use ends the whole session. Refused to pages of other sites.',
    params,
    realm,
    query: z.strictObject({}),
    body: null,
    responses: { 200: { description: 'The session, renewed', schema: signedIn } },
    problems: ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'TOKEN_REVOKED', 'FORBIDDEN', ...problems],
    handler: async (request, { signIn, secureCookies, publicOrigin }) => {
      refuseOtherSites(request, publicOrigin);
      const { params: given, header } = request;
      return signInAnswer(realm(given), await signIn.refresh(realm(given), refreshTokenOf(header('cookie'), secureCookies)), secureCookies);
    },
  }),
);
