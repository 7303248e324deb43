/** Made from tenant.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../../graphql/document.ts';

export type TenantQueryVariables = {
  id: string;
};

export type TenantQuery = { readonly tenant: { readonly rowId: string, readonly name: string, readonly description: string | null, readonly domain: string | null, readonly status: string, readonly tier: string, readonly template: string, readonly settings: unknown, readonly schemaVersion: number | null, readonly lane: number, readonly version: number, readonly sizeBytes: string | null, readonly createdAt: string, readonly updatedAt: string, readonly activatedAt: string | null, readonly deletedAt: string | null, readonly purgeAfter: string | null, readonly lastActivityAt: string | null, readonly measuredAt: string | null } | null };

export type TenantStateQueryVariables = {
  id: string;
};

export type TenantStateQuery = { readonly tenantDrift: { readonly expected: string | null, readonly actual: string | null, readonly drifted: boolean | null } | null, readonly isolationRuns: { readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly status: string, readonly finishedAt: string | null, readonly attempts: number | null, readonly attemptFailures: number | null, readonly postureChecks: number | null, readonly postureFailures: number | null } | null> } | null, readonly alerts: { readonly totalCount: number } | null };

export type TenantClassesQueryVariables = {
  version: number;
};

export type TenantClassesQuery = { readonly confidential: { readonly totalCount: number } | null, readonly personal: { readonly totalCount: number } | null, readonly secret: { readonly totalCount: number } | null };

export type TenantTransitionsQueryVariables = {
  id: string;
  first: number;
  offset: number;
};

export type TenantTransitionsQuery = { readonly tenantTransitions: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly fromStatus: string | null, readonly toStatus: string, readonly reason: string | null, readonly actor: string, readonly createdAt: string } | null> } | null };

export type ChangeTenantMutationVariables = {
  id: string;
  patch: unknown;
  expectedVersion: number;
};

export type ChangeTenantMutation = { readonly updateTenant: { readonly result: { readonly version: number } | null } | null };

export type TenantChainQueryVariables = {
  id: string;
};

export type TenantChainQuery = { readonly chainStatus: { readonly head: string | null, readonly verifiedUpTo: string | null, readonly verifiedAt: string | null, readonly flaw: string | null, readonly checkpointed: string | null, readonly checkpointAt: string | null, readonly retention: string | null, readonly heldAt: string | null, readonly holdReason: string | null, readonly state: string | null } | null };

export const TenantDocument = new TypedDocumentString<TenantQuery, TenantQueryVariables>(`query Tenant($id: String!) {
  tenant(rowId: $id) {
    rowId
    name
    description
    domain
    status
    tier
    template
    settings
    schemaVersion
    lane
    version
    sizeBytes
    createdAt
    updatedAt
    activatedAt
    deletedAt
    purgeAfter
    lastActivityAt
    measuredAt
  }
}`);

export const TenantStateDocument = new TypedDocumentString<TenantStateQuery, TenantStateQueryVariables>(`query TenantState($id: String!) {
  tenantDrift(id: $id) {
    expected
    actual
    drifted
  }
  isolationRuns(first: 1, condition: {tenantId: $id}, orderBy: [STARTED_AT_DESC]) {
    nodes {
      rowId
      status
      finishedAt
      attempts
      attemptFailures
      postureChecks
      postureFailures
    }
  }
  alerts(condition: {tenantId: $id}, filter: {acknowledgedAt: {isNull: true}}) {
    totalCount
  }
}`);

export const TenantClassesDocument = new TypedDocumentString<TenantClassesQuery, TenantClassesQueryVariables>(`query TenantClasses($version: Int!) {
  confidential: columnClasses(
    condition: {schemaVersion: $version, class: "confidential"}
  ) {
    totalCount
  }
  personal: columnClasses(condition: {schemaVersion: $version, class: "personal"}) {
    totalCount
  }
  secret: columnClasses(condition: {schemaVersion: $version, class: "secret"}) {
    totalCount
  }
}`);

export const TenantTransitionsDocument = new TypedDocumentString<TenantTransitionsQuery, TenantTransitionsQueryVariables>(`query TenantTransitions($id: String!, $first: Int!, $offset: Int!) {
  tenantTransitions(
    first: $first
    offset: $offset
    condition: {tenantId: $id}
    orderBy: [CREATED_AT_DESC, PRIMARY_KEY_DESC]
  ) {
    totalCount
    nodes {
      rowId
      fromStatus
      toStatus
      reason
      actor
      createdAt
    }
  }
}`);

export const ChangeTenantDocument = new TypedDocumentString<ChangeTenantMutation, ChangeTenantMutationVariables>(`mutation ChangeTenant($id: String!, $patch: JSON!, $expectedVersion: Int!) {
  updateTenant(input: {id: $id, patch: $patch, expectedVersion: $expectedVersion}) {
    result {
      version
    }
  }
}`);

export const TenantChainDocument = new TypedDocumentString<TenantChainQuery, TenantChainQueryVariables>(`query TenantChain($id: String!) {
  chainStatus(id: $id) {
    head
    verifiedUpTo
    verifiedAt
    flaw
    checkpointed
    checkpointAt
    retention
    heldAt
    holdReason
    state
  }
}`);
