/** Root fields of both GraphQL endpoints, as rows.ts says. */
import { consoleRoutes } from './console-routes.ts';
import { each } from './each.ts';
import type { OperatorRow, TenantRow } from './rows.ts';

const shape = { none: 'shows nothing but the shape of the schema' };

/** By `Type.field` of /platform/graphql; documents stand in tests/platform/operator-matrix.ts. */
export const platformRoutes: Readonly<Record<string, OperatorRow>> = {
  ...each(['Query.query', 'Query.id'], { foreign: shape, wrongRole: 'user' } as const),
  ...each(
    [
      'Query.node', 'Query.tenant', 'Query.tenantById', 'Query.tenants', 'Query.provisioningRun', 'Query.provisioningRunById',
      'Query.provisioningRuns', 'Subscription.provisioningProgress',
    ],
    { foreign: 'hidden', wrongRole: 'user' } as const,
  ),
  ...each(['Query.tenantUsers', 'Query.userSessions'], { foreign: 'refused', wrongRole: 'developer' } as const),
  ...each(
    ['Query.tenantVisit', 'Query.tenantVisitById', 'Query.tenantVisits', 'Query.serviceAccountGrant', 'Query.serviceAccountGrantById', 'Query.serviceAccountGrants',
      'Query.externalIssuer', 'Query.externalIssuerById', 'Query.externalIssuerByTenantIdAndIssuer', 'Query.externalIssuers'],
    { foreign: 'hidden', wrongRole: 'developer' } as const,
  ),
  ...each(
    [
      'Query.serviceAccount', 'Query.serviceAccountById', 'Query.serviceAccounts', 'Query.settingChange', 'Query.settingChangeById',
      'Query.settingChanges',
    ],
    { foreign: 'hidden', wrongRole: 'developer' } as const,
  ),
  ...each(
    [
      'Mutation.removeUserSecondFactor', 'Mutation.inviteUser', 'Mutation.changeUser', 'Mutation.removeUser', 'Mutation.sendUserToken', 'Mutation.unlockUser',
      'Mutation.endUserSessions', 'Mutation.enterTenant', 'Mutation.leaveTenant', 'Mutation.expireAgreements',
    ],
    { foreign: 'refused', wrongRole: 'developer' } as const,
  ),
  ...each(['Mutation.enterTenantAs', 'Mutation.grantServiceAccount', 'Mutation.registerIssuer', 'Mutation.removeIssuer'], { foreign: 'refused', wrongRole: 'operator' } as const),
  ...each(
    ['Mutation.createServiceAccount', 'Mutation.rotateServiceSecret', 'Mutation.disableServiceAccount'],
    { foreign: 'forbidden', wrongRole: 'operator' } as const,
  ),
  ...each(
    ['Query.settingSection', 'Query.settingSectionByKey', 'Query.settingSectionById', 'Query.settingSections'],
    { foreign: { none: 'the same schemas hold for every tenant' }, wrongRole: 'user' } as const,
  ),
  ...each(
    ['Query.lockDown', 'Query.lockDownById', 'Query.lockDowns', 'Query.incident', 'Query.incidentById', 'Query.incidents'],
    { foreign: 'hidden', wrongRole: 'developer' } as const,
  ),
  ...each(['Mutation.startLockDown', 'Mutation.liftLockDown', 'Mutation.closeIncident'], { foreign: 'refused', wrongRole: 'operator' } as const),
  ...each(['Mutation.setAuditRetention', 'Mutation.holdAudit', 'Mutation.releaseAudit'], { foreign: 'refused', wrongRole: 'operator' } as const),
  'Mutation.reportIncident': { foreign: 'refused', wrongRole: 'user' },
  'Query.auditEvents': { foreign: 'hidden', wrongRole: 'operator' },
  'Mutation.erasePerson': { foreign: 'refused', wrongRole: 'operator' },
  ...each(['Query.columnClass', 'Query.columnClassById', 'Query.columnClasses'], { foreign: { none: 'classes are every tenant’s' }, wrongRole: 'user' } as const),
  'Query.tenantDrift': { foreign: 'refused', wrongRole: 'user' },
  ...each(['Query.tenantTransition', 'Query.tenantTransitionById', 'Query.tenantTransitions'], { foreign: 'hidden', wrongRole: 'developer' } as const),
  ...each(
    ['Query.tenantMigration', 'Query.tenantMigrationById', 'Query.tenantMigrations'],
    { foreign: { none: 'migrations are every tenant’s' }, wrongRole: 'user' } as const,
  ),
  ...each(['Query.operator', 'Query.operatorById', 'Query.operators'], { foreign: { none: 'operators belong to no tenant' }, wrongRole: 'user' } as const),
  ...each(
    ['Query.operatorTenant', 'Query.operatorTenantById', 'Query.operatorTenants'],
    { foreign: 'hidden', wrongRole: 'user' } as const,
  ),
  ...each(
    [
      'Mutation.provisionTenant', 'Mutation.requestProvisioning', 'Mutation.updateTenant', 'Mutation.activateTenant', 'Mutation.suspendTenant',
      'Mutation.archiveTenant', 'Mutation.deleteTenant', 'Mutation.cancelProvisioning',
    ],
    { foreign: 'refused', wrongRole: 'developer' } as const,
  ),
  ...each(['Query.evidenceBundle', 'Query.evidenceBundleById', 'Query.evidenceBundles'], { foreign: 'hidden', wrongRole: 'developer' } as const),
  ...each(['Query.evidence', 'Query.complianceStatus', 'Mutation.requestEvidence'], { foreign: 'refused', wrongRole: 'developer' } as const),
  ...each(['Mutation.verifyIsolation', 'Mutation.verifyChain', 'Mutation.acknowledgeAlert'], { foreign: 'refused', wrongRole: 'developer' } as const),
  ...each(['Mutation.rotateKeys', 'Mutation.revokeKeys'], { foreign: 'refused', wrongRole: 'developer' } as const),
  'Query.signingKeys': { foreign: { none: 'names no tenant in its answer; in SQL a limited operator is tried' }, wrongRole: 'developer' },
  ...each(
    ['Mutation.rotatePlatformKeys', 'Mutation.revokePlatformKeys', 'Mutation.resealKeys'],
    { foreign: 'forbidden', wrongRole: 'operator' } as const,
  ),
  ...each(['Mutation.restoreTenant', 'Mutation.purgeTenant'], { foreign: 'refused', wrongRole: 'operator' } as const),
  ...each(['Mutation.createTenant', 'Query.checkTenant', 'Query.suggestTenantId'], { foreign: 'forbidden', wrongRole: 'security' } as const),
  ...consoleRoutes,
  ...each(
    ['Mutation.inviteOperator', 'Mutation.changeOperator', 'Mutation.removeOperatorSecondFactor', 'Mutation.limitOperator', 'Mutation.unlockOperator'],
    { foreign: 'forbidden', wrongRole: 'operator' } as const,
  ),
};

