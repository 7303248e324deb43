import { QueryClient } from '@tanstack/react-query';
import type { Query } from '@tanstack/react-query';
import { Problem } from '../session/problem.ts';

/** Worth a second try by itself: what may pass. What the server refused, it refuses again. */
const PASSING: ReadonlySet<string> = new Set(['UNAVAILABLE', 'OFFLINE', 'TENANT_BEHIND']);

/** Whether the server said that this is not for who asks. Asked again by itself it would only be refused again, each time on record. */
export function isRefused({ state: { error } }: { readonly state: Pick<Query['state'], 'error'> }): boolean {
  return error instanceof Problem && error.code === 'FORBIDDEN';
}

const unlessRefused = (query: Parameters<typeof isRefused>[0]): boolean => !isRefused(query);

/** Makes the store of answers. They count as fresh for ten seconds, since what matters more arrives live. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        gcTime: 5 * 60_000,
        retry: (failures, error) => failures < 2 && error instanceof Problem && PASSING.has(error.code),
        retryDelay: (attempt) => 500 * 2 ** attempt,
        refetchOnWindowFocus: unlessRefused,
        refetchOnReconnect: unlessRefused,
      },
      mutations: { retry: false },
    },
  });
}
