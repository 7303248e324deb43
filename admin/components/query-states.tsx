import type { ReactNode } from 'react';
import { ErrorState } from './error-state.tsx';
import { SlowNote } from './slow-note.tsx';
import { Stack } from './ui/layout.tsx';
import { LoadingWord } from './ui/skeleton.tsx';

/** What is needed of a query's result, as `useApiQuery` gives it. */
export interface QueryLike<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

interface QueryStatesProps<Data> {
  readonly query: QueryLike<Data>;
  /** In the shape of what will come. */
  readonly skeleton: ReactNode;
  readonly children: (data: Data) => ReactNode;
}

/** A question's three states: on its way, failed with a way to try again, answered. Emptiness is the answer's own. */
export function QueryStates<Data>({ query, skeleton, children }: QueryStatesProps<Data>) {
  const retry = () => void query.refetch();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error !== null) return <ErrorState error={query.error} onRetry={retry} />;
  return (
    <Stack gap="4" aria-busy>
      <LoadingWord />
      <SlowNote onRetry={retry} />
      {skeleton}
    </Stack>
  );
}
