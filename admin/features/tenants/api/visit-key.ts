/**
 * What opens a tenant's own API during a visit. It is in memory alone, among the answers, and gone with them when the session ends or the page
 * is loaded anew; the server ends it with the visit.
 */
import { useCallback } from 'react';
import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { Problem } from '../../../session/problem.ts';
import type { Session } from '../../../session/session.ts';
import type { Person } from '../../../session/session.ts';

export interface VisitKey {
  readonly visitId: string;
  readonly accessToken: string;
}

/** Milliseconds that a visit lasts at most. */
const LONGEST_VISIT_MS = 15 * 60_000;

const keyOf = (tenantId: string): readonly unknown[] => ['key of a visit', tenantId];

/** Keeps the key of a visit that has just begun. */
export function useKeepVisitKey(): (tenantId: string, key: VisitKey) => void {
  const client = useQueryClient();
  return useCallback(
    (tenantId, key) => {
      client.setQueryDefaults(keyOf(tenantId), { gcTime: LONGEST_VISIT_MS, staleTime: Infinity });
      client.setQueryData(keyOf(tenantId), key);
    },
    [client],
  );
}

/** The key of a visit, if it was this window that began it; null otherwise. */
export function useVisitKey(tenantId: string, visitId: string): string | null {
  const { data } = useQuery<VisitKey>({ queryKey: keyOf(tenantId), queryFn: skipToken, gcTime: LONGEST_VISIT_MS });
  return data?.visitId === visitId ? data.accessToken : null;
}

/** The session that a visit is: a token that is never renewed. `onRefused` hears that it is over. */
export function visitSession(accessToken: string, person: Person, onRefused: () => void): Session {
  let over = false;
  const state = { kind: 'open', person } as const;
  return {
    state: () => state,
    subscribe: () => () => undefined,
    open: async () => undefined,
    signIn: () => Promise.reject(new Problem('FORBIDDEN', '')),
    signOut: async () => undefined,
    token: () => (over ? Promise.reject(new Problem('TOKEN_REVOKED', '')) : Promise.resolve(accessToken)),
    refused() {
      over = true;
      onRefused();
    },
    end: () => undefined,
  };
}
