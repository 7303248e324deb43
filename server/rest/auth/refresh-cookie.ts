/** The refresh token's cookie: out of scripts' reach, and sent to the sign-in calls of its own realm only. */
import type { Realm } from '../../identity/realm.ts';
import { problem } from '../../http/problems.ts';

/**
 * With the prefix a browser takes the cookie over HTTPS only and with `Secure`, so nobody on the network can plant one. `__Host-` would want the
 * path `/`, and with it every tenant's cookie at every call. Over HTTP, on this machine, browsers refuse the prefix.
 */
const nameOf = (secure: boolean): string => (secure ? '__Secure-tenantry_refresh' : 'tenantry_refresh');
/** Seconds; a session lives no longer. */
const MAX_AGE = 24 * 60 * 60;

/** `Set-Cookie` with a token; null takes the cookie away. */
export function refreshCookie(realm: Realm, token: string | null, secure: boolean): string {
  const path = realm === null ? '/api/v1/auth' : `/api/v1/tenants/${realm}/auth`;
  const life = token === null ? 'Max-Age=0' : `Max-Age=${MAX_AGE}`;
  return [`${nameOf(secure)}=${token ?? ''}`, `Path=${path}`, life, 'HttpOnly', 'SameSite=Strict', ...(secure ? ['Secure'] : [])].join('; ');
}

/** The token in a request's cookies. @throws `UNAUTHENTICATED` if there is none, or more than one */
export function refreshTokenOf(cookies: string | undefined, secure: boolean): string {
  const token = presentedToken(cookies, secure);
  if (token === null) throw problem('UNAUTHENTICATED', 'There is no session to renew here. Sign in.');
  return token;
}

/**
 * The token in a request's cookies; null if there is none. Cookies know no ports: a page on another port of this host can set a second one with a
 * longer path, which browsers send first. Which of two is ours can't be told, so neither is taken.
 * @throws `UNAUTHENTICATED` if there are two
 */
export function presentedToken(cookies: string | undefined, secure: boolean): string | null {
  const prefix = `${nameOf(secure)}=`;
  const found = (cookies ?? '').split(';').map((part) => part.trim()).filter((part) => part.startsWith(prefix));
  if (found.length > 1) throw problem('UNAUTHENTICATED', 'The browser sent two refresh cookies, one of which is not ours. Delete this site’s cookies and sign in.');
  const token = found[0]?.slice(prefix.length) ?? '';
  return token === '' ? null : token;
}
