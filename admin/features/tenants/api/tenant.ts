/** Questions about one tenant. */
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { TableState } from '../../../components/table-state.ts';
import { useApiMutation, useApiQuery } from '../../../graphql/api.tsx';
import type { Problem } from '../../../session/problem.ts';
import { SettingHistoryDocument } from './configuration.generated.ts';
import { ChangeTenantDocument, TenantChainDocument, TenantClassesDocument, TenantDocument, TenantStateDocument, TenantTransitionsDocument } from './tenant.generated.ts';
import type {
  ChangeTenantMutation,
  ChangeTenantMutationVariables,
  TenantChainQuery,
  TenantClassesQuery,
  TenantQuery,
  TenantStateQuery,
  TenantTransitionsQuery,
} from './tenant.generated.ts';
import { TenantFiguresDocument, TenantsDocument } from './tenants.generated.ts';

/** A tenant as its pages show it. */
export type Tenant = NonNullable<TenantQuery['tenant']>;
export type TransitionRow = NonNullable<NonNullable<TenantTransitionsQuery['tenantTransitions']>['nodes'][number]>;

/** What is no longer true once a tenant has changed. */
export const TENANT_ANSWERS = [TenantDocument, TenantStateDocument, TenantTransitionsDocument, TenantsDocument, TenantFiguresDocument, SettingHistoryDocument] as const;

/** Asked again by itself too: what a tenant changes of its own settings is not announced. */
export function useTenantQuery(id: string): UseQueryResult<TenantQuery, Problem> {
  return useApiQuery(TenantDocument, { id }, { every: 30_000 });
}

/** Schema, newest proof, open alerts. */
export function useTenantState(id: string): UseQueryResult<TenantStateQuery, Problem> {
  return useApiQuery(TenantStateDocument, { id });
}

/** How many columns of a version of the schema are of each class. Null: there is no schema yet. */
export function useTenantClasses(version: number | null): UseQueryResult<TenantClassesQuery, Problem> {
  return useApiQuery(TenantClassesDocument, { version: version ?? 0 }, { enabled: version !== null });
}

/** Whether the chain of its trail holds. */
export function useChain(id: string): UseQueryResult<TenantChainQuery, Problem> {
  return useApiQuery(TenantChainDocument, { id }, { every: 30_000 });
}

export function useTransitions(id: string, state: TableState): UseQueryResult<TenantTransitionsQuery, Problem> {
  return useApiQuery(TenantTransitionsDocument, { id, first: state.pageSize, offset: (state.page - 1) * state.pageSize }, { keep: true });
}

/** Changes fields or settings; refused with STALE_VERSION when somebody was faster. */
export function useChangeTenant(): UseMutationResult<ChangeTenantMutation, Problem, ChangeTenantMutationVariables> {
  return useApiMutation(ChangeTenantDocument, { changes: TENANT_ANSWERS });
}
