/** Whose people sign in, and what is said to an account that is locked: for whatever compares a password or a code. */
import { problem } from '../http/problems.ts';
import type { Identity } from './tokens.ts';

/** Whose people: a tenant's by its id, or null for the platform's operators. */
export type Realm = string | null;

/** The realm that a person belongs to. @throws `FORBIDDEN` for visits and service accounts */
export function realmOf(identity: Identity): Realm {
  if (identity.kind === 'operator') return null;
  if (identity.by !== 'user') throw problem('FORBIDDEN', 'Only people have sessions of their own.');
  return identity.tenantId;
}

/** The refusal of a locked account. */
export function locked(until: Date | null | undefined) {
  const seconds = until === null || until === undefined ? 60 : (until.getTime() - Date.now()) / 1_000;
  return problem('ACCOUNT_LOCKED', 'Too many sign-ins failed. Wait before the next one.', { retryAfter: seconds });
}
