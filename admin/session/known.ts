/**
 * Whether somebody signed in here before: that word and nothing else, so that who never did is not asked about. The refresh token is out of
 * reach of scripts, and to try whether there is one is a request that fails, and an error in the browser's own log, at the first visit of everybody.
 */
import type { Realm } from './session.ts';

const keyOf = (realm: Realm): string => (realm === null ? 'tenantry.session' : `tenantry.session.${realm}`);

/** Whether there may be a session. Storage that is closed to us can't tell: then there may. */
export function mayBeKnown(realm: Realm): boolean {
  try {
    return localStorage.getItem(keyOf(realm)) !== null;
  } catch {
    return true;
  }
}

/** Remembers that somebody signed in, or that nobody is any more. */
export function remember(realm: Realm, known: boolean): void {
  try {
    if (known) localStorage.setItem(keyOf(realm), 'known');
    else localStorage.removeItem(keyOf(realm));
  } catch {
    // Storage that is closed to us: the cookie is tried at each visit.
  }
}
