/**
 * SQLSTATEs the server tells apart, by name. REST and both GraphQL endpoints read them from here, so a
 * refusal of the database means the same thing on every interface.
 *
 * `TN…` are raised by Tenantry's own functions; the others are PostgreSQL's
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */

/** Raised by functions in schemas `platform` and `identity`. */
export const TENANTRY = {
  tenantExists: 'TN001',
  invalidInput: 'TN002',
  notFound: 'TN003',
  invalidTransition: 'TN004',
  notProven: 'TN005',
  staleVersion: 'TN006',
  conflict: 'TN008',
  forbidden: 'TN009',
  tenantClosed: 'TN010',
  lastAdministrator: 'TN015',
  roleInUse: 'TN016',
  tenantBehind: 'TN017',
  tooMany: 'TN018',
  isolationNotProven: 'TN040',
} as const;

/** `SET ROLE` to a role that isn't there: the tenant was purged. */
export const UNKNOWN_ROLE = '22023';
export const INSUFFICIENT_PRIVILEGE = '42501';
/** What is missing where a schema is older than the code that asks. */
export const MISSING_OBJECTS: ReadonlySet<string> = new Set([
  '42703', // undefined_column
  '42704', // undefined_object
  '42883', // undefined_function
  '42P01', // undefined_table
]);
const READ_ONLY_TRANSACTION = '25006';
const QUERY_CANCELLED = '57014';
const UNIQUE_VIOLATION = '23505';

/** Two writers met; the same request may succeed when it is sent again. */
export const CONTENTION: ReadonlySet<string> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
]);

/** The row contradicts other rows. */
export const CONTRADICTIONS: ReadonlySet<string> = new Set([
  UNIQUE_VIOLATION,
  '23503', // foreign_key_violation
  '23001', // restrict_violation
  '23P01', // exclusion_violation
]);

/** A value the column can't hold. Class 22, data exceptions, is added by its first two characters: the values of a statement are its caller's. */
export const BAD_VALUES: ReadonlySet<string> = new Set([
  '23502', // not_null_violation
  '23514', // check_violation
]);
export const BAD_VALUE_CLASS = '22';

/** The database is there and can't serve now. Classes 08 (connection) and 53 (resources) are added by their first two characters. */
export const UNAVAILABLE_STATES: ReadonlySet<string> = new Set([
  READ_ONLY_TRANSACTION,
  QUERY_CANCELLED,
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
]);
export const UNAVAILABLE_CLASSES: ReadonlySet<string> = new Set(['08', '53']);

/** What Node's socket says when no database answers. */
export const SOCKET_FAILURES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
