/**
 * SQLSTATEs that mean "this backend is going away", whatever statement was running: 57P0x and class 08, save for 08P01,
 * which only complains about what was sent (too few values, for one).
 */
const GOING_AWAY = /^(57P0[1-5]|08(?!P01)...)$/;

/**
 * The scope of a request could not be set: `begin` or the envelope was refused, or the session still carried
 * something of an earlier request. The connection is gone by the time a caller sees this.
 * `sqlstate` is PostgreSQL's code (42501: the login may not become the role, 22023: no such role), or null when
 * PostgreSQL accepted the envelope and the connection did not.
 */
export class EnvelopeError extends Error {
  readonly sqlstate: string | null;

  constructor(message: string, sqlstate: string | null, cause?: unknown) {
    super(message, { cause });
    this.name = 'EnvelopeError';
    this.sqlstate = sqlstate;
  }
}

/** COMMIT was answered by something else than COMMIT: nothing was written, whatever the statements before it said. */
export class CommitError extends Error {
  constructor(tag: string) {
    super(`commit was answered with ${tag}`);
    this.name = 'CommitError';
  }
}

/**
 * The connection broke. `opened` says whether PostgreSQL had already accepted the envelope: if not, nothing of the
 * request can have happened and it may be sent again elsewhere.
 */
export class ConnectionLostError extends Error {
  readonly opened: boolean;

  constructor(opened: boolean, cause?: unknown) {
    super('the connection to the database was lost', { cause });
    this.name = 'ConnectionLostError';
    this.opened = opened;
  }
}

/** No connection could be had in time. Rendered as 503 `UNAVAILABLE`. */
export class UnavailableError extends Error {
  readonly code = 'UNAVAILABLE';
  /** Seconds after which a client may try again. */
  readonly retryAfter: number;

  constructor(message: string, retryAfter: number, cause?: unknown) {
    super(message, { cause });
    this.name = 'UnavailableError';
    this.retryAfter = retryAfter;
  }
}

/** The SQLSTATE of an error that came from PostgreSQL, else null. */
export function sqlstateOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : null;
}

/** True when an error says that the backend ended, rather than that a statement failed. */
export function isGoingAway(error: unknown): boolean {
  const sqlstate = sqlstateOf(error);
  return sqlstate === null || GOING_AWAY.test(sqlstate);
}
