import type { UseQueryResult } from '@tanstack/react-query';
import { useApiQuery, useApiSubscription } from '../../../graphql/api.tsx';
import type { TenantFilter, TenantOrderBy } from '../../../graphql/platform-inputs.generated.ts';
import type { TableState } from '../../../components/table-state.ts';
import type { Problem } from '../../../session/problem.ts';
import { TenantChangesDocument, TenantFiguresDocument, TenantsDocument } from './tenants.generated.ts';
import type { TenantFiguresQuery, TenantsQuery } from './tenants.generated.ts';

/** A row of the list. */
export type TenantRow = NonNullable<NonNullable<TenantsQuery['tenants']>['nodes'][number]>;

/** The columns that the server sorts by, and its names for them. */
const ORDERS: Readonly<Record<string, readonly [ascending: TenantOrderBy, descending: TenantOrderBy]>> = {
  id: ['ROW_ID_ASC', 'ROW_ID_DESC'],
  name: ['NAME_ASC', 'NAME_DESC'],
  status: ['STATUS_ASC', 'STATUS_DESC'],
  created: ['CREATED_AT_ASC', 'CREATED_AT_DESC'],
  size: ['SIZE_BYTES_ASC', 'SIZE_BYTES_DESC'],
  activity: ['LAST_ACTIVITY_AT_ASC', 'LAST_ACTIVITY_AT_DESC'],
};

/** The page of tenants that the address asks for. The key at the end makes the order whole where values are the same. */
export function useTenants(state: TableState): UseQueryResult<TenantsQuery, Problem> {
  const [ascending, descending] = ORDERS[state.sort.column] ?? (['ROW_ID_ASC', 'ROW_ID_DESC'] as const);
  return useApiQuery(
    TenantsDocument,
    {
      first: state.pageSize,
      offset: (state.page - 1) * state.pageSize,
      orderBy: [state.sort.descending ? descending : ascending, 'PRIMARY_KEY_ASC'],
      ...filterOf(state.search, state.filter('status')),
    },
    { keep: true },
  );
}

/** The server takes no empty filter, so there is none where nothing is searched for. */
function filterOf(search: string, status: string): { filter?: TenantFilter } {
  const parts: TenantFilter[] = [];
  if (search !== '') parts.push({ or: [{ name: { includesInsensitive: search } }, { rowId: { includesInsensitive: search } }] });
  if (status !== '') parts.push({ status: { equalTo: status } });
  return parts.length === 0 ? {} : { filter: { and: parts } };
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
