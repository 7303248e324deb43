import { z } from 'zod';
import { publicRoute } from '../route.ts';
import { knownEmail } from './credentials.ts';
import { forBothRealms } from './realms.ts';

/** POST /auth/forgot, POST /tenants/{id}/auth/forgot */
export const forgot = forBothRealms(({ path, suffix, whose, params, problems, realm }) =>
  publicRoute({
    method: 'post',
    path: `${path}/forgot`,
    name: `forgot${suffix}`,
    tag: 'Sign-in',
    summary: `Ask for a new password as ${whose}`,
    description: 'The answer is the same whether or not there is such an account. The message holds a token for …/accept, good for an hour.',
    params,
    realm,
    query: z.strictObject({}),
    body: z.strictObject({ email: knownEmail }).meta({ id: `Forgotten${suffix}` }),
    responses: { 202: { description: 'A message is on its way if there is such an account', schema: z.object({}) } },
    problems: ['RATE_LIMITED', ...problems],
    handler: async ({ params: given, body, address }, { signIn }) => {
      await signIn.forget(realm(given), body.email, address);
      return { status: 202, body: {} };
    },
  }),
);
