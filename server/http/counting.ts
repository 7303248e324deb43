import type { ScopedClient, Statement } from '../../database/scope.ts';
import type { Call } from './request.ts';

/** A client that adds the rows PostgreSQL returns to a call's. */
export function counting(client: ScopedClient, call: Call): ScopedClient {
  return {
    query: <T>(statement: Statement) =>
      client.query<T>(statement).then((result) => {
        call.rows += result.rows.length;
        return result;
      }),
    withTransaction: (callback) => client.withTransaction((inner) => callback(counting(inner, call))),
  };
}
