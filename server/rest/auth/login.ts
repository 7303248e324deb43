import { z } from 'zod';
import { publicRoute } from '../route.ts';
import { credentials } from './credentials.ts';
import { forBothRealms } from './realms.ts';
import { signInAnswer } from './sign-in-answer.ts';

/** POST /auth/login, POST /tenants/{id}/auth/login */
export const login = forBothRealms(({ path, suffix, whose, params, signedIn, problems, realm }) =>
  publicRoute({
    method: 'post',
    path: `${path}/login`,
    name: `signIn${suffix}`,
    tag: 'Sign-in',
    summary: `Sign in as ${whose}`,
    description:
      'The access token is in the answer, the refresh token in an httpOnly cookie. With `newPassword` the password is changed first, which a ' +
      'first password needs within three days. Who has a second factor sends `code` as well; without it the right password is answered with ' +
      '`SECOND_FACTOR_REQUIRED`.',
    params,
    realm,
    query: z.strictObject({}),
    body: credentials,
    responses: { 200: { description: 'A session', schema: signedIn } },
    problems: ['BAD_CREDENTIALS', 'SECOND_FACTOR_REQUIRED', 'ACCOUNT_LOCKED', 'RATE_LIMITED', ...problems],
    handler: async ({ params: given, body, address, header }, { signIn, secureCookies }) =>
      signInAnswer(
        realm(given),
        await signIn.signIn(realm(given), body, { address, userAgent: header('user-agent') }),
        secureCookies,
      ),
  }),
);
