import type { WithPgClient } from 'postgraphile/@dataplan/pg';
import type { Envelope } from '../../database/envelope.ts';
import type { Database } from '../../database/lanes.ts';
import type { ScopedClient } from '../../database/scope.ts';
import { counting } from '../http/counting.ts';
import type { Call } from '../http/request.ts';

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
export function requestClient(database: Database, envelope: Envelope, call: Call): RequestClient {
  let failure: unknown = null;
  let answered = false;
  const withPgClient: WithPgClient<ScopedClient> = async (_settings, callback) => {
    try {
      const result = await database.withClient(envelope, async (client) => await callback(counting(client, call)));
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
