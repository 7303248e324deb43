import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { budgetShortfall } from '../database/budget.ts';
import type { BudgetShape } from '../database/budget.ts';
import { operatorEnvelope } from '../database/envelope.ts';
import type { Claims } from '../database/envelope.ts';
import { EnvelopeError, sqlstateOf } from '../database/failures.ts';
import type { Database } from '../database/lanes.ts';
import {
  INSUFFICIENT_PRIVILEGE,
  INVALID_AUTHORIZATION,
  INVALID_PASSWORD,
  UNDEFINED_DATABASE,
  UNDEFINED_FUNCTION,
  UNDEFINED_SCHEMA,
  UNDEFINED_TABLE,
  UNKNOWN_ROLE,
} from './http/sqlstates.ts';
import { StartupError } from './startup-error.ts';

/** Oldest PostgreSQL that the design was tried on. */
const OLDEST_SERVER = 150_000;
const TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

const NOBODY: Claims = { tenantId: '', userId: '', role: '', sessionId: '', operatorId: '', requestId: '' };

const SERVER = `select pg_catalog.current_setting('server_version_num')::integer as version,
  pg_catalog.current_setting('server_version') as version_text,
  pg_catalog.current_setting('max_connections')::integer as max_connections,
  pg_catalog.current_setting('superuser_reserved_connections')::integer
    + coalesce(pg_catalog.current_setting('reserved_connections', true)::integer, 0) as reserved,
  pg_catalog.pg_is_in_recovery() or pg_catalog.current_setting('default_transaction_read_only')::boolean as read_only`;

const INSTALLATION = `select platform.installation_lanes() as lanes, m.behind from platform.migration_status($1::text) m`;

interface ServerRow {
  readonly version: number;
  readonly version_text: string;
  readonly max_connections: number;
  readonly reserved: number;
  readonly read_only: boolean;
}

interface InstallationRow {
  readonly lanes: number;
  readonly behind: boolean;
}

export interface PreflightOptions {
  readonly database: Database;
  readonly prefix: string;
  readonly shape: BudgetShape;
  /** Name of the newest migration this code needs. */
  readonly newest: string;
  readonly logger: Logger;
  /** How long a database that doesn't answer is waited for, in milliseconds. */
  readonly patienceMs: number;
  /** Ends the wait: the server is to stop. */
  readonly signal: AbortSignal;
}

/**
 * Looks at the database before anything depends on it. One that doesn't answer is waited for, with growing pauses.
 * @throws StartupError naming what stands in the way and its remedy
 */
export async function preflight(options: PreflightOptions): Promise<void> {
  const until = performance.now() + options.patienceMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await inspect(options);
      return;
    } catch (error) {
      if (error instanceof StartupError) throw error;
      const remedy = remedyFor(error);
      if (remedy !== null) throw new StartupError(remedy, { cause: error });
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2);
      if (performance.now() + pause > until) {
        throw new StartupError(
          `The database did not answer within ${Math.round(options.patienceMs / 1_000)} s (${wordsOf(error)}). ` +
            'Check that it runs and that DATABASE_URL names its host and port.',
          { cause: error },
        );
      }
      options.logger.warn({ err: error, pauseMs: Math.round(pause) }, 'the database does not answer yet');
      await sleep(pause, undefined, { signal: options.signal }).catch(() => undefined);
      if (options.signal.aborted) throw new StartupError('The server was stopped while it was starting.', { cause: error });
    }
  }
}

async function inspect({ database, prefix, shape, newest, logger }: PreflightOptions): Promise<void> {
  const envelope = operatorEnvelope('tenantry_developer', prefix, NOBODY, 'read', TIMEOUT_MS);
  const server = await database.withClient(envelope, async (client) => {
    const { rows } = await client.query<ServerRow>({ text: SERVER });
    return rows[0];
  });
  if (server === undefined) throw new Error('the database did not describe itself');
  if (server.version < OLDEST_SERVER) {
    throw new StartupError(`PostgreSQL ${server.version_text} is too old. Tenantry needs 15 or newer.`);
  }
  const shortfall = budgetShortfall(shape, { maxConnections: server.max_connections, reserved: server.reserved });
  if (shortfall !== null) throw new StartupError(shortfall);
  if (server.read_only) logger.warn('the database is read-only: writes are refused with UNAVAILABLE until that ends');

  const installation = await database.withClient(envelope, async (client) => {
    const { rows } = await client.query<InstallationRow>({ text: INSTALLATION, values: [newest] });
    return rows[0];
  });
  if (installation === undefined || installation.behind) {
    throw new StartupError('The database is behind this version of Tenantry. Run: npm run migrate');
  }
  if (installation.lanes !== shape.lanes) {
    throw new StartupError(
      `LANES is ${shape.lanes}, but this database has ${installation.lanes} lanes. Set LANES=${installation.lanes}, or run ` +
        'npm run migrate with the new number: it makes the lanes and moves the tenants.',
    );
  }
}

const NOT_MIGRATED: ReadonlySet<string> = new Set([
  UNDEFINED_SCHEMA,
  UNDEFINED_FUNCTION,
  UNDEFINED_TABLE,
  UNKNOWN_ROLE,
  INSUFFICIENT_PRIVILEGE,
]);
const LOGIN_REFUSED: ReadonlySet<string> = new Set([INVALID_PASSWORD, INVALID_AUTHORIZATION]);

/** What to do about an error that waiting won't mend; null for one that it may. */
function remedyFor(error: unknown): string | null {
  const sqlstate = deepSqlstate(error);
  if (sqlstate === null) return null;
  if (LOGIN_REFUSED.has(sqlstate)) {
    return (
      'The database does not know this installation’s logins, or they were made under another master key. ' +
      'Run npm run migrate with the same TENANTRY_MASTER_KEY and TENANTRY_PREFIX.'
    );
  }
  if (sqlstate === UNDEFINED_DATABASE) return 'The database that DATABASE_URL names does not exist. Create it, then run: npm run migrate';
  if (NOT_MIGRATED.has(sqlstate)) return 'The database holds no Tenantry, or an unfinished one. Run: npm run migrate';
  return null;
}

/** The SQLSTATE of an error or of what caused it. */
function deepSqlstate(error: unknown): string | null {
  if (error instanceof EnvelopeError && error.sqlstate !== null) return error.sqlstate;
  const own = sqlstateOf(error);
  if (own !== null || !(error instanceof Error) || error.cause === undefined) return own;
  return deepSqlstate(error.cause);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? wordsOf(error.cause) : error.message || error.name;
}
