import { z } from 'zod';
import { publicRoute } from '../route.ts';
import { tenantPath } from '../tenants/tenant.ts';
import { signInAnswer, userSignIn } from './sign-in-answer.ts';

/** POST /tenants/{id}/auth/exchange */
export const exchange = publicRoute({
  method: 'post',
  path: '/tenants/{id}/auth/exchange',
  name: 'exchangeToken',
  tag: 'Sign-in',
  summary: 'Sign in by the tenant’s own OpenID issuer',
  description: 'Takes an ID token of an issuer that this tenant registered, made less than ten minutes ago, and opens a session, once.',
  params: tenantPath,
  realm: ({ id }) => String(id),
  query: z.strictObject({}),
  body: z.strictObject({ idToken: z.string().min(1).max(16_000) }).meta({ id: 'Exchange' }),
  responses: { 200: { description: 'A session', schema: userSignIn } },
  problems: ['RATE_LIMITED', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'TOKEN_REVOKED', 'FORBIDDEN', 'CONFLICT', 'TENANT_SUSPENDED', 'LOCKED_DOWN', 'TENANT_FORBIDDEN', 'NOT_FOUND'],
  handler: async ({ params, body, address, header }, { externalSignIn, secureCookies }) =>
    signInAnswer(
      params.id,
      await externalSignIn.exchange(params.id, body.idToken, { address, userAgent: header('user-agent') }),
      secureCookies,
    ),
});
