/** Fields of /platform/graphql on proofs and alerts, and those that consoles live on, as rows of graphql-routes.ts. */
import { each } from './each.ts';
import type { OperatorRow } from './rows.ts';

export const consoleRoutes: Readonly<Record<string, OperatorRow>> = {
  ...each(
    [
      'Query.isolationRun', 'Query.isolationRunById', 'Query.isolationRuns', 'Query.isolationFailure', 'Query.isolationFailureById',
      'Query.isolationFailures', 'Query.alert', 'Query.alertById', 'Query.alerts', 'Query.attestation', 'Query.attestationById', 'Query.attestationByRunId',
      'Query.attestations',
    ],
    { foreign: 'hidden', wrongRole: 'user' } as const,
  ),
  'Mutation.noteBoundary': { foreign: { none: 'says of every tenant beyond the limit the same, whether there is one: tests/platform/console.test.ts' }, wrongRole: 'user' },
  'Mutation.notePage': { foreign: { none: 'writes down an address of the console, whatever it names' }, wrongRole: 'user' },
  ...each(['Query.searchTenants', 'Subscription.isolationProgress'], { foreign: 'hidden', wrongRole: 'user' } as const),
  'Query.foreignContexts': { foreign: { none: 'counts rows of the view auditEvents, which shows a limited operator’s own' }, wrongRole: 'operator' },
  'Query.lockDownReach': { foreign: 'refused', wrongRole: 'operator' },
  'Query.accesses': { foreign: 'hidden', wrongRole: 'operator' },
  ...each(['Query.tenantRoles', 'Query.tenantPermissions', 'Query.chainStatus'], { foreign: 'refused', wrongRole: 'developer' } as const),
  ...each(['Mutation.setTenantRole', 'Mutation.removeTenantRole'], { foreign: 'refused', wrongRole: 'operator' } as const),
  ...each(
    ['Query.tenantCounts', 'Query.isolationSummary', 'Query.isolationKinds'],
    { foreign: { none: 'counts, and names no tenant; of a limited operator’s own: tests/graphql/live.test.ts' }, wrongRole: 'user' } as const,
  ),
  ...each(
    ['Query.systemStatus', 'Query.systemHealth', 'Subscription.systemHealth', 'Query.provisioningEstimate', 'Query.tenantTemplates', 'Query.myRights', 'Query.mySession'],
    { foreign: { none: 'is about the installation, or about who asks, and about no tenant' }, wrongRole: 'user' } as const,
  ),
  ...each(
    ['Subscription.tenantChanges', 'Subscription.alertChanges'],
    { foreign: { none: 'its first event names nobody; what follows is tried in tests/graphql/live.test.ts' }, wrongRole: 'user' } as const,
  ),
  'Subscription.accesses': { foreign: { none: 'its first event names nobody; what follows is tried in tests/graphql/live.test.ts' }, wrongRole: 'operator' },
};
