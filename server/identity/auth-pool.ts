import pg from 'pg';
import type { Logger } from 'pino';
import { POOL_SIZES } from '../../database/budget.ts';
import { ConnectionLostError, UnavailableError, isGoingAway } from '../../database/failures.ts';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import type { DatabaseEndpoint } from '../../database/logins.ts';
import { currentRequest } from '../http/current-request.ts';
import type { RequestOrigin } from '../http/current-request.ts';

/** A constant statement. It is prepared under its name once a connection, so it can't be anything but one statement. */
export interface AuthStatement {
  readonly name: string;
  readonly text: string;
}

/** The way to the sign-in functions: the login `tenantry_auth`, which may execute those and nothing else. */
export interface AuthPool {
  /**
   * Runs one statement. What it records in the audit trail names the request that is being answered, if one is.
   * @throws UnavailableError if no connection can be had, ConnectionLostError if it broke, else PostgreSQL's error
   */
  query<Row extends object>(statement: AuthStatement, values: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 3_000;

const BEGIN = { name: 'begin', text: 'begin' };
const ORIGIN = {
  name: 'origin',
  text: "select set_config('tenantry.request_id', $1::text, true), set_config('tenantry.address', $2::text, true)",
};
const COMMIT = { name: 'commit', text: 'commit' };

async function runAlone<Row extends object>(client: pg.ClientBase, { name, text }: AuthStatement, values: readonly unknown[]): Promise<Row[]> {
  return (await client.query<Row>({ name, text, values: [...values] })).rows;
}

/** The same within a transaction that knows its request: a setting of the session would be the next request's as well. */
function runFor({ requestId, address }: RequestOrigin) {
  return async <Row extends object>(client: pg.ClientBase, { name, text }: AuthStatement, values: readonly unknown[]): Promise<Row[]> => {
    const steps = [
      client.query(BEGIN),
      client.query({ ...ORIGIN, values: [requestId, address] }),
      client.query<Row>({ name, text, values: [...values] }),
      client.query(COMMIT),
    ] as const;
    // The connection is free once all four are answered; then the first that failed says why.
    await Promise.allSettled(steps);
    const [, , ran, committed] = await Promise.all(steps);
    if (committed.command !== 'COMMIT') throw new Error(`a sign-in statement ended with ${committed.command}`);
    return ran.rows;
  };
}

/** Opens the pool; connections are made when first needed and kept. */
export function createAuthPool(options: {
  endpoint: DatabaseEndpoint;
  prefix: string;
  masterKey: Buffer;
  logger: Logger;
}): AuthPool {
  const login = loginConfig(options.endpoint, fixedRole(options.prefix, 'tenantry_auth'), options.masterKey);
  const pool = new pg.Pool({
    ...login,
    // The four statements of a transaction leave together and are one round trip.
    pipeline: true,
    max: POOL_SIZES.auth,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS * 2,
  });
  const report = (error: Error): void => {
    options.logger.warn({ err: error }, 'a sign-in connection broke');
  };
  // The pool hears what breaks while it is idle, and nobody what breaks while it is lent out: its query fails, and
  // the same event once more, without a listener, would end the process.
  pool.on('error', report);
  pool.on('connect', (client) => client.on('error', report));

  return {
    async query<Row extends object>(statement: AuthStatement, values: readonly unknown[]) {
      const client = await pool.connect().catch((cause: unknown) => {
        throw new UnavailableError('no connection for sign-in', 2, cause);
      });
      try {
        const origin = currentRequest();
        const rows = await (origin === undefined ? runAlone : runFor(origin))<Row>(client, statement, values);
        client.release();
        return rows;
      } catch (error) {
        const lost = isGoingAway(error);
        client.release(lost);
        throw lost ? new ConnectionLostError(true, error) : error;
      }
    },
    close: () => pool.end(),
  };
}
