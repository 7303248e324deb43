/** Made from tenants.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../../graphql/document.ts';
import type { TenantFilter, TenantOrderBy } from '../../../graphql/platform-inputs.generated.ts';

export type TenantsQueryVariables = {
  first: number;
  offset: number;
  orderBy?: ReadonlyArray<TenantOrderBy> | TenantOrderBy | null | undefined;
  filter?: TenantFilter | null | undefined;
};

export type TenantsQuery = { readonly tenants: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly name: string, readonly status: string, readonly tier: string, readonly createdAt: string, readonly sizeBytes: string | null, readonly lastActivityAt: string | null } | null> } | null };

export const TenantsDocument = new TypedDocumentString<TenantsQuery, TenantsQueryVariables>(`query Tenants($first: Int!, $offset: Int!, $orderBy: [TenantOrderBy!], $filter: TenantFilter) {
  tenants(first: $first, offset: $offset, orderBy: $orderBy, filter: $filter) {
    totalCount
    nodes {
      rowId
      name
      status
      tier
      createdAt
      sizeBytes
      lastActivityAt
    }
  }
}`);
