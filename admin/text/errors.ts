import type { Code, Problem } from '../session/problem.ts';

/** What a refusal means for who reads it, and what to do next. The server's own sentence says more and stands below. */
export interface ErrorWords {
  readonly title: string;
  readonly next: string;
}

/** One entry for each code that the server can answer, and `OFFLINE` for no answer at all. */
export const errors: Readonly<Record<Code, ErrorWords>> = {
  MALFORMED_REQUEST: { title: 'The server could not read this request', next: 'Reload the page. If it happens again, report it with the request id.' },
  QUERY_TOO_COSTLY: { title: 'This asks for too much at once', next: 'Narrow it down with a filter or show fewer rows.' },
  UNAUTHENTICATED: { title: 'You are not signed in', next: 'Sign in again.' },
  TOKEN_INVALID: { title: 'Your session is not valid here', next: 'Sign in again.' },
  TOKEN_EXPIRED: { title: 'Your session has ended', next: 'Sign in again.' },
  TOKEN_REVOKED: { title: 'Your session was ended', next: 'Sign in again. If you did not end it yourself, tell a security officer.' },
  BAD_CREDENTIALS: { title: 'These credentials are wrong', next: 'Check e-mail and password and try again.' },
  SECOND_FACTOR_REQUIRED: { title: 'A code is needed', next: 'Enter a code of your authenticator app, or a recovery code.' },
  TENANT_CONTEXT_REQUIRED: { title: 'Tenant context required. Please select a tenant to continue.', next: 'Select a tenant.' },
  TENANT_FORBIDDEN: {
    title: 'Access denied. This operation is not permitted across tenant boundaries.',
    next: 'Go back. The attempt is in the audit trail; report an incident if you did not expect it.',
  },
  TENANT_SUSPENDED: { title: 'This tenant is suspended', next: 'Nobody of it gets in until it is activated again. Its administrator can ask an operator for that.' },
  FORBIDDEN: { title: 'Your role does not allow this', next: 'Ask an administrator of the platform if you need it.' },
  SECOND_FACTOR_MISSING: { title: 'A second factor has to be set up first', next: 'Set one up in your account, then try again.' },
  NOT_FOUND: { title: 'This does not exist, or is not open to you', next: 'Check the address, or go back to where you came from.' },
  TENANT_EXISTS: { title: 'A tenant with this id, name or domain exists', next: 'Choose another. Ids are never used twice.' },
  INVALID_TRANSITION: { title: 'This is not possible in the present state', next: 'Look at the status; somebody may have changed it just now.' },
  NOT_PROVEN: { title: 'The isolation of this tenant is not proven', next: 'Open its security tab, mend what failed and run the proof again.' },
  CONFLICT: { title: 'This contradicts the present state', next: 'Reload what you see and try again.' },
  STALE_VERSION: { title: 'Somebody else changed this in the meantime', next: 'Reload, look at what changed, and repeat your change.' },
  TOO_LARGE: { title: 'This is too large', next: 'Send less at once.' },
  INVALID_INPUT: { title: 'Some values are not acceptable', next: 'Correct the fields that are marked.' },
  ACCOUNT_LOCKED: { title: 'This account is locked for a while', next: 'Wait, or ask an administrator to unlock it.' },
  RATE_LIMITED: { title: 'Too many attempts', next: 'Wait a moment, then try again.' },
  INTERNAL: { title: 'Something went wrong on our side', next: 'Try again. If it happens again, report it with the request id.' },
  UNAVAILABLE: { title: 'The service is not available right now', next: 'It is usually back within a minute. Try again.' },
  TENANT_BEHIND: { title: 'The tenant is being brought up to date', next: 'Try again in a minute.' },
  LOCKED_DOWN: { title: 'Access is locked down', next: 'A security officer stopped access. See the security section for its reason.' },
  STORAGE_LIMIT: { title: 'The storage limit is reached', next: 'Raise the limit of the tenant, or remove what it no longer needs.' },
  OFFLINE: { title: 'The server cannot be reached', next: 'Check your connection. This page tries again by itself.' },
};

/** What is said of a refusal, where it says more than the title above it does; else nothing, so that nothing is said twice. */
export function sentenceOf({ code, message }: Pick<Problem, 'code' | 'message'>): string {
  const bare = (text: string): string => text.trim().replace(/[.!]$/, '').toLowerCase();
  return bare(message) === bare(errors[code].title) ? '' : message;
}
