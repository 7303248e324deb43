import type { UseQueryResult } from '@tanstack/react-query';
import { useApiQuery, useApiSubscription } from '../../../graphql/api.tsx';
import type { TableView } from '../../../components/table-state.ts';
import type { Problem } from '../../../session/problem.ts';
import { pageOfTenants } from './list.ts';
import { TenantChangesDocument, TenantFiguresDocument, TenantsDocument } from './tenants.generated.ts';
import type { TenantFiguresQuery, TenantsQuery } from './tenants.generated.ts';

/** A row of the list. */
export type TenantRow = NonNullable<NonNullable<TenantsQuery['tenants']>['nodes'][number]>;

/** The page of tenants that the address asks for. */
export function useTenants(state: TableView): UseQueryResult<TenantsQuery, Problem> {
  return useApiQuery(TenantsDocument, pageOfTenants(state), { keep: true });
}

/** The figures above the list. */
export function useTenantFigures(): UseQueryResult<TenantFiguresQuery, Problem> {
  return useApiQuery(TenantFiguresDocument, {}, { every: 30_000 });
}

/** Says when tenants change, while it is shown: with a tenant's id when that one changes. The first event of the server names none. */
export function useTenantChanges(onChange: () => void, id?: string): void {
  useApiSubscription(TenantChangesDocument, {}, ({ tenantChanges }) => {
    if (tenantChanges === null) return;
    const { many, tenants } = tenantChanges;
    if (many || (id === undefined ? tenants.length > 0 : tenants.some((tenant) => tenant?.rowId === id))) onChange();
  });
}
