/** What a visit shows of a tenant's business, over the tenant's own API. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { TableState } from '../../../components/table-state.ts';
import { useApiQuery } from '../../../graphql/api.tsx';
import type { AgreementFilter, BrandFilter, LicenseeFilter } from '../../../graphql/tenant-inputs.generated.ts';
import type { Problem } from '../../../session/problem.ts';
import { InsideAgreementsDocument, InsideApprovalsDocument, InsideBrandsDocument, InsideFiguresDocument, InsideLicenseesDocument } from './inside.tenant.generated.ts';
import type { InsideAgreementsQuery, InsideApprovalsQuery, InsideBrandsQuery, InsideFiguresQuery, InsideLicenseesQuery } from './inside.tenant.generated.ts';

export type BrandRow = NonNullable<NonNullable<InsideBrandsQuery['brands']>['nodes'][number]>;
export type LicenseeRow = NonNullable<NonNullable<InsideLicenseesQuery['licensees']>['nodes'][number]>;
export type AgreementRow = NonNullable<NonNullable<InsideAgreementsQuery['agreements']>['nodes'][number]>;
export type ApprovalRow = NonNullable<NonNullable<InsideApprovalsQuery['approvals']>['nodes'][number]>;

const pageOf = ({ page, pageSize }: TableState) => ({ first: pageSize, offset: (page - 1) * pageSize });
/** The server takes no empty filter. */
const filterOf = <Part>(...parts: (Part | null)[]): { filter?: { and: Part[] } } => {
  const set = parts.filter((part) => part !== null);
  return set.length === 0 ? {} : { filter: { and: set } };
};
const statusOf = (state: TableState) => (state.filter('status') === '' ? null : { status: { equalTo: state.filter('status') } });

export function useInsideFigures(): UseQueryResult<InsideFiguresQuery, Problem> {
  return useApiQuery(InsideFiguresDocument, {});
}

export function useInsideBrands(state: TableState): UseQueryResult<InsideBrandsQuery, Problem> {
  const { column, descending } = state.sort;
  const order = column === 'status' ? (descending ? 'STATUS_DESC' : 'STATUS_ASC') : descending ? 'NAME_DESC' : 'NAME_ASC';
  const search = state.search === '' ? null : { or: [{ name: { includesInsensitive: state.search } }, { category: { includesInsensitive: state.search } }] };
  return useApiQuery(InsideBrandsDocument, { ...pageOf(state), orderBy: [order, 'PRIMARY_KEY_ASC'], ...filterOf<BrandFilter>(search, statusOf(state)) }, { keep: true });
}

export function useInsideLicensees(state: TableState): UseQueryResult<InsideLicenseesQuery, Problem> {
  const { column, descending } = state.sort;
  const order = column === 'country' ? (descending ? 'COUNTRY_DESC' : 'COUNTRY_ASC') : descending ? 'NAME_DESC' : 'NAME_ASC';
  const search = state.search === '' ? null : { name: { includesInsensitive: state.search } };
  return useApiQuery(InsideLicenseesDocument, { ...pageOf(state), orderBy: [order, 'PRIMARY_KEY_ASC'], ...filterOf<LicenseeFilter>(search, statusOf(state)) }, { keep: true });
}

export function useInsideAgreements(state: TableState): UseQueryResult<InsideAgreementsQuery, Problem> {
  const { column, descending } = state.sort;
  const order = column === 'term' ? (descending ? 'ENDS_ON_DESC' : 'ENDS_ON_ASC') : descending ? 'NUMBER_DESC' : 'NUMBER_ASC';
  const search = state.search === '' ? null : { number: { includesInsensitive: state.search } };
  return useApiQuery(InsideAgreementsDocument, { ...pageOf(state), orderBy: [order, 'PRIMARY_KEY_ASC'], ...filterOf<AgreementFilter>(search, statusOf(state)) }, { keep: true });
}

export function useInsideApprovals(state: TableState): UseQueryResult<InsideApprovalsQuery, Problem> {
  const order = state.sort.descending ? 'CREATED_AT_DESC' : 'CREATED_AT_ASC';
  return useApiQuery(InsideApprovalsDocument, { ...pageOf(state), orderBy: [order, 'PRIMARY_KEY_ASC'] }, { keep: true });
}
