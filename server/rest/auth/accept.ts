import { z } from 'zod';
import { publicRoute } from '../route.ts';
import { newPassword } from './credentials.ts';
import { forBothRealms } from './realms.ts';

/** POST /auth/accept, POST /tenants/{id}/auth/accept */
export const accept = forBothRealms(({ path, suffix, whose, params, problems, realm }) =>
  publicRoute({
    method: 'post',
    path: `${path}/accept`,
    name: `accept${suffix}`,
    tag: 'Sign-in',
    summary: `Take up an invitation or a reset as ${whose}`,
    description: 'The token of the message works once. Sessions that were open end, and a lock after failed sign-ins is lifted.',
    params,
    realm,
    query: z.strictObject({}),
    body: z.strictObject({ token: z.string().min(1).max(200), newPassword }).meta({ id: `Acceptance${suffix}` }),
    responses: { 200: { description: 'Sign in with this e-mail', schema: z.object({ email: z.string() }) } },
    problems: ['RATE_LIMITED', ...problems],
    handler: async ({ params: given, body, address }, { signIn }) => ({
      status: 200,
      body: { email: await signIn.accept(realm(given), body.token, body.newPassword, address) },
    }),
  }),
);
