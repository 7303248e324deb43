import { CommitError, ConnectionLostError, EnvelopeError, UnavailableError, sqlstateOf } from '../../database/failures.ts';
import { CATALOGUE } from './catalogue.ts';
import type { ProblemCode } from './catalogue.ts';
import type { Caller } from './request.ts';
import {
  BAD_VALUES,
  BAD_VALUE_CLASS,
  CONTENTION,
  CONTRADICTIONS,
  INSUFFICIENT_PRIVILEGE,
  MISSING_OBJECTS,
  SOCKET_FAILURES,
  TENANTRY,
  UNAVAILABLE_CLASSES,
  UNAVAILABLE_STATES,
  UNKNOWN_ROLE,
} from './sqlstates.ts';

/** One field that was refused; `field` is its path in the request, `admin.email`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export type Members = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface ProblemOptions {
  /** What really happened: logged, never shown. */
  readonly cause?: unknown;
  readonly errors?: readonly FieldError[];
  /** Whom a verified token named before it was refused; for the audit trail, never shown. */
  readonly caller?: Caller;
  /** Seconds until it is worth trying again. */
  readonly retryAfter?: number;
  /** Further members of the body. They are shown: no SQL, role or schema name. */
  readonly members?: Members;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal that may be shown as it is: message, errors and members are public, the cause is not. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly errors: readonly FieldError[];
  readonly retryAfter: number | null;
  readonly members: Members;
  readonly headers: Readonly<Record<string, string>>;
  readonly caller: Caller | null;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.status = CATALOGUE[code].status;
    this.errors = options.errors ?? [];
    this.retryAfter = options.retryAfter ?? (this.status === 503 ? STANDARD_RETRY_SECONDS : null);
    this.members = options.members ?? {};
    this.headers = options.headers ?? {};
    this.caller = options.caller ?? null;
  }
}

/** Long enough for a restarted database to take connections again, short enough for NFR-009's 30 s. */
const STANDARD_RETRY_SECONDS = 5;

/** A lock-down lasts as long as people need: asking more often than this only adds load to an incident. */
const LOCK_DOWN_RETRY_SECONDS = 60;

/** What functions count, they count by the minute. */
const TOO_MANY_RETRY_SECONDS = 60;

/** Makes a refusal to throw. `detail` is shown to the caller and says what to do about it. */
export function problem(code: ProblemCode, detail: string, options: ProblemOptions = {}): Problem {
  return new Problem(code, detail, options);
}

/** The members of a PostgreSQL error that Tenantry's own functions fill. */
interface RaisedError extends Error {
  readonly detail?: string;
  readonly column?: string;
}

/** `admin_email` is `admin.email` in a request; other columns only change their case. What has dots is a path already. */
function fieldOfColumn(column: string): string {
  if (column.includes('.')) return column;
  return column
    .replace(/^admin_/, 'admin.')
    .replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** A function's message, as a sentence: PostgreSQL's style begins small and ends without a point. */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

/** What Tenantry's own functions refuse; the one about a closed tenant has two codes and is dealt with apart. */
const RAISED: Readonly<Record<string, ProblemCode>> = {
  [TENANTRY.tenantExists]: 'TENANT_EXISTS',
  [TENANTRY.invalidInput]: 'INVALID_INPUT',
  [TENANTRY.notFound]: 'NOT_FOUND',
  [TENANTRY.invalidTransition]: 'INVALID_TRANSITION',
  [TENANTRY.notProven]: 'NOT_PROVEN',
  [TENANTRY.staleVersion]: 'STALE_VERSION',
  [TENANTRY.conflict]: 'CONFLICT',
  [TENANTRY.forbidden]: 'FORBIDDEN',
  [TENANTRY.lastAdministrator]: 'CONFLICT',
  [TENANTRY.roleInUse]: 'CONFLICT',
  [TENANTRY.isolationNotProven]: 'NOT_PROVEN',
};

function problemFromRaised(sqlstate: string, error: RaisedError): Problem | null {
  if (sqlstate === TENANTRY.tenantClosed) return closedTenant(error.detail ?? '', error);
  if (sqlstate === TENANTRY.tenantBehind) return behind(error);
  const message = sentence(error.message);
  if (sqlstate === TENANTRY.tooMany) return problem('RATE_LIMITED', message, { cause: error, retryAfter: TOO_MANY_RETRY_SECONDS });
  const code = RAISED[sqlstate];
  if (code === undefined) return null;
  const errors = error.column ? [{ field: fieldOfColumn(error.column), message }] : [];
  return problem(code, message, { cause: error, errors });
}

/** The refusal of a tenant that isn't open, by the status its route has: its row's, or `locked_down`. */
export function closedTenant(status: string, cause?: unknown, caller?: Caller): Problem {
  const options = { cause, ...(caller !== undefined && { caller }) };
  if (status === 'locked_down') {
    return problem('LOCKED_DOWN', 'Access has been stopped while an incident is looked into. Try again later.', {
      ...options,
      retryAfter: LOCK_DOWN_RETRY_SECONDS,
    });
  }
  return status === 'suspended'
    ? problem('TENANT_SUSPENDED', 'This tenant is suspended. Its administrator can ask an operator to lift that.', options)
    : problem('TENANT_FORBIDDEN', 'This tenant is not open.', options);
}

const BEHIND_RETRY_SECONDS = 60;

/**
 * The refusal of a tenant whose schema is older than what was asked of it; null for any other failure. Newer code asks for tables, columns
 * and functions that an older schema lacks.
 * @param schemaVersion the tenant's
 * @param head the newest version, which this code was written for
 */
export function behindTenant(error: unknown, schemaVersion: number, head: number): Problem | null {
  return schemaVersion < head && MISSING_OBJECTS.has(sqlstateOf(error) ?? '') ? behind(error) : null;
}

function behind(cause: unknown): Problem {
  return problem('TENANT_BEHIND', 'This tenant is still to be brought up to date. Try again later.', { cause, retryAfter: BEHIND_RETRY_SECONDS });
}

function unavailable(cause: unknown, retryAfter = STANDARD_RETRY_SECONDS): Problem {
  return problem('UNAVAILABLE', 'The database cannot serve this request right now. Try again shortly.', { cause, retryAfter });
}

function isSocketFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isSocketFailure);
  return 'code' in error && typeof error.code === 'string' && SOCKET_FAILURES.has(error.code);
}

