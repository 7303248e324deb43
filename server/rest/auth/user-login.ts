import { z } from 'zod';
import { publicRoute } from '../route.ts';
import { tenantPath } from '../tenants/tenant.ts';
import { credentials, issuedToken } from './credentials.ts';

/** POST /tenants/{id}/auth/login */
export const userLogin = publicRoute({
  method: 'post',
  path: '/tenants/{id}/auth/login',
  name: 'signInUser',
  tag: 'Sign-in',
  summary: 'Sign in as a user of a tenant',
  params: tenantPath,
  query: z.strictObject({}),
  body: credentials,
  responses: {
    200: {
      description: 'An access token of the tenant, signed with the tenant’s own key',
      schema: z
        .object({
          ...issuedToken,
          user: z.object({ id: z.uuid(), email: z.string(), name: z.string(), role: z.string() }),
        })
        .meta({ id: 'UserSignIn' }),
    },
  },
  problems: ['BAD_CREDENTIALS', 'ACCOUNT_LOCKED', 'RATE_LIMITED', 'TENANT_SUSPENDED', 'TENANT_FORBIDDEN', 'NOT_FOUND'],
  handler: async ({ params, body, address }, { signIn }) => ({
    status: 200,
    body: await signIn.user(params.id, body, address),
  }),
});
