/** Made from assurance.tenant.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../../graphql/document.ts';

export type AssuranceQueryVariables = { [key: string]: never; };

export type AssuranceQuery = { readonly attestationsList: ReadonlyArray<{ readonly at: string | null, readonly runId: string | null, readonly passed: boolean | null, readonly cause: string | null, readonly postureChecks: number | null, readonly postureFailures: number | null, readonly attempts: number | null, readonly attemptFailures: number | null, readonly sampled: number | null, readonly statement: string | null } | null> | null, readonly chainStatusList: ReadonlyArray<{ readonly head: string | null, readonly digest: string | null, readonly sealedAt: string | null, readonly verifiedUpTo: string | null, readonly verifiedAt: string | null, readonly flaw: string | null, readonly checkpoint: string | null, readonly checkpointAt: string | null, readonly outside: boolean | null } | null> | null, readonly keyAgesList: ReadonlyArray<{ readonly kid: string | null, readonly alg: string | null, readonly state: string | null, readonly createdAt: string | null, readonly ageDays: number | null } | null> | null, readonly operatorVisitsList: ReadonlyArray<{ readonly startedAt: string | null, readonly endedAt: string | null, readonly operatorId: string | null, readonly role: string | null, readonly access: string | null, readonly reason: string | null } | null> | null };

export type OrderEvidenceMutationVariables = {
  since: string;
  until: string;
};

export type OrderEvidenceMutation = { readonly requestEvidence: { readonly result: ReadonlyArray<{ readonly id: string | null, readonly status: string | null, readonly statement: string | null } | null> | null } | null };

export const AssuranceDocument = new TypedDocumentString<AssuranceQuery, AssuranceQueryVariables>(`query Assurance {
  attestationsList(size: 30) {
    at
    runId
    passed
    cause
    postureChecks
    postureFailures
    attempts
    attemptFailures
    sampled
    statement
  }
  chainStatusList {
    head
    digest
    sealedAt
    verifiedUpTo
    verifiedAt
    flaw
    checkpoint
    checkpointAt
    outside
  }
  keyAgesList {
    kid
    alg
    state
    createdAt
    ageDays
  }
  operatorVisitsList(size: 50) {
    startedAt
    endedAt
    operatorId
    role
    access
    reason
  }
}`);

export const OrderEvidenceDocument = new TypedDocumentString<OrderEvidenceMutation, OrderEvidenceMutationVariables>(`mutation OrderEvidence($since: Datetime!, $until: Datetime!) {
  requestEvidence(input: {since: $since, until: $until}) {
    result {
      id
      status
      statement
    }
  }
}`);
