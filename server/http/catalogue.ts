/**
 * Every refusal Tenantry can give: its stable code, status and title. The REST API, both GraphQL
 * endpoints and the documentation read this one list; a test compares it with the published one.
 */
export const CATALOGUE = {
  MALFORMED_REQUEST: { status: 400, title: 'The request could not be read' },
  QUERY_TOO_COSTLY: { status: 400, title: 'The query asks for too much at once' },
  UNAUTHENTICATED: { status: 401, title: 'Sign in first' },
  TOKEN_INVALID: { status: 401, title: 'The access token is not valid here' },
  TOKEN_EXPIRED: { status: 401, title: 'The access token has expired' },
  TOKEN_REVOKED: { status: 401, title: 'The token or its session was ended' },
  BAD_CREDENTIALS: { status: 401, title: 'The credentials are wrong' },
  SECOND_FACTOR_REQUIRED: { status: 401, title: 'A code of the second factor is missing' },
  TENANT_CONTEXT_REQUIRED: { status: 403, title: 'This call needs a tenant context' },
  TENANT_FORBIDDEN: { status: 403, title: 'This tenant is not open to you' },
  TENANT_SUSPENDED: { status: 403, title: 'This tenant is suspended' },
  FORBIDDEN: { status: 403, title: 'The permission for this is missing' },
  SECOND_FACTOR_MISSING: { status: 403, title: 'A second factor has to be set up first' },
  NOT_FOUND: { status: 404, title: 'There is no such thing here' },
  TENANT_EXISTS: { status: 409, title: 'The tenant already exists' },
  INVALID_TRANSITION: { status: 409, title: 'This is not possible in the present state' },
  NOT_PROVEN: { status: 409, title: 'The tenant has not passed its checks yet' },
  CONFLICT: { status: 409, title: 'The request contradicts the present state' },
  STALE_VERSION: { status: 412, title: 'Somebody else changed this in the meantime' },
  TOO_LARGE: { status: 413, title: 'The request is too large' },
  INVALID_INPUT: { status: 422, title: 'Some values are not acceptable' },
  ACCOUNT_LOCKED: { status: 423, title: 'The account is locked for a while' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  INTERNAL: { status: 500, title: 'Something went wrong on our side' },
  UNAVAILABLE: { status: 503, title: 'The service is not available right now' },
  TENANT_BEHIND: { status: 503, title: 'The tenant is being brought up to date' },
  LOCKED_DOWN: { status: 503, title: 'Access is locked down' },
  STORAGE_LIMIT: { status: 507, title: 'The storage limit is reached' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof CATALOGUE;

/** All codes, in the order of their status. */
export const PROBLEM_CODES = Object.keys(CATALOGUE) as ProblemCode[];

/** Where a code is explained, relative to the server: `TENANT_EXISTS` is `/problems/tenant-exists`. */
export function problemType(code: ProblemCode): string {
  return `/problems/${code.toLowerCase().replaceAll('_', '-')}`;
}
