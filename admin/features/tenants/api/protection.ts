/** Proof, keys and visits of one tenant. */
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { TableState } from '../../../components/table-state.ts';
import { useClock } from '../../../components/ui/relative-time.tsx';
import { useApiMutation, useApiQuery, useApiSubscription } from '../../../graphql/api.tsx';
import type { Problem } from '../../../session/problem.ts';
import {
  EnterTenantAsDocument,
  EnterTenantDocument,
  LeaveTenantDocument,
  OwnVisitDocument,
  ProveTenantDocument,
  RevokeTenantKeysDocument,
  RotateTenantKeysDocument,
  TenantKeysDocument,
  TenantProofDocument,
  TenantProofProgressDocument,
  TenantVisitsDocument,
} from './protection.generated.ts';
import type {
  EnterTenantAsMutation,
  EnterTenantAsMutationVariables,
  EnterTenantMutation,
  EnterTenantMutationVariables,
  LeaveTenantMutation,
  LeaveTenantMutationVariables,
  OwnVisitQuery,
  ProveTenantMutation,
  ProveTenantMutationVariables,
  RevokeTenantKeysMutation,
  RevokeTenantKeysMutationVariables,
  RotateTenantKeysMutation,
  RotateTenantKeysMutationVariables,
  TenantKeysQuery,
  TenantProofQuery,
  TenantVisitsQuery,
} from './protection.generated.ts';
import { TenantStateDocument } from './tenant.generated.ts';

export type Proof = NonNullable<NonNullable<TenantProofQuery['isolationRuns']>['nodes'][number]>;
export type VisitRow = NonNullable<NonNullable<TenantVisitsQuery['tenantVisits']>['nodes'][number]>;
type OwnVisit = NonNullable<NonNullable<OwnVisitQuery['tenantVisits']>['nodes'][number]>;

/** The newest proof and the newest attestation, asked for again whenever the proof moves on. */
export function useProof(id: string): UseQueryResult<TenantProofQuery, Problem> {
  const query = useApiQuery(TenantProofDocument, { id });
  useApiSubscription(TenantProofProgressDocument, { id }, () => void query.refetch());
  return query;
}

export function useProve(): UseMutationResult<ProveTenantMutation, Problem, ProveTenantMutationVariables> {
  return useApiMutation(ProveTenantDocument, { changes: [TenantProofDocument, TenantStateDocument] });
}

export function useKeys(id: string): UseQueryResult<TenantKeysQuery, Problem> {
  return useApiQuery(TenantKeysDocument, { id }, { every: 15_000 });
}

export function useRotateKeys(): UseMutationResult<RotateTenantKeysMutation, Problem, RotateTenantKeysMutationVariables> {
  return useApiMutation(RotateTenantKeysDocument, { changes: [TenantKeysDocument] });
}

export function useRevokeKeys(): UseMutationResult<RevokeTenantKeysMutation, Problem, RevokeTenantKeysMutationVariables> {
  return useApiMutation(RevokeTenantKeysDocument, { changes: [TenantKeysDocument] });
}

export function useVisits(id: string, state: TableState): UseQueryResult<TenantVisitsQuery, Problem> {
  return useApiQuery(TenantVisitsDocument, { id, first: state.pageSize, offset: (state.page - 1) * state.pageSize }, { keep: true, every: 30_000 });
}

/** The visit of an operator in a tenant that is open now, until it runs out; null: none is. */
export function useOwnVisit(id: string, operatorId: string): OwnVisit | null {
  const { data } = useApiQuery(OwnVisitDocument, { id, operatorId }, { every: 30_000 });
  const visit = data?.tenantVisits?.nodes[0] ?? null;
  const now = useClock();
  return visit !== null && Date.parse(visit.expiresAt) > now ? visit : null;
}

/** What a visit that begins or ends makes untrue. */
export const VISIT_ANSWERS = [TenantVisitsDocument, OwnVisitDocument] as const;

/** As viewer, to read. Whoever enters keeps the key first, and then refreshes {@link VISIT_ANSWERS}. */
export function useEnterTenant(): UseMutationResult<EnterTenantMutation, Problem, EnterTenantMutationVariables> {
  return useApiMutation(EnterTenantDocument);
}

/** In any built-in role, also to write. */
export function useEnterTenantAs(): UseMutationResult<EnterTenantAsMutation, Problem, EnterTenantAsMutationVariables> {
  return useApiMutation(EnterTenantAsDocument);
}

export function useLeaveTenant(): UseMutationResult<LeaveTenantMutation, Problem, LeaveTenantMutationVariables> {
  return useApiMutation(LeaveTenantDocument, { changes: VISIT_ANSWERS });
}
