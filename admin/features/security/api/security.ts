/** What the security section asks. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { TableState } from '../../../components/table-state.ts';
import { useApiQuery } from '../../../graphql/api.tsx';
import type { AlertFilter, IncidentFilter, TenantFilter, TenantOrderBy } from '../../../graphql/platform-inputs.generated.ts';
import type { Problem } from '../../../session/problem.ts';
import { AlertsDocument, IncidentsDocument, IsolationMatrixDocument, LockDownsDocument, SecurityTenantsDocument } from './security.generated.ts';
import type { AlertsQuery, IncidentsQuery, IsolationMatrixQuery, LockDownsQuery, SecurityTenantsQuery } from './security.generated.ts';

export type MatrixRow = NonNullable<NonNullable<IsolationMatrixQuery['tenants']>['nodes'][number]>;
export type AlertRow = NonNullable<NonNullable<AlertsQuery['alerts']>['nodes'][number]>;
export type IncidentRow = NonNullable<NonNullable<IncidentsQuery['incidents']>['nodes'][number]>;
export type LockDownRow = NonNullable<NonNullable<LockDownsQuery['lockDowns']>['nodes'][number]>;
export type SecurityTenantRow = NonNullable<NonNullable<SecurityTenantsQuery['tenants']>['nodes'][number]>;

/** Tenants that have a schema to be proven. */
const WITH_SCHEMA = ['ready', 'active', 'suspended', 'archived'];

const page = (state: TableState) => ({ first: state.pageSize, offset: (state.page - 1) * state.pageSize });

function tenantOrder({ sort }: TableState): TenantOrderBy[] {
  const order = sort.column === 'name' ? (['NAME_ASC', 'NAME_DESC'] as const) : (['ROW_ID_ASC', 'ROW_ID_DESC'] as const);
  return [order[sort.descending ? 1 : 0], 'PRIMARY_KEY_ASC'];
}

function tenantFilter(search: string, parts: readonly TenantFilter[] = []): TenantFilter {
  const found: TenantFilter[] = search === '' ? [] : [{ or: [{ name: { includesInsensitive: search } }, { rowId: { includesInsensitive: search } }] }];
  return { and: [{ status: { in: WITH_SCHEMA } }, ...parts, ...found] };
}

/** A page of the matrix: tenants, each with its newest proofs. */
export function useMatrix(state: TableState): UseQueryResult<IsolationMatrixQuery, Problem> {
  const filter = tenantFilter(state.search, state.filter('proof') === 'none' ? [{ isolationRunsExist: false }] : []);
  return useApiQuery(IsolationMatrixDocument, { ...page(state), orderBy: tenantOrder(state), filter }, { keep: true, every: 30_000 });
}

/** A page of tenants for evidence and compliance. */
export function useSecurityTenants(state: TableState): UseQueryResult<SecurityTenantsQuery, Problem> {
  return useApiQuery(SecurityTenantsDocument, { ...page(state), orderBy: tenantOrder(state), filter: tenantFilter(state.search) }, { keep: true });
}

/** A page of alerts, the newest first; the open ones unless the address says otherwise. */
export function useAlerts(state: TableState): UseQueryResult<AlertsQuery, Problem> {
  const parts: AlertFilter[] = [];
  const [status, severity] = [state.filter('state'), state.filter('severity')];
  if (status === 'open') parts.push({ acknowledgedAt: { isNull: true } });
  if (status === 'seen') parts.push({ acknowledgedAt: { isNull: false } });
  if (severity !== '') parts.push({ severity: { equalTo: severity } });
  return useApiQuery(AlertsDocument, { ...page(state), orderBy: ['LAST_AT_DESC', 'PRIMARY_KEY_ASC'], ...(parts.length > 0 && { filter: { and: parts } }) }, { keep: true });
}

/** A page of incidents, the newest first. */
export function useIncidents(state: TableState): UseQueryResult<IncidentsQuery, Problem> {
  const parts: IncidentFilter[] = [];
  const [status, severity] = [state.filter('status'), state.filter('severity')];
  if (status !== '') parts.push({ status: { equalTo: status } });
  if (severity !== '') parts.push({ severity: { equalTo: severity } });
  return useApiQuery(IncidentsDocument, { ...page(state), orderBy: ['REPORTED_AT_DESC', 'PRIMARY_KEY_ASC'], ...(parts.length > 0 && { filter: { and: parts } }) }, { keep: true });
}

/** A page of lock-downs, the newest first. */
export function useLockDowns(state: TableState): UseQueryResult<LockDownsQuery, Problem> {
  return useApiQuery(LockDownsDocument, { ...page(state), orderBy: ['LOCKED_AT_DESC', 'PRIMARY_KEY_DESC'] }, { keep: true });
}
