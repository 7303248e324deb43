import { z } from 'zod';
import { OPERATOR_TITLES } from '../../identity/operator-roles.ts';
import { publicRoute } from '../route.ts';
import { credentials, issuedToken } from './credentials.ts';

/** POST /auth/login */
export const operatorLogin = publicRoute({
  method: 'post',
  path: '/auth/login',
  name: 'signInOperator',
  tag: 'Sign-in',
  summary: 'Sign in as an operator',
  params: z.strictObject({}),
  query: z.strictObject({}),
  body: credentials,
  responses: {
    200: {
      description: 'An access token of the platform',
      schema: z
        .object({
          ...issuedToken,
          operator: z.object({ id: z.uuid(), email: z.string(), name: z.string(), role: z.enum(OPERATOR_TITLES) }),
        })
        .meta({ id: 'OperatorSignIn' }),
    },
  },
  problems: ['BAD_CREDENTIALS', 'ACCOUNT_LOCKED', 'RATE_LIMITED'],
  handler: async ({ body, address }, { signIn }) => ({ status: 200, body: await signIn.operator(body, address) }),
});
