import type { UseQueryResult } from '@tanstack/react-query';
import { useApiQuery } from '../../../graphql/api.tsx';
import type { TenantFilter, TenantOrderBy } from '../../../graphql/platform-inputs.generated.ts';
import type { TableState } from '../../../components/table-state.ts';
import type { Problem } from '../../../session/problem.ts';
import { TenantsDocument } from './tenants.generated.ts';
import type { TenantsQuery } from './tenants.generated.ts';

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
