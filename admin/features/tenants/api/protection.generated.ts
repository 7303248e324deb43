/** Made from protection.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../../graphql/document.ts';

export type TenantProofQueryVariables = {
  id: string;
};

export type TenantProofQuery = { readonly isolationRuns: { readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly cause: string, readonly status: string, readonly startedAt: string, readonly finishedAt: string | null, readonly durationMs: string | null, readonly postureChecks: number | null, readonly postureFailures: number | null, readonly attempts: number | null, readonly attemptFailures: number | null, readonly broken: string | null, readonly sampled: number, readonly schemaVersion: number, readonly serverVersion: string, readonly isolationFailuresByRunId: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly half: string, readonly kind: string, readonly target: string, readonly expected: string, readonly seen: string } | null> } } | null> } | null, readonly attestations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly at: string, readonly passed: boolean, readonly statement: string } | null> } | null };

export type TenantProofProgressSubscriptionVariables = {
  id: string;
};

export type TenantProofProgressSubscription = { readonly isolationProgress: { readonly run: { readonly rowId: string, readonly status: string } | null } | null };

export type ProveTenantMutationVariables = {
  id: string;
};

export type ProveTenantMutation = { readonly verifyIsolation: { readonly result: { readonly runId: string | null } | null } | null };

export type TenantKeysQueryVariables = {
  id: string;
};

export type TenantKeysQuery = { readonly signingKeys: { readonly nodes: ReadonlyArray<{ readonly kid: string | null, readonly alg: string | null, readonly state: string | null, readonly createdAt: string | null, readonly stateSince: string | null, readonly ageDays: number | null } | null> } | null };

export type RotateTenantKeysMutationVariables = {
  id: string;
  reason: string;
};

export type RotateTenantKeysMutation = { readonly rotateKeys: { readonly result: string | null } | null };

export type RevokeTenantKeysMutationVariables = {
  id: string;
  reason: string;
};

export type RevokeTenantKeysMutation = { readonly revokeKeys: { readonly result: number | null } | null };

export type TenantVisitsQueryVariables = {
  id: string;
  first: number;
  offset: number;
};

export type TenantVisitsQuery = { readonly tenantVisits: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly operatorId: string, readonly reason: string, readonly role: string, readonly access: string, readonly startedAt: string, readonly expiresAt: string, readonly endedAt: string | null, readonly operator: { readonly name: string, readonly email: string } | null } | null> } | null };

export type EnterTenantMutationVariables = {
  id: string;
  reason: string;
};

export type EnterTenantMutation = { readonly enterTenant: { readonly result: { readonly rowId: string, readonly expiresAt: string } | null, readonly token: { readonly accessToken: string, readonly expiresIn: number } | null } | null };

export type EnterTenantAsMutationVariables = {
  id: string;
  reason: string;
  role: string;
  access: string;
};

export type EnterTenantAsMutation = { readonly enterTenantAs: { readonly result: { readonly rowId: string, readonly expiresAt: string } | null, readonly token: { readonly accessToken: string, readonly expiresIn: number } | null } | null };

export type LeaveTenantMutationVariables = {
  visitId: string;
};

export type LeaveTenantMutation = { readonly leaveTenant: { readonly result: { readonly rowId: string } | null } | null };

export type OwnVisitQueryVariables = {
  id: string;
  operatorId: string;
};

export type OwnVisitQuery = { readonly tenantVisits: { readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly reason: string, readonly role: string, readonly access: string, readonly expiresAt: string } | null> } | null };

export const TenantProofDocument = new TypedDocumentString<TenantProofQuery, TenantProofQueryVariables>(`query TenantProof($id: String!) {
  isolationRuns(first: 1, condition: {tenantId: $id}, orderBy: [STARTED_AT_DESC]) {
    nodes {
      rowId
      cause
      status
      startedAt
      finishedAt
      durationMs
      postureChecks
      postureFailures
      attempts
      attemptFailures
      broken
      sampled
      schemaVersion
      serverVersion
      isolationFailuresByRunId(first: 20) {
        totalCount
        nodes {
          rowId
          half
          kind
          target
          expected
          seen
        }
      }
    }
  }
  attestations(first: 1, condition: {tenantId: $id}, orderBy: [AT_DESC]) {
    totalCount
    nodes {
      rowId
      at
      passed
      statement
    }
  }
}`);

export const TenantProofProgressDocument = new TypedDocumentString<TenantProofProgressSubscription, TenantProofProgressSubscriptionVariables>(`subscription TenantProofProgress($id: String!) {
  isolationProgress(tenantId: $id) {
    run {
      rowId
      status
    }
  }
}`);

export const ProveTenantDocument = new TypedDocumentString<ProveTenantMutation, ProveTenantMutationVariables>(`mutation ProveTenant($id: String!) {
  verifyIsolation(input: {id: $id}) {
    result {
      runId
    }
  }
}`);

export const TenantKeysDocument = new TypedDocumentString<TenantKeysQuery, TenantKeysQueryVariables>(`query TenantKeys($id: String!) {
  signingKeys(id: $id) {
    nodes {
      kid
      alg
      state
      createdAt
      stateSince
      ageDays
    }
  }
}`);

export const RotateTenantKeysDocument = new TypedDocumentString<RotateTenantKeysMutation, RotateTenantKeysMutationVariables>(`mutation RotateTenantKeys($id: String!, $reason: String!) {
  rotateKeys(input: {id: $id, reason: $reason}) {
    result
  }
}`);

export const RevokeTenantKeysDocument = new TypedDocumentString<RevokeTenantKeysMutation, RevokeTenantKeysMutationVariables>(`mutation RevokeTenantKeys($id: String!, $reason: String!) {
  revokeKeys(input: {id: $id, reason: $reason}) {
    result
  }
}`);

export const TenantVisitsDocument = new TypedDocumentString<TenantVisitsQuery, TenantVisitsQueryVariables>(`query TenantVisits($id: String!, $first: Int!, $offset: Int!) {
  tenantVisits(
    first: $first
    offset: $offset
    condition: {tenantId: $id}
    orderBy: [STARTED_AT_DESC, PRIMARY_KEY_DESC]
  ) {
    totalCount
    nodes {
      rowId
      operatorId
      reason
      role
      access
      startedAt
      expiresAt
      endedAt
      operator {
        name
        email
      }
    }
  }
}`);

export const EnterTenantDocument = new TypedDocumentString<EnterTenantMutation, EnterTenantMutationVariables>(`mutation EnterTenant($id: String!, $reason: String!) {
  enterTenant(input: {tenantId: $id, reason: $reason}) {
    result {
      rowId
      expiresAt
    }
    token {
      accessToken
      expiresIn
    }
  }
}`);

export const EnterTenantAsDocument = new TypedDocumentString<EnterTenantAsMutation, EnterTenantAsMutationVariables>(`mutation EnterTenantAs($id: String!, $reason: String!, $role: String!, $access: String!) {
  enterTenantAs(
    input: {tenantId: $id, reason: $reason, role: $role, access: $access}
  ) {
    result {
      rowId
      expiresAt
    }
    token {
      accessToken
      expiresIn
    }
  }
}`);

export const LeaveTenantDocument = new TypedDocumentString<LeaveTenantMutation, LeaveTenantMutationVariables>(`mutation LeaveTenant($visitId: UUID!) {
  leaveTenant(input: {visitId: $visitId}) {
    result {
      rowId
    }
  }
}`);

export const OwnVisitDocument = new TypedDocumentString<OwnVisitQuery, OwnVisitQueryVariables>(`query OwnVisit($id: String!, $operatorId: UUID!) {
  tenantVisits(
    first: 1
    condition: {tenantId: $id, operatorId: $operatorId}
    filter: {endedAt: {isNull: true}}
    orderBy: [STARTED_AT_DESC, PRIMARY_KEY_DESC]
  ) {
    nodes {
      rowId
      reason
      role
      access
      expiresAt
    }
  }
}`);
