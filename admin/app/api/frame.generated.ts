/** Made from frame.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../graphql/document.ts';

export type TenantCountsQueryVariables = { [key: string]: never; };

export type TenantCountsQuery = { readonly tenantCounts: { readonly total: number | null, readonly provisioning: number | null, readonly ready: number | null, readonly active: number | null, readonly suspended: number | null, readonly archived: number | null, readonly deleted: number | null, readonly failed: number | null } | null };

export type CurrentTenantQueryVariables = {
  id: string;
};

export type CurrentTenantQuery = { readonly tenant: { readonly rowId: string, readonly name: string, readonly status: string } | null };

export type TenantChangesSeenSubscriptionVariables = { [key: string]: never; };

export type TenantChangesSeenSubscription = { readonly tenantChanges: { readonly many: boolean } | null };

export type SystemHealthSubscriptionVariables = { [key: string]: never; };

export type SystemHealthSubscription = { readonly systemHealth: { readonly ready: boolean, readonly failing: ReadonlyArray<string>, readonly version: string, readonly startedAt: string, readonly listening: boolean, readonly supportContact: string | null, readonly status: { readonly at: string | null, readonly serverVersion: string | null, readonly workerAlive: boolean | null, readonly workerSeenAt: string | null, readonly jobsWaiting: number | null, readonly jobsWaitingSince: string | null, readonly jobsFailed: number | null, readonly unsealedEvents: number | null, readonly unsealedSince: string | null, readonly checkpointAt: string | null, readonly flawedChains: number | null, readonly lastProofAt: string | null, readonly proofsRunning: number | null, readonly connections: number | null, readonly mostConnections: number | null, readonly storageBytes: string | null, readonly measuredAt: string | null, readonly lockedLanes: number | null, readonly lockedTenants: number | null } | null } | null };

export type HealthFragment = { readonly ready: boolean, readonly failing: ReadonlyArray<string>, readonly version: string, readonly startedAt: string, readonly listening: boolean, readonly supportContact: string | null, readonly status: { readonly at: string | null, readonly serverVersion: string | null, readonly workerAlive: boolean | null, readonly workerSeenAt: string | null, readonly jobsWaiting: number | null, readonly jobsWaitingSince: string | null, readonly jobsFailed: number | null, readonly unsealedEvents: number | null, readonly unsealedSince: string | null, readonly checkpointAt: string | null, readonly flawedChains: number | null, readonly lastProofAt: string | null, readonly proofsRunning: number | null, readonly connections: number | null, readonly mostConnections: number | null, readonly storageBytes: string | null, readonly measuredAt: string | null, readonly lockedLanes: number | null, readonly lockedTenants: number | null } | null };

export type OwnLimitsQueryVariables = { [key: string]: never; };

export type OwnLimitsQuery = { readonly mySession: { readonly tenants: ReadonlyArray<string | null> | null } | null };

export type NoteBoundaryMutationVariables = {
  tenantId: string;
};

export type NoteBoundaryMutation = { readonly noteBoundary: { readonly result: boolean | null } | null };

export const TenantCountsDocument = new TypedDocumentString<TenantCountsQuery, TenantCountsQueryVariables>(`query TenantCounts {
  tenantCounts {
    total
    provisioning
    ready
    active
    suspended
    archived
    deleted
    failed
  }
}`);

export const CurrentTenantDocument = new TypedDocumentString<CurrentTenantQuery, CurrentTenantQueryVariables>(`query CurrentTenant($id: String!) {
  tenant(rowId: $id) {
    rowId
    name
    status
  }
}`);

export const TenantChangesSeenDocument = new TypedDocumentString<TenantChangesSeenSubscription, TenantChangesSeenSubscriptionVariables>(`subscription TenantChangesSeen {
  tenantChanges {
    many
  }
}`);

export const SystemHealthDocument = new TypedDocumentString<SystemHealthSubscription, SystemHealthSubscriptionVariables>(`subscription SystemHealth {
  systemHealth {
    ...Health
  }
}
fragment Health on SystemHealth {
  ready
  failing
  version
  startedAt
  listening
  supportContact
  status {
    at
    serverVersion
    workerAlive
    workerSeenAt
    jobsWaiting
    jobsWaitingSince
    jobsFailed
    unsealedEvents
    unsealedSince
    checkpointAt
    flawedChains
    lastProofAt
    proofsRunning
    connections
    mostConnections
    storageBytes
    measuredAt
    lockedLanes
    lockedTenants
  }
}`);

export const OwnLimitsDocument = new TypedDocumentString<OwnLimitsQuery, OwnLimitsQueryVariables>(`query OwnLimits {
  mySession {
    tenants
  }
}`);

export const NoteBoundaryDocument = new TypedDocumentString<NoteBoundaryMutation, NoteBoundaryMutationVariables>(`mutation NoteBoundary($tenantId: String!) {
  noteBoundary(input: {tenantId: $tenantId}) {
    result
  }
}`);