/**
 * The refusal behind an error of the database or of the way to it; null if the error is neither, or says
 * nothing that a caller could act on. Only messages Tenantry's own functions raise are passed on: everything
 * PostgreSQL words itself names tables, roles or values.
 */
export function problemFromDatabase(error: unknown): Problem | null {
  if (error instanceof UnavailableError) return unavailable(error, error.retryAfter);
  if (error instanceof ConnectionLostError || error instanceof CommitError) return unavailable(error);
  if (error instanceof EnvelopeError) {
    return error.sqlstate === INSUFFICIENT_PRIVILEGE || error.sqlstate === UNKNOWN_ROLE
      ? problem('FORBIDDEN', 'You may not act here.', { cause: error })
      : unavailable(error);
  }
  if (isSocketFailure(error)) return unavailable(error);
  const sqlstate = sqlstateOf(error);
  if (sqlstate === null) return null;
  const own = problemFromRaised(sqlstate, error as RaisedError);
  if (own !== null) return own;
  if (sqlstate === INSUFFICIENT_PRIVILEGE) {
    return problem('FORBIDDEN', 'Your role does not include this permission.', { cause: error });
  }
  if (CONTENTION.has(sqlstate)) {
    return problem('CONFLICT', 'Another change got in between. Send the request again.', { cause: error });
  }
  if (CONTRADICTIONS.has(sqlstate)) {
    return problem('CONFLICT', 'The change contradicts what is stored already.', { cause: error });
  }
  if (BAD_VALUES.has(sqlstate) || sqlstate.startsWith(BAD_VALUE_CLASS)) {
    return problem('INVALID_INPUT', 'A value is not of the form or in the range that is accepted.', { cause: error });
  }
  return UNAVAILABLE_STATES.has(sqlstate) || UNAVAILABLE_CLASSES.has(sqlstate.slice(0, 2)) ? unavailable(error) : null;
}

/** What body-parser and the router throw (`http-errors`), by the members that matter here. */
interface HttpError extends Error {
  readonly type?: string;
  readonly status: number;
}

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}

function problemFromHttp(error: HttpError): Problem | null {
  if (error.status === 413) {
    return problem('TOO_LARGE', 'The body is larger than this call accepts.', { cause: error });
  }
  if (error.type === 'entity.parse.failed') {
    return problem('MALFORMED_REQUEST', 'The body is not a JSON object.', { cause: error });
  }
  return error.status >= 400 && error.status < 500
    ? problem('MALFORMED_REQUEST', 'The request could not be read.', { cause: error })
    : null;
}

/**
 * Turns whatever was thrown into a refusal that may be shown. What isn't known becomes `INTERNAL`,
 * with the original as its cause: its words stay inside.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const known = problemFromDatabase(error) ?? (isHttpError(error) ? problemFromHttp(error) : null);
  return known ?? problem('INTERNAL', 'The request could not be served. Its id helps us find out why.', { cause: error });
}
