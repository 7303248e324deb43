import { z } from 'zod';
import { OPERATOR_TITLES } from '../../identity/operator-roles.ts';
import type { Realm } from '../../identity/realm.ts';
import type { SignedIn } from '../../identity/sign-in.ts';
import type { Answer } from '../route.ts';
import { issuedToken } from './credentials.ts';
import { refreshCookie } from './refresh-cookie.ts';

const person = { id: z.guid(), email: z.string(), name: z.string() };

/** What signing in and renewing answer, for operators and for a tenant's users. */
export const operatorSignIn = z
  .object({ ...issuedToken, operator: z.object({ ...person, role: z.enum(OPERATOR_TITLES) }) })
  .meta({ id: 'OperatorSignIn' });
export const userSignIn = z
  .object({
    ...issuedToken,
    user: z.object({ ...person, role: z.string() }),
    tenant: z.object({ id: z.string(), name: z.string() }).meta({ description: 'Whose user it is, and what that is called.' }),
  })
  .meta({ id: 'UserSignIn' });

/** The answer to a session that was opened or renewed: the access token in the body, the refresh token in its cookie. */
export function signInAnswer(realm: Realm, signedIn: SignedIn, secure: boolean): Answer {
  const { accessToken, expiresIn, mustChangePassword, mustAddSecondFactor, person: who, tenantName, refreshToken } = signedIn;
  return {
    status: 200,
    body: {
      accessToken,
      expiresIn,
      mustChangePassword,
      mustAddSecondFactor,
      ...(realm === null ? { operator: who } : { user: who, tenant: { id: realm, name: tenantName } }),
    },
    headers: { 'Set-Cookie': refreshCookie(realm, refreshToken, secure) },
  };
}
