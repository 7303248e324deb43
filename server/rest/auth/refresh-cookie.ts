/** The refresh token's cookie: out of scripts' reach, and sent to the sign-in calls of its own realm only. */
import type { Realm } from '../../identity/sign-in.ts';
import { problem } from '../../http/problems.ts';

const NAME = 'tenantry_refresh';
/** Seconds; a session lives no longer. */
const MAX_AGE = 24 * 60 * 60;

/** `Set-Cookie` with a token; null takes the cookie away. */
export function refreshCookie(realm: Realm, token: string | null, secure: boolean): string {
  const path = realm === null ? '/api/v1/auth' : `/api/v1/tenants/${realm}/auth`;
  const life = token === null ? 'Max-Age=0' : `Max-Age=${MAX_AGE}`;
  return [`${NAME}=${token ?? ''}`, `Path=${path}`, life, 'HttpOnly', 'SameSite=Strict', ...(secure ? ['Secure'] : [])].join('; ');
}

/** The token in a request's cookies. @throws `UNAUTHENTICATED` if there is none */
export function refreshTokenOf(cookies: string | undefined): string {
  const token = presentedToken(cookies);
  if (token === null) throw problem('UNAUTHENTICATED', 'There is no session to renew here. Sign in.');
  return token;
}

/** The token in a request's cookies; null if there is none. */
export function presentedToken(cookies: string | undefined): string | null {
  const prefix = `${NAME}=`;
  const found = (cookies ?? '').split(';').map((part) => part.trim()).find((part) => part.startsWith(prefix));
  const token = found?.slice(prefix.length) ?? '';
  return token === '' ? null : token;
}
