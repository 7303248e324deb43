/** The hooks by which features ask: queries with TanStack Query, mutations, subscriptions. */
import { createContext, useContext, useEffect, useEffectEvent, useMemo, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { QueryClient, QueryKey, UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { Problem } from '../session/problem.ts';
import type { Session } from '../session/session.ts';
import { createSend } from './client.ts';
import type { EndpointPath, Send } from './client.ts';
import { operationName } from './document.ts';
import { isRefused } from './query-client.ts';
import type { TypedDocumentString } from './document.ts';
import { createSubscriptions } from './subscriptions.ts';
import type { Connection, Subscriptions } from './subscriptions.ts';

interface Api {
  readonly path: EndpointPath;
  readonly send: Send;
  readonly subscriptions: Subscriptions;
}

const ApiContext = createContext<Api | null>(null);

/** Asks ahead for what a page will ask for: it finds the answer, or that it is on its way. */
export type Ask = <Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables) => void;

/** Makes that, for before anything shows. A failure is left to the page, which asks again. */
export function createAsk(session: Session, path: EndpointPath, client: QueryClient): Ask {
  const send = createSend(session, path);
  return (document, variables) => {
    void client.prefetchQuery({ queryKey: keyOf(path, document, variables), queryFn: ({ signal }) => send(document, variables, signal), retry: false });
  };
}

/** Gives the way to an endpoint to all below, in the name of a session. */
export function ApiProvider({ session, path, children }: { readonly session: Session; readonly path: EndpointPath; readonly children: ReactNode }) {
  const api = useMemo(() => ({ path, send: createSend(session, path), subscriptions: createSubscriptions(session, path) }), [session, path]);
  return <ApiContext value={api}>{children}</ApiContext>;
}

function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === null) throw new Error('There is no ApiProvider above.');
  return api;
}

export interface QueryOptions {
  /** False: not asked yet. */
  readonly enabled?: boolean;
  /** Milliseconds between repetitions while the page is looked at, until it is refused. */
  readonly every?: number;
  /** Shows the page before while the next one is fetched. */
  readonly keep?: boolean;
}

/** The key under which an answer is kept: endpoint, operation, variables. */
function keyOf(path: EndpointPath, document: { readonly text: string }, variables?: unknown): QueryKey {
  const name = operationName(document);
  return variables === undefined ? [path, name] : [path, name, variables];
}

/** Asks, and keeps the answer for whoever asks the same. Goes with `<QueryStates>`, which shows its states. */
export function useApiQuery<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  { enabled = true, every, keep = false }: QueryOptions = {},
): UseQueryResult<Result, Problem> {
  const { path, send } = useApi();
  return useQuery<Result, Problem>({
    queryKey: keyOf(path, document, variables),
    queryFn: ({ signal }) => send(document, variables, signal),
    enabled,
    ...(every !== undefined && { refetchInterval: (query) => (isRefused(query) ? false : every) }),
    ...(keep && { placeholderData: keepPreviousData }),
  });
}

/**
 * Changes something. `changes` names the queries whose answers are then no longer true: they are asked again.
 * `const suspend = useApiMutation(SuspendTenantDocument, { changes: [TenantsDocument] }); suspend.mutate({ … })`
 */
export function useApiMutation<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  { changes = [] }: { readonly changes?: readonly { readonly text: string }[] } = {},
): UseMutationResult<Result, Problem, Variables> {
  const { path, send } = useApi();
  const client = useQueryClient();
  return useMutation<Result, Problem, Variables>({
    mutationFn: (variables) => send(document, variables),
    onSettled: async () => {
      await Promise.all(changes.map((query) => client.invalidateQueries({ queryKey: keyOf(path, query) })));
    },
  });
}

/** Listens while it is shown. `variables` null: doesn't yet. A refusal for good comes back. */
export function useApiSubscription<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables | null,
  onNext: (result: Result) => void,
): Problem | null {
  const { subscriptions } = useApi();
  const [problem, setProblem] = useState<Problem | null>(null);
  const next = useEffectEvent(onNext);
  const asked = variables === null ? null : JSON.stringify(variables);
  useEffect(() => {
    if (asked === null) return undefined;
    setProblem(null);
    return subscriptions.subscribe(document, JSON.parse(asked) as Variables, { next: (result) => next(result), error: setProblem });
  }, [subscriptions, document, asked]);
  return problem;
}

/** For what is heard live: the answers to these queries are no longer true, and are asked for again where they show. */
export function useRefresh(): (queries: readonly { readonly text: string }[]) => void {
  const { path } = useApi();
  const client = useQueryClient();
  return (queries) => {
    for (const query of queries) void client.invalidateQueries({ queryKey: keyOf(path, query) }, { cancelRefetch: false });
  };
}

/** Whether live updates arrive. */
export function useConnection(): Connection {
  const { subscriptions } = useApi();
  return useSyncExternalStore(subscriptions.watch, subscriptions.connection);
}
