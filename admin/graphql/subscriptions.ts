/** Subscriptions over one websocket, and whether there is a connection. */
import { createClient } from 'graphql-ws';
import { Problem } from '../session/problem.ts';
import type { Session } from '../session/session.ts';
import { problemOf } from './client.ts';
import type { EndpointPath, ShownError } from './client.ts';
import type { TypedDocumentString } from './document.ts';

/** `idle`: nobody listens, so there is no socket. `lost`: there was one, and it is being tried for again. */
export type Connection = 'idle' | 'connecting' | 'open' | 'lost';

export interface Observer<Result> {
  readonly next: (result: Result) => void;
  /** It is over for good: refused, or the session has ended. */
  readonly error: (problem: Problem) => void;
  /** The server has nothing more to say. */
  readonly complete?: () => void;
}

export interface Subscriptions {
  connection(): Connection;
  watch(listener: () => void): () => void;
  /** @returns what ends it */
  subscribe<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables, observer: Observer<Result>): () => void;
}

/** How long the socket waits, in milliseconds, before its nth attempt to come back; with chance, so that not all come back at once. */
export function reconnectDelay(attempt: number): number {
  return Math.min(30_000, 500 * 2 ** attempt) * (0.5 + Math.random() / 2);
}

/** Makes the way to an endpoint's subscriptions. The socket opens with the first and closes a little after the last. */
export function createSubscriptions(session: Session, path: EndpointPath): Subscriptions {
  let connection: Connection = 'idle';
  const listeners = new Set<() => void>();
  const become = (next: Connection): void => {
    if (next === connection) return;
    connection = next;
    for (const listener of listeners) listener();
  };
  let wasRefused = false;
  let token = '';

  const client = createClient({
    url: () => `${location.origin.replace(/^http/, 'ws')}${path}`,
    lazy: true,
    lazyCloseTimeout: 5_000,
    retryAttempts: Infinity,
    keepAlive: 20_000,
    async connectionParams() {
      if (wasRefused) session.refused(token);
      token = await session.token();
      return { Authorization: `Bearer ${token}` };
    },
    retryWait: async (retries) => {
      become('lost');
      await new Promise((resolve) => setTimeout(resolve, reconnectDelay(retries)));
    },
    // A session that has ended is no reason to try again; whatever else closed the socket is.
    shouldRetry: () => session.state().kind === 'open' || session.state().kind === 'unreachable',
    on: {
      connecting: (isRetry) => become(isRetry ? 'lost' : 'connecting'),
      connected: () => {
        wasRefused = false;
        become('open');
      },
      closed: (event) => {
        // 4403: the token was refused, when the socket opened or since.
        wasRefused = (event as CloseEvent).code === 4403;
        become((event as CloseEvent).code === 1000 ? 'idle' : 'lost');
      },
    },
  });

  return {
    connection: () => connection,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    subscribe: (document, variables, observer) =>
      client.subscribe<never, never>(
        { query: document.text, variables: variables as Record<string, unknown> },
        {
          next: ({ data, errors }) => {
            const [first] = (errors ?? []) as readonly ShownError[];
            if (first !== undefined) observer.error(problemOf(first));
            else if (data !== undefined && data !== null) observer.next(data);
          },
          error: (failure) => observer.error(problemFrom(failure)),
          complete: () => observer.complete?.(),
        },
      ),
  };
}

function problemFrom(failure: unknown): Problem {
  if (failure instanceof Problem) return failure;
  if (Array.isArray(failure) && failure.length > 0) return problemOf(failure[0] as ShownError);
  return new Problem('OFFLINE', 'The connection for live updates was lost.', { cause: failure });
}
