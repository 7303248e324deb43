/** Made from inside.tenant.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../../graphql/document.ts';
import type { AgreementFilter, AgreementOrderBy, ApprovalOrderBy, BrandFilter, BrandOrderBy, LicenseeFilter, LicenseeOrderBy } from '../../../graphql/tenant-inputs.generated.ts';

export type InsideFiguresQueryVariables = { [key: string]: never; };

export type InsideFiguresQuery = { readonly brands: { readonly totalCount: number } | null, readonly licensees: { readonly totalCount: number } | null, readonly agreements: { readonly totalCount: number } | null, readonly approvals: { readonly totalCount: number } | null };

export type InsideBrandsQueryVariables = {
  first: number;
  offset: number;
  orderBy?: ReadonlyArray<BrandOrderBy> | BrandOrderBy | null | undefined;
  filter?: BrandFilter | null | undefined;
};

export type InsideBrandsQuery = { readonly brands: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly name: string, readonly category: string | null, readonly trademarkNumber: string | null, readonly status: string, readonly updatedAt: string } | null> } | null };

export type InsideLicenseesQueryVariables = {
  first: number;
  offset: number;
  orderBy?: ReadonlyArray<LicenseeOrderBy> | LicenseeOrderBy | null | undefined;
  filter?: LicenseeFilter | null | undefined;
};

export type InsideLicenseesQuery = { readonly licensees: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly name: string, readonly legalName: string | null, readonly country: string | null, readonly contactEmail: string | null, readonly status: string, readonly updatedAt: string } | null> } | null };

export type InsideAgreementsQueryVariables = {
  first: number;
  offset: number;
  orderBy?: ReadonlyArray<AgreementOrderBy> | AgreementOrderBy | null | undefined;
  filter?: AgreementFilter | null | undefined;
};

export type InsideAgreementsQuery = { readonly agreements: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly number: string, readonly status: string, readonly startsOn: string | null, readonly endsOn: string | null, readonly royaltyRate: string, readonly minimumGuarantee: string, readonly currency: string | null, readonly brand: { readonly name: string } | null, readonly licensee: { readonly name: string } | null } | null> } | null };

export type InsideApprovalsQueryVariables = {
  first: number;
  offset: number;
  orderBy?: ReadonlyArray<ApprovalOrderBy> | ApprovalOrderBy | null | undefined;
};

export type InsideApprovalsQuery = { readonly approvals: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly kind: string, readonly status: string, readonly createdAt: string, readonly decidedAt: string | null, readonly agreement: { readonly number: string } | null } | null> } | null };

export const InsideFiguresDocument = new TypedDocumentString<InsideFiguresQuery, InsideFiguresQueryVariables>(`query InsideFigures {
  brands {
    totalCount
  }
  licensees {
    totalCount
  }
  agreements {
    totalCount
  }
  approvals {
    totalCount
  }
}`);

export const InsideBrandsDocument = new TypedDocumentString<InsideBrandsQuery, InsideBrandsQueryVariables>(`query InsideBrands($first: Int!, $offset: Int!, $orderBy: [BrandOrderBy!], $filter: BrandFilter) {
  brands(first: $first, offset: $offset, orderBy: $orderBy, filter: $filter) {
    totalCount
    nodes {
      rowId
      name
      category
      trademarkNumber
      status
      updatedAt
    }
  }
}`);

export const InsideLicenseesDocument = new TypedDocumentString<InsideLicenseesQuery, InsideLicenseesQueryVariables>(`query InsideLicensees($first: Int!, $offset: Int!, $orderBy: [LicenseeOrderBy!], $filter: LicenseeFilter) {
  licensees(first: $first, offset: $offset, orderBy: $orderBy, filter: $filter) {
    totalCount
    nodes {
      rowId
      name
      legalName
      country
      contactEmail
      status
      updatedAt
    }
  }
}`);

export const InsideAgreementsDocument = new TypedDocumentString<InsideAgreementsQuery, InsideAgreementsQueryVariables>(`query InsideAgreements($first: Int!, $offset: Int!, $orderBy: [AgreementOrderBy!], $filter: AgreementFilter) {
  agreements(first: $first, offset: $offset, orderBy: $orderBy, filter: $filter) {
    totalCount
    nodes {
      rowId
      number
      status
      startsOn
      endsOn
      royaltyRate
      minimumGuarantee
      currency
      brand {
        name
      }
      licensee {
        name
      }
    }
  }
}`);

export const InsideApprovalsDocument = new TypedDocumentString<InsideApprovalsQuery, InsideApprovalsQueryVariables>(`query InsideApprovals($first: Int!, $offset: Int!, $orderBy: [ApprovalOrderBy!]) {
  approvals(first: $first, offset: $offset, orderBy: $orderBy) {
    totalCount
    nodes {
      rowId
      kind
      status
      createdAt
      decidedAt
      agreement {
        number
      }
    }
  }
}`);