const kept = { foreign: 'kept', wrongRole: 'kept' } as const;
const everyUsers = { foreign: 'kept', wrongRole: { none: 'every user may read which roles and permissions there are, and who they are' } } as const;

const kinds = (one: string, many: string) => [`Query.${one}`, `Query.${one}ById`, `Query.${many}`];
const mutations = (kind: string, ...verbs: readonly string[]) => verbs.flatMap((verb) =>
  verb === 'create' ? [`Mutation.create${kind}`] : [`Mutation.${verb}${kind}`, `Mutation.${verb}${kind}ById`]);

/** By `Type.field` of /graphql; documents are made from the schema. */
export const tenantRoutes: Readonly<Record<string, TenantRow>> = {
  ...each(['Query.query', 'Query.id'], { foreign: shape, wrongRole: shape }),
  ...each(
    [
      'Query.node', ...kinds('brand', 'brands'), ...kinds('licensee', 'licensees'), ...kinds('agreement', 'agreements'), 'Query.agreementByNumber',
      ...kinds('approval', 'approvals'), ...kinds('setting', 'settings'), ...kinds('notificationRule', 'notificationRules'),
      ...kinds('webhookDelivery', 'webhookDeliveries'), 'Query.auditTrailList', 'Query.attestationsList', 'Query.chainStatusList', 'Query.keyAgesList', 'Query.operatorVisitsList',
    ],
    kept,
  ),
  ...each(
    [...kinds('role', 'roles'), ...kinds('permission', 'permissions'), ...kinds('rolePermission', 'rolePermissions'), ...kinds('user', 'users')],
    everyUsers,
  ),
  ...each(
    [
      'Mutation.requestEvidence', 'Mutation.decideApproval', 'Mutation.submitAgreement', 'Mutation.terminateAgreement', 'Mutation.updateAgreementByNumber',
      'Mutation.deleteAgreementByNumber',
      ...mutations('RolePermission', 'create', 'delete'), ...mutations('Role', 'create', 'update', 'delete'),
      ...mutations('Brand', 'create', 'update', 'delete'), ...mutations('Licensee', 'create', 'update'),
      ...mutations('NotificationRule', 'create', 'update', 'delete'), ...mutations('User', 'create', 'update', 'delete'),
      ...mutations('Approval', 'create', 'update'), ...mutations('Agreement', 'create', 'update', 'delete'), ...mutations('Setting', 'update'),
    ],
    kept,
  ),
};
