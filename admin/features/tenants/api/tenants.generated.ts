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

export type TenantFiguresQueryVariables = { [key: string]: never; };

export type TenantFiguresQuery = { readonly tenantCounts: { readonly total: number | null, readonly active: number | null, readonly suspended: number | null, readonly provisioning: number | null, readonly ready: number | null, readonly failed: number | null } | null, readonly provisioningEstimate: { readonly medianMs: number | null, readonly runs: number | null, readonly waiting: number | null, readonly freeLanes: number | null } | null, readonly systemStatus: { readonly storageBytes: string | null, readonly measuredAt: string | null, readonly connections: number | null, readonly mostConnections: number | null } | null };

export type TenantChangesSubscriptionVariables = { [key: string]: never; };

export type TenantChangesSubscription = { readonly tenantChanges: { readonly many: boolean, readonly tenants: ReadonlyArray<{ readonly rowId: string } | null> } | null };

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

export const TenantFiguresDocument = new TypedDocumentString<TenantFiguresQuery, TenantFiguresQueryVariables>(`query TenantFigures {
  tenantCounts {
    total
    active
    suspended
    provisioning
    ready
    failed
  }
  provisioningEstimate {
    medianMs
    runs
    waiting
    freeLanes
  }
  systemStatus {
    storageBytes
    measuredAt
    connections
    mostConnections
  }
}`);

export const TenantChangesDocument = new TypedDocumentString<TenantChangesSubscription, TenantChangesSubscriptionVariables>(`subscription TenantChanges {
  tenantChanges {
    many
    tenants {
      rowId
    }
  }
}`);
