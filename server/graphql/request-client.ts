import type { WithPgClient } from 'postgraphile/@dataplan/pg';
import type { Envelope } from '../../database/envelope.ts';
import { sqlstateOf } from '../../database/failures.ts';
import type { Database } from '../../database/lanes.ts';
import type { ScopedClient } from '../../database/scope.ts';

/** A request's way to its data, and what became of it. */
export interface RequestClient {
  /** What PostGraphile's plans look for in the context of a request. */
  readonly context: Partial<Grafast.Context>;
  /** What the first statement that failed failed with; null if none did. */
  failure(): unknown;
  /** Whether any statement was answered: then the request as a whole was not refused. */
  wasAnswered(): boolean;
}

/**
 * Puts a request's envelope under every statement that PostGraphile sends for it. The settings argument is where
 * PostGraphile would pass its own idea of a scope; there is one scope, and it is this envelope.
 */
export function requestClient(database: Database, envelope: Envelope): RequestClient {
  let failure: unknown = null;
  let answered = false;
  const withPgClient: WithPgClient<ScopedClient> = async (_settings, callback) => {
    try {
      const result = await database.withClient(envelope, async (client) => await callback(client));
      answered = true;
      return result;
    } catch (error) {
      failure ??= error;
      throw error;
    }
  };
  return {
    // The library's type wants the raw client of its own adaptor, which only that adaptor's users touch.
    context: { pgSettings: null, withPgClient: withPgClient as unknown as Grafast.Context['withPgClient'] },
    failure: () => failure,
    wasAnswered: () => answered,
  };
}

/**
 * SQLSTATEs by which a database that was closed to a tenant refuses: the role may not be taken (42501) or is gone
 * (22023), the schema may not be used (42501, and 42P01 or 42883 for the unqualified names of what is in it).
 */
const CLOSED_DOOR: ReadonlySet<string> = new Set(['42501', '22023', '42P01', '42883', '3F000']);

/** True when an error may mean that the tenant was closed meanwhile: its row tells. */
export function mayBeClosed(error: unknown): boolean {
  const sqlstate = error instanceof Error && 'sqlstate' in error ? error.sqlstate : sqlstateOf(error);
  return typeof sqlstate === 'string' && CLOSED_DOOR.has(sqlstate);
}
