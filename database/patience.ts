/** How a process that starts waits for its database, and what it says when waiting won't help. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Refusal } from '../config/refusal.ts';
import { EnvelopeError, sqlstateOf } from './failures.ts';

/** Long enough for a database that starts beside the process. */
export const STANDARD_PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

const LOGIN_REFUSED: ReadonlySet<string> = new Set([
  '28P01', // invalid_password
  '28000', // invalid_authorization_specification
]);
const UNDEFINED_DATABASE = '3D000';
const NOT_MIGRATED: ReadonlySet<string> = new Set([
  '3F000', // invalid_schema_name
  '42883', // undefined_function
  '42P01', // undefined_table
  '22023', // SET ROLE to a role that isn't there
  '42501', // insufficient_privilege
]);

export interface Patience {
  /** How long a database that doesn't answer is waited for, in milliseconds. */
  readonly patienceMs: number;
  /** Ends the wait: the process is to stop. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * Runs the first steps of a process until they succeed, with growing pauses while the database does not answer.
 * @throws Refusal when waiting won't help, when it did not help in time, or when the process is to stop
 */
export async function untilDatabaseAnswers<T>(attempt: () => Promise<T>, { patienceMs, signal, logger }: Patience): Promise<T> {
  const until = performance.now() + patienceMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Refusal) throw error;
      const remedy = remedyFor(error);
      if (remedy !== null) throw new Refusal(remedy, { cause: error });
      const pause = pauseMs * (0.75 + Math.random() / 2);
      if (performance.now() + pause > until) {
        throw new Refusal(
          `The database did not answer within ${Math.round(patienceMs / 1_000)} s (${wordsOf(error)}). ` +
            'Check that it runs and that DATABASE_URL names its host and port.',
          { cause: error },
        );
      }
      logger.warn({ err: error, pauseMs: Math.round(pause) }, 'the database does not answer yet');
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw new Refusal('Stopped while starting.', { cause: error });
    }
  }
}

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

/** Whether an error says that the database was not migrated yet, or not to the end. */
export function isUnmigrated(error: unknown): boolean {
  return NOT_MIGRATED.has(deepSqlstate(error) ?? '');
}

/** What went wrong at the bottom of an error, in one line. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? wordsOf(error.cause) : error.message || error.name;
}
