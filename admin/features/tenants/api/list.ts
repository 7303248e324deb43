/** What the list of tenants asks for, by its address. Loaded with the console, so that it is asked before the page is there. */
import { tableView } from '../../../components/table-state.ts';
import type { TableView } from '../../../components/table-state.ts';
import type { Ask } from '../../../graphql/api.tsx';
import type { TenantFilter, TenantOrderBy } from '../../../graphql/platform-inputs.generated.ts';
import { TenantFiguresDocument, TenantsDocument } from './tenants.generated.ts';
import type { TenantsQueryVariables } from './tenants.generated.ts';

/** The columns that the server sorts by, and its names for them. */
const ORDERS: Readonly<Record<string, readonly [ascending: TenantOrderBy, descending: TenantOrderBy]>> = {
  id: ['ROW_ID_ASC', 'ROW_ID_DESC'],
  name: ['NAME_ASC', 'NAME_DESC'],
  status: ['STATUS_ASC', 'STATUS_DESC'],
  created: ['CREATED_AT_ASC', 'CREATED_AT_DESC'],
  size: ['SIZE_BYTES_ASC', 'SIZE_BYTES_DESC'],
  activity: ['LAST_ACTIVITY_AT_ASC', 'LAST_ACTIVITY_AT_DESC'],
};

/** How the list is where its address says nothing. */
export const LIST_DEFAULTS = { sort: { column: 'created', descending: true }, filters: ['status'] } as const;

/** The page of tenants that the address asks for. The key at the end makes the order whole where values are the same. */
export function pageOfTenants({ page, pageSize, sort, search, filter }: TableView): TenantsQueryVariables {
  const [ascending, descending] = ORDERS[sort.column] ?? (['ROW_ID_ASC', 'ROW_ID_DESC'] as const);
  return {
    first: pageSize,
    offset: (page - 1) * pageSize,
    orderBy: [sort.descending ? descending : ascending, 'PRIMARY_KEY_ASC'],
    ...filterOf(search, filter('status')),
  };
}

/** Asks for all that the list shows first. */
export function asksOfList(ask: Ask, search: URLSearchParams): void {
  ask(TenantsDocument, pageOfTenants(tableView(search, LIST_DEFAULTS)));
  ask(TenantFiguresDocument, {});
}

/** The server takes no empty filter, so there is none where nothing is searched for. */
function filterOf(search: string, status: string): { filter?: TenantFilter } {
  const parts: TenantFilter[] = [];
  if (search !== '') parts.push({ or: [{ name: { includesInsensitive: search } }, { rowId: { includesInsensitive: search } }] });
  if (status !== '') parts.push({ status: { equalTo: status } });
  return parts.length === 0 ? {} : { filter: { and: parts } };
}
