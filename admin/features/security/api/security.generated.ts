/** Made from security.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../../graphql/document.ts';
import type { AccessesRecordFilter, AlertFilter, AlertOrderBy, IncidentFilter, IncidentOrderBy, LockDownFilter, LockDownOrderBy, TenantFilter, TenantOrderBy } from '../../../graphql/platform-inputs.generated.ts';

export type IsolationSummaryQueryVariables = { [key: string]: never; };

export type IsolationSummaryQuery = { readonly isolationSummary: { readonly tenants: number | null, readonly passed: number | null, readonly failed: number | null, readonly unproven: number | null, readonly running: number | null, readonly postureChecks: string | null, readonly postureFailures: string | null, readonly attempts: string | null, readonly attemptFailures: string | null, readonly broken: number | null, readonly openAlerts: number | null, readonly criticalAlerts: number | null, readonly oldestProofAt: string | null, readonly newestProofAt: string | null } | null, readonly systemStatus: { readonly flawedChains: number | null, readonly chainsVerifiedAt: string | null, readonly unsealedEvents: number | null, readonly checkpoint: string | null, readonly checkpointAt: string | null, readonly workerAlive: boolean | null, readonly lockedLanes: number | null, readonly lockedTenants: number | null } | null };

export type IsolationMatrixQueryVariables = {
  first: number;
  offset: number;
  orderBy?: ReadonlyArray<TenantOrderBy> | TenantOrderBy | null | undefined;
  filter?: TenantFilter | null | undefined;
};

export type IsolationMatrixQuery = { readonly tenants: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly name: string, readonly status: string, readonly isolationRuns: { readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly status: string, readonly startedAt: string, readonly finishedAt: string | null, readonly postureChecks: number | null, readonly postureFailures: number | null, readonly attempts: number | null, readonly attemptFailures: number | null, readonly broken: string | null, readonly checks: unknown } | null> } } | null> } | null };

export type IsolationRunQueryVariables = {
  id: string;
};

export type IsolationRunQuery = { readonly isolationRun: { readonly rowId: string, readonly tenantId: string, readonly cause: string, readonly status: string, readonly startedAt: string, readonly finishedAt: string | null, readonly durationMs: string | null, readonly postureChecks: number | null, readonly postureFailures: number | null, readonly postureMs: string | null, readonly attempts: number | null, readonly attemptFailures: number | null, readonly attemptsMs: string | null, readonly broken: string | null, readonly checks: unknown, readonly observed: unknown, readonly sampled: number, readonly schemaVersion: number, readonly fingerprint: string | null, readonly serverVersion: string, readonly tenant: { readonly name: string } | null, readonly isolationFailuresByRunId: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly half: string, readonly kind: string, readonly target: string, readonly expected: string, readonly seen: string } | null> } } | null };

export type VerifyIsolationMutationVariables = {
  id: string;
};

export type VerifyIsolationMutation = { readonly verifyIsolation: { readonly result: { readonly runId: string | null, readonly attemptsRunId: string | null, readonly status: string | null, readonly postureChecks: number | null, readonly postureFailures: number | null } | null } | null };

export type IsolationProgressSubscriptionVariables = {
  tenantId: string;
};

export type IsolationProgressSubscription = { readonly isolationProgress: { readonly run: { readonly rowId: string, readonly status: string, readonly startedAt: string, readonly finishedAt: string | null, readonly durationMs: string | null, readonly postureChecks: number | null, readonly postureFailures: number | null, readonly attempts: number | null, readonly attemptFailures: number | null, readonly broken: string | null } | null } | null };

export type AlertsQueryVariables = {
  first: number;
  offset: number;
  orderBy?: ReadonlyArray<AlertOrderBy> | AlertOrderBy | null | undefined;
  filter?: AlertFilter | null | undefined;
};

export type AlertsQuery = { readonly alerts: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly at: string, readonly lastAt: string, readonly count: number, readonly tenantId: string | null, readonly kind: string, readonly severity: string, readonly message: string, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null } | null> } | null };

export type AcknowledgeAlertMutationVariables = {
  id: string;
};

export type AcknowledgeAlertMutation = { readonly acknowledgeAlert: { readonly result: { readonly rowId: string } | null } | null };

export type AlertChangesSubscriptionVariables = { [key: string]: never; };

export type AlertChangesSubscription = { readonly alertChanges: { readonly many: boolean, readonly alerts: ReadonlyArray<{ readonly rowId: string, readonly kind: string, readonly severity: string, readonly message: string, readonly acknowledgedAt: string | null } | null> } | null };

export type RecentAccessesQueryVariables = {
  since: string;
  tenantId?: string | null | undefined;
  size: number;
  others: AccessesRecordFilter;
};

export type RecentAccessesQuery = { readonly accesses: { readonly nodes: ReadonlyArray<{ readonly id: string | null, readonly at: string | null, readonly tenant: string | null, readonly action: string | null, readonly outcome: string | null, readonly actor: string | null, readonly actorRole: string | null, readonly onBehalfOf: string | null, readonly subject: string | null, readonly requestId: string | null, readonly detail: unknown, readonly verdict: string | null } | null> } | null, readonly others: { readonly nodes: ReadonlyArray<{ readonly id: string | null, readonly at: string | null, readonly tenant: string | null, readonly action: string | null, readonly outcome: string | null, readonly actor: string | null, readonly actorRole: string | null, readonly onBehalfOf: string | null, readonly subject: string | null, readonly requestId: string | null, readonly detail: unknown, readonly verdict: string | null } | null> } | null };

export type AccessFeedSubscriptionVariables = {
  tenantId?: string | null | undefined;
};

export type AccessFeedSubscription = { readonly accesses: { readonly until: string, readonly accesses: ReadonlyArray<{ readonly id: string | null, readonly at: string | null, readonly tenant: string | null, readonly action: string | null, readonly outcome: string | null, readonly actor: string | null, readonly actorRole: string | null, readonly onBehalfOf: string | null, readonly subject: string | null, readonly requestId: string | null, readonly detail: unknown, readonly verdict: string | null } | null> } | null };

export type SecurityTenantsQueryVariables = {
  first: number;
  offset: number;
  orderBy?: ReadonlyArray<TenantOrderBy> | TenantOrderBy | null | undefined;
  filter?: TenantFilter | null | undefined;
};

export type SecurityTenantsQuery = { readonly tenants: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly name: string, readonly status: string, readonly attestations: { readonly nodes: ReadonlyArray<{ readonly at: string, readonly passed: boolean } | null> } } | null> } | null };

export type ChainStatusQueryVariables = {
  id?: string | null | undefined;
};

export type ChainStatusQuery = { readonly chainStatus: { readonly head: string | null, readonly digest: string | null, readonly sealedAt: string | null, readonly verifiedUpTo: string | null, readonly verifiedAt: string | null, readonly flaw: string | null, readonly checkpoint: string | null, readonly checkpointAt: string | null, readonly checkpointed: string | null, readonly outside: boolean | null, readonly retention: string | null, readonly heldAt: string | null, readonly holdReason: string | null, readonly state: string | null, readonly requested: string | null } | null };

export type ComplianceStatusQueryVariables = {
  id: string;
};

export type ComplianceStatusQuery = { readonly complianceStatus: { readonly nodes: ReadonlyArray<{ readonly framework: string | null, readonly point: string | null, readonly title: string | null, readonly status: string | null, readonly facts: unknown } | null> } | null };

export type IncidentsQueryVariables = {
  first: number;
  offset: number;
  orderBy?: ReadonlyArray<IncidentOrderBy> | IncidentOrderBy | null | undefined;
  filter?: IncidentFilter | null | undefined;
};

export type IncidentsQuery = { readonly incidents: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly severity: string, readonly status: string, readonly summary: string, readonly tenantIds: ReadonlyArray<string | null>, readonly notice: string | null, readonly aboutRequest: string | null, readonly events: ReadonlyArray<string | null>, readonly reportedBy: string, readonly reportedAt: string, readonly resolution: string | null, readonly closedBy: string | null, readonly closedAt: string | null } | null> } | null };

export type ReportIncidentMutationVariables = {
  severity: string;
  summary: string;
  tenantIds?: ReadonlyArray<string | null | undefined> | string | null | undefined;
  notice?: string | null | undefined;
  aboutRequest?: string | null | undefined;
};

export type ReportIncidentMutation = { readonly reportIncident: { readonly result: { readonly rowId: string } | null } | null };

export type CloseIncidentMutationVariables = {
  id: string;
  resolution: string;
  notice?: string | null | undefined;
};

export type CloseIncidentMutation = { readonly closeIncident: { readonly result: { readonly rowId: string } | null } | null };

export type LockDownsQueryVariables = {
  first: number;
  offset: number;
  orderBy?: ReadonlyArray<LockDownOrderBy> | LockDownOrderBy | null | undefined;
  filter?: LockDownFilter | null | undefined;
};

export type LockDownsQuery = { readonly lockDowns: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly scope: string, readonly tenantIds: ReadonlyArray<string | null> | null, readonly lane: number | null, readonly reason: string, readonly lockedBy: string, readonly lockedAt: string, readonly liftReason: string | null, readonly liftedBy: string | null, readonly liftedAt: string | null, readonly findings: unknown } | null> } | null };

export type LockDownReachQueryVariables = { [key: string]: never; };

export type LockDownReachQuery = { readonly systemStatus: { readonly lanes: number | null, readonly lockedLanes: number | null, readonly lockedTenants: number | null } | null, readonly tenantCounts: { readonly total: number | null, readonly active: number | null } | null };

export type LockDownPreviewQueryVariables = {
  scope: string;
  tenantIds?: ReadonlyArray<string | null | undefined> | string | null | undefined;
  lane?: number | null | undefined;
};

export type LockDownPreviewQuery = { readonly lockDownReach: { readonly tenants: number | null, readonly open: number | null, readonly visits: number | null } | null };

export type StartLockDownMutationVariables = {
  scope: string;
  reason: string;
  tenantIds?: ReadonlyArray<string | null | undefined> | string | null | undefined;
  lane?: number | null | undefined;
};

export type StartLockDownMutation = { readonly startLockDown: { readonly result: { readonly rowId: string, readonly findings: unknown } | null } | null };

export type LiftLockDownMutationVariables = {
  id: string;
  reason?: string | null | undefined;
};

export type LiftLockDownMutation = { readonly liftLockDown: { readonly result: ReadonlyArray<{ readonly rowId: string } | null> | null } | null };

export type FindTenantsQueryVariables = {
  term: string;
};

export type FindTenantsQuery = { readonly searchTenants: { readonly nodes: ReadonlyArray<{ readonly rowId: string, readonly name: string } | null> } | null };

export type ForeignContextsQueryVariables = { [key: string]: never; };

export type ForeignContextsQuery = { readonly foreignContexts: number | null };

export const IsolationSummaryDocument = new TypedDocumentString<IsolationSummaryQuery, IsolationSummaryQueryVariables>(`query IsolationSummary {
  isolationSummary {
    tenants
    passed
    failed
    unproven
    running
    postureChecks
    postureFailures
    attempts
    attemptFailures
    broken
    openAlerts
    criticalAlerts
    oldestProofAt
    newestProofAt
  }
  systemStatus {
    flawedChains
    chainsVerifiedAt
    unsealedEvents
    checkpoint
    checkpointAt
    workerAlive
    lockedLanes
    lockedTenants
  }
}`);

export const IsolationMatrixDocument = new TypedDocumentString<IsolationMatrixQuery, IsolationMatrixQueryVariables>(`query IsolationMatrix($first: Int!, $offset: Int!, $orderBy: [TenantOrderBy!], $filter: TenantFilter) {
  tenants(first: $first, offset: $offset, orderBy: $orderBy, filter: $filter) {
    totalCount
    nodes {
      rowId
      name
      status
      isolationRuns(first: 3, orderBy: [STARTED_AT_DESC]) {
        nodes {
          rowId
          status
          startedAt
          finishedAt
          postureChecks
          postureFailures
          attempts
          attemptFailures
          broken
          checks
        }
      }
    }
  }
}`);

export const IsolationRunDocument = new TypedDocumentString<IsolationRunQuery, IsolationRunQueryVariables>(`query IsolationRun($id: UUID!) {
  isolationRun(rowId: $id) {
    rowId
    tenantId
    tenant {
      name
    }
    cause
    status
    startedAt
    finishedAt
    durationMs
    postureChecks
    postureFailures
    postureMs
    attempts
    attemptFailures
    attemptsMs
    broken
    checks
    observed
    sampled
    schemaVersion
    fingerprint
    serverVersion
    isolationFailuresByRunId(first: 100) {
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
}`);

export const VerifyIsolationDocument = new TypedDocumentString<VerifyIsolationMutation, VerifyIsolationMutationVariables>(`mutation VerifyIsolation($id: String!) {
  verifyIsolation(input: {id: $id}) {
    result {
      runId
      attemptsRunId
      status
      postureChecks
      postureFailures
    }
  }
}`);

export const IsolationProgressDocument = new TypedDocumentString<IsolationProgressSubscription, IsolationProgressSubscriptionVariables>(`subscription IsolationProgress($tenantId: String!) {
  isolationProgress(tenantId: $tenantId) {
    run {
      rowId
      status
      startedAt
      finishedAt
      durationMs
      postureChecks
      postureFailures
      attempts
      attemptFailures
      broken
    }
  }
}`);

export const AlertsDocument = new TypedDocumentString<AlertsQuery, AlertsQueryVariables>(`query Alerts($first: Int!, $offset: Int!, $orderBy: [AlertOrderBy!], $filter: AlertFilter) {
  alerts(first: $first, offset: $offset, orderBy: $orderBy, filter: $filter) {
    totalCount
    nodes {
      rowId
      at
      lastAt
      count
      tenantId
      kind
      severity
      message
      acknowledgedAt
      acknowledgedBy
    }
  }
}`);

export const AcknowledgeAlertDocument = new TypedDocumentString<AcknowledgeAlertMutation, AcknowledgeAlertMutationVariables>(`mutation AcknowledgeAlert($id: UUID!) {
  acknowledgeAlert(input: {id: $id}) {
    result {
      rowId
    }
  }
}`);

export const AlertChangesDocument = new TypedDocumentString<AlertChangesSubscription, AlertChangesSubscriptionVariables>(`subscription AlertChanges {
  alertChanges {
    many
    alerts {
      rowId
      kind
      severity
      message
      acknowledgedAt
    }
  }
}`);

export const RecentAccessesDocument = new TypedDocumentString<RecentAccessesQuery, RecentAccessesQueryVariables>(`query RecentAccesses($since: Datetime!, $tenantId: String, $size: Int!, $others: AccessesRecordFilter!) {
  accesses(since: $since, tenantId: $tenantId, size: $size, first: $size) {
    nodes {
      id
      at
      tenant
      action
      outcome
      actor
      actorRole
      onBehalfOf
      subject
      requestId
      detail
      verdict
    }
  }
  others: accesses(
    since: $since
    tenantId: $tenantId
    size: 500
    first: $size
    filter: $others
  ) {
    nodes {
      id
      at
      tenant
      action
      outcome
      actor
      actorRole
      onBehalfOf
      subject
      requestId
      detail
      verdict
    }
  }
}`);

export const AccessFeedDocument = new TypedDocumentString<AccessFeedSubscription, AccessFeedSubscriptionVariables>(`subscription AccessFeed($tenantId: String) {
  accesses(tenantId: $tenantId) {
    until
    accesses {
      id
      at
      tenant
      action
      outcome
      actor
      actorRole
      onBehalfOf
      subject
      requestId
      detail
      verdict
    }
  }
}`);

export const SecurityTenantsDocument = new TypedDocumentString<SecurityTenantsQuery, SecurityTenantsQueryVariables>(`query SecurityTenants($first: Int!, $offset: Int!, $orderBy: [TenantOrderBy!], $filter: TenantFilter) {
  tenants(first: $first, offset: $offset, orderBy: $orderBy, filter: $filter) {
    totalCount
    nodes {
      rowId
      name
      status
      attestations(first: 1, orderBy: [AT_DESC]) {
        nodes {
          at
          passed
        }
      }
    }
  }
}`);

export const ChainStatusDocument = new TypedDocumentString<ChainStatusQuery, ChainStatusQueryVariables>(`query ChainStatus($id: String) {
  chainStatus(id: $id) {
    head
    digest
    sealedAt
    verifiedUpTo
    verifiedAt
    flaw
    checkpoint
    checkpointAt
    checkpointed
    outside
    retention
    heldAt
    holdReason
    state
    requested
  }
}`);

export const ComplianceStatusDocument = new TypedDocumentString<ComplianceStatusQuery, ComplianceStatusQueryVariables>(`query ComplianceStatus($id: String!) {
  complianceStatus(id: $id, first: 100) {
    nodes {
      framework
      point
      title
      status
      facts
    }
  }
}`);

export const IncidentsDocument = new TypedDocumentString<IncidentsQuery, IncidentsQueryVariables>(`query Incidents($first: Int!, $offset: Int!, $orderBy: [IncidentOrderBy!], $filter: IncidentFilter) {
  incidents(first: $first, offset: $offset, orderBy: $orderBy, filter: $filter) {
    totalCount
    nodes {
      rowId
      severity
      status
      summary
      tenantIds
      notice
      aboutRequest
      events
      reportedBy
      reportedAt
      resolution
      closedBy
      closedAt
    }
  }
}`);

export const ReportIncidentDocument = new TypedDocumentString<ReportIncidentMutation, ReportIncidentMutationVariables>(`mutation ReportIncident($severity: String!, $summary: String!, $tenantIds: [String], $notice: String, $aboutRequest: String) {
  reportIncident(
    input: {severity: $severity, summary: $summary, tenantIds: $tenantIds, notice: $notice, aboutRequest: $aboutRequest}
  ) {
    result {
      rowId
    }
  }
}`);

export const CloseIncidentDocument = new TypedDocumentString<CloseIncidentMutation, CloseIncidentMutationVariables>(`mutation CloseIncident($id: UUID!, $resolution: String!, $notice: String) {
  closeIncident(input: {id: $id, resolution: $resolution, notice: $notice}) {
    result {
      rowId
    }
  }
}`);

export const LockDownsDocument = new TypedDocumentString<LockDownsQuery, LockDownsQueryVariables>(`query LockDowns($first: Int!, $offset: Int!, $orderBy: [LockDownOrderBy!], $filter: LockDownFilter) {
  lockDowns(first: $first, offset: $offset, orderBy: $orderBy, filter: $filter) {
    totalCount
    nodes {
      rowId
      scope
      tenantIds
      lane
      reason
      lockedBy
      lockedAt
      liftReason
      liftedBy
      liftedAt
      findings
    }
  }
}`);

export const LockDownReachDocument = new TypedDocumentString<LockDownReachQuery, LockDownReachQueryVariables>(`query LockDownReach {
  systemStatus {
    lanes
    lockedLanes
    lockedTenants
  }
  tenantCounts {
    total
    active
  }
}`);

export const LockDownPreviewDocument = new TypedDocumentString<LockDownPreviewQuery, LockDownPreviewQueryVariables>(`query LockDownPreview($scope: String!, $tenantIds: [String], $lane: Int) {
  lockDownReach(scope: $scope, tenantIds: $tenantIds, lane: $lane) {
    tenants
    open
    visits
  }
}`);

export const StartLockDownDocument = new TypedDocumentString<StartLockDownMutation, StartLockDownMutationVariables>(`mutation StartLockDown($scope: String!, $reason: String!, $tenantIds: [String], $lane: Int) {
  startLockDown(
    input: {scope: $scope, reason: $reason, tenantIds: $tenantIds, lane: $lane}
  ) {
    result {
      rowId
      findings
    }
  }
}`);

export const LiftLockDownDocument = new TypedDocumentString<LiftLockDownMutation, LiftLockDownMutationVariables>(`mutation LiftLockDown($id: BigInt!, $reason: String) {
  liftLockDown(input: {id: $id, reason: $reason}) {
    result {
      rowId
    }
  }
}`);

export const FindTenantsDocument = new TypedDocumentString<FindTenantsQuery, FindTenantsQueryVariables>(`query FindTenants($term: String!) {
  searchTenants(term: $term, size: 8) {
    nodes {
      rowId
      name
    }
  }
}`);

export const ForeignContextsDocument = new TypedDocumentString<ForeignContextsQuery, ForeignContextsQueryVariables>(`query ForeignContexts {
  foreignContexts
}`);
