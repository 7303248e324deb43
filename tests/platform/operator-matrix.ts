/**
 * Which operator may do what, over each of the three ways in, as data.
 *
 * tests/platform/operator-matrix.test.ts lists what the running system has and fails for anything without a row here; then it really tries
 * every row as each of the four operators. `roles` are those who may: they succeed. The others are refused, with FORBIDDEN over HTTP and
 * with 42501 in SQL.
 */
import type { OperatorTitle } from '../harness/server.ts';

/** The status the tenant `subject` is brought to before an attempt; `new` is one whose provisioning has not begun, the trail of `held` is under a legal hold. */
export type Standing = 'new' | 'failed' | 'active' | 'suspended' | 'deleted' | 'expired' | 'held';

interface Cell {
  /** Who may. Nobody: an empty list. */
  readonly roles: readonly OperatorTitle[];
  readonly standing?: Standing;
  /** The caller is limited to the tenant. */
  readonly listed?: true;
}

/**
 * `{id}` in a path, a body, a document or a call stands for the tenant, `{operator}` for an operator who is not the
 * caller, `{me}` for the caller, `{fresh}` for an id that nobody has.
 */
export interface RestCell extends Cell {
  readonly path: string;
  readonly body?: unknown;
}
export interface GraphqlCell extends Cell {
  readonly document: string;
  /** What those who may come to instead of an answer, where that would end the tokens of all operators. */
  readonly outcome?: 'INVALID_INPUT';
}
export interface SqlCell extends Cell {
  readonly call: string;
}

export const everybody: readonly OperatorTitle[] = ['admin', 'operator', 'security', 'developer'];
const admins: readonly OperatorTitle[] = ['admin'];
const operating: readonly OperatorTitle[] = ['admin', 'operator'];
const watching: readonly OperatorTitle[] = ['admin', 'operator', 'security'];
/** Who stops access, closes incidents, and unlocks operators. */
const guarding: readonly OperatorTitle[] = ['admin', 'security'];
const reason = { reason: 'tried by the matrix' };

/** By the call's name in the OpenAPI document. Calls that need no token have no row. */
export const restMatrix: Readonly<Record<string, RestCell>> = {
  createTenant: { roles: operating, path: '/tenants', body: { id: '{fresh}', name: '{fresh}', admin: { email: 'a@b.example', name: 'A' } } },
  listTenants: { roles: everybody, path: '/tenants' },
  getTenant: { roles: everybody, path: '/tenants/{id}' },
  updateTenant: { roles: operating, path: '/tenants/{id}', body: { description: 'changed' } },
  provisionSchema: { roles: operating, path: '/tenants/{id}/schema', body: {}, standing: 'failed' },
  getSchemaStatus: { roles: everybody, path: '/tenants/{id}/schema/status' },
  deleteSchema: { roles: operating, path: '/tenants/{id}/schema', body: reason },
  activateTenant: { roles: operating, path: '/tenants/{id}/activate', body: reason, standing: 'suspended' },
  suspendTenant: { roles: operating, path: '/tenants/{id}/suspend', body: reason },
  archiveTenant: { roles: operating, path: '/tenants/{id}/archive', body: reason },
  restoreTenant: { roles: admins, path: '/tenants/{id}/restore', body: reason, standing: 'deleted' },
  cancelProvisioning: { roles: operating, path: '/tenants/{id}/cancel', body: reason, standing: 'new' },
  deleteTenant: { roles: operating, path: '/tenants/{id}', body: { confirm: '{id}', ...reason } },
  enterTenant: { roles: operating, path: '/tenants/{id}/context', body: reason },
  listUsers: { roles: watching, path: '/tenants/{id}/users' },
  inviteUser: { roles: operating, path: '/tenants/{id}/users', body: { email: '{fresh}@brand.example', name: 'N', role: 'viewer' } },
  changeUser: { roles: operating, path: '/tenants/{id}/users/{user}', body: { name: 'New Name' } },
  removeUser: { roles: operating, path: '/tenants/{id}/users/{user}' },
  inviteUserAgain: { roles: operating, path: '/tenants/{id}/users/{invited}/invite', body: {} },
  resetUserAgain: { roles: operating, path: '/tenants/{id}/users/{user}/reset', body: {} },
  unlockUserAgain: { roles: watching, path: '/tenants/{id}/users/{user}/unlock', body: {} },
  listUserSessions: { roles: watching, path: '/tenants/{id}/users/{user}/sessions' },
  endUserSessions: { roles: watching, path: '/tenants/{id}/users/{user}/sessions' },
  removeUserSecondFactor: { roles: operating, path: '/tenants/{id}/users/{user}/second-factor' },
  verifyIsolation: { roles: watching, path: '/tenants/{id}/isolation-runs', body: {} },
  listIsolationRuns: { roles: everybody, path: '/tenants/{id}/isolation-runs' },
  getAttestation: { roles: everybody, path: '/tenants/{id}/attestation' },
  // A period whose bundle is signed already: here is no worker.
  getEvidence: { roles: watching, path: '/tenants/{id}/evidence?from=2026-01-01&to=2026-02-01' },
  portfolio: { roles: operating, path: '/portfolio', body: { tenants: ['{id}'], ...reason } },
  listOperators: { roles: everybody, path: '/operators' },
  inviteOperator: { roles: admins, path: '/operators', body: { email: '{fresh}@operators.example', name: 'N', role: 'developer' } },
  changeOperator: { roles: admins, path: '/operators/{operator}', body: { role: 'security' } },
  lockDown: { roles: guarding, path: '/lockdown', body: { scope: 'tenants', tenantIds: ['{id}'], ...reason } },
  liftLockDown: { roles: guarding, path: '/lockdown?id={lockDown}' },
  listLockDowns: { roles: watching, path: '/lockdown' },
  reportIncident: { roles: everybody, path: '/incidents', body: { severity: 'low', summary: 'tried', tenantIds: ['{id}'] } },
  listIncidents: { roles: watching, path: '/incidents' },
  closeIncident: { roles: guarding, path: '/incidents/{incident}/close', body: { resolution: 'tried' } },
  removeOperatorSecondFactor: { roles: admins, path: '/operators/{operator}/second-factor' },
  unlockOperator: { roles: guarding, path: '/operators/{operator}/unlock', body: {} },
  listSettingSchemas: { roles: everybody, path: '/settings/schemas' },
};

const result = '{ result { rowId } }';

/** By `Type.field` of the roots of /platform/graphql. A field that shows nothing but the schema's own shape is `everybody`'s. */
export const graphqlMatrix: Readonly<Record<string, GraphqlCell>> = {
  'Query.query': { roles: everybody, document: '{ query { __typename } }' },
  'Query.id': { roles: everybody, document: '{ id }' },
  'Query.node': { roles: everybody, document: '{ node(id: "{tenantNode}") { id ... on Tenant { status } } }' },
  'Query.tenant': { roles: everybody, document: '{ tenant(rowId: "{id}") { status } }' },
  'Query.tenantById': { roles: everybody, document: '{ tenantById(id: "{tenantNode}") { status } }' },
  'Query.tenants': { roles: everybody, document: '{ tenants { totalCount nodes { rowId status } } }' },
  'Query.signingKeys': { roles: watching, document: '{ signingKeys(id: "{id}") { nodes { kid state } } }' },
  'Query.tenantDrift': { roles: everybody, document: '{ tenantDrift(id: "{id}") { drifted } }' },
  'Query.tenantMigration': { roles: everybody, document: '{ tenantMigration(version: 1) { name } }' },
  'Query.tenantMigrationById': { roles: everybody, document: '{ tenantMigrationById(id: "{migrationNode}") { name } }' },
  'Query.auditEvents': { roles: ['admin', 'security'], document: '{ auditEvents(first: 2, filter: {chain: {equalTo: "{id}"}}) { nodes { rowId at action changed before detail } } }' },
  'Query.columnClasses': { roles: everybody, document: '{ columnClasses { nodes { tableName columnName class } } }' },
  'Query.columnClass': { roles: everybody, document: '{ columnClass(tableName: "users", columnName: "email", schemaVersion: 12) { class } }' },
  'Query.columnClassById': { roles: everybody, document: '{ columnClassById(id: "{classNode}") { class } }' },
  'Mutation.erasePerson': {
    roles: admins, document: 'mutation { erasePerson(input: { tenantId: "{id}", userId: "00000000-0000-4000-8000-000000000000", reason: "r" }) { result } }',
  },
  'Query.tenantMigrations': { roles: everybody, document: '{ tenantMigrations { nodes { name } } }' },
  'Query.tenantTransition': { roles: watching, document: '{ tenantTransition(rowId: "{transition}") { toStatus } }' },
  'Query.tenantTransitionById': { roles: watching, document: '{ tenantTransitionById(id: "{transitionNode}") { toStatus } }' },
  'Query.tenantTransitions': { roles: watching, document: '{ tenantTransitions { nodes { tenantId toStatus reason } } }' },
  'Query.provisioningRun': { roles: everybody, document: '{ provisioningRun(rowId: "{run}") { status } }' },
  'Query.provisioningRunById': { roles: everybody, document: '{ provisioningRunById(id: "{runNode}") { status } }' },
  'Query.provisioningRuns': { roles: everybody, document: '{ provisioningRuns { nodes { tenantId status steps } } }' },
  'Query.operator': { roles: everybody, document: '{ operator(rowId: "{me}") { role } }' },
  'Query.operatorById': { roles: everybody, document: '{ operatorById(id: "{meNode}") { role } }' },
  'Query.operators': { roles: everybody, document: '{ operators { nodes { role status } } }' },
  'Query.operatorTenant': { roles: everybody, document: '{ operatorTenant(operatorId: "{me}", tenantId: "{id}") { tenantId } }', listed: true },
  'Query.operatorTenantById': { roles: everybody, document: '{ operatorTenantById(id: "{operatorTenantNode}") { tenantId } }', listed: true },
  'Query.operatorTenants': { roles: everybody, document: '{ operatorTenants { nodes { tenantId } } }' },
  'Query.externalIssuer': { roles: watching, document: '{ externalIssuer(rowId: "{issuer}") { audience } }' },
  'Query.externalIssuerById': { roles: watching, document: '{ externalIssuerById(id: "{issuerNode}") { audience } }' },
  'Query.externalIssuerByTenantIdAndIssuer': {
    roles: watching, document: '{ externalIssuerByTenantIdAndIssuer(tenantId: "{id}", issuer: "https://{fresh}.example") { audience } }',
  },
  'Query.externalIssuers': { roles: watching, document: '{ externalIssuers { nodes { tenantId } } }' },
  'Mutation.unlockOperator': { roles: guarding, document: 'mutation { unlockOperator(input: { id: "{operator}" }) { result { status } } }' },
  'Mutation.registerIssuer': {
    roles: admins,
    document: `mutation { registerIssuer(input: { tenantId: "{id}", issuer: "https://x{fresh}.example", jwksUrl: "https://x.example/jwks", audience: "a", roleMap: [{ value: "a", role: "viewer" }] }) ${result} }`,
  },
  'Mutation.removeIssuer': { roles: admins, document: `mutation { removeIssuer(input: { issuerId: "{issuer}" }) ${result} }` },
  'Query.settingSection': { roles: everybody, document: '{ settingSection(section: "branding") { heldBy } }' },
  'Query.settingSectionByKey': { roles: everybody, document: '{ settingSectionByKey(key: "branding") { heldBy } }' },
  'Query.settingSectionById': { roles: everybody, document: '{ settingSectionById(id: "{sectionNode}") { heldBy } }' },
  'Query.settingSections': { roles: everybody, document: '{ settingSections { nodes { section schema } } }' },
  'Query.settingChange': { roles: watching, document: '{ settingChange(rowId: "{change}") { actor } }' },
  'Query.settingChangeById': { roles: watching, document: '{ settingChangeById(id: "{changeNode}") { actor } }' },
  'Query.settingChanges': { roles: watching, document: '{ settingChanges { nodes { tenantId section before after } } }' },
  'Mutation.expireAgreements': { roles: operating, document: 'mutation { expireAgreements(input: { id: "{id}" }) { clientMutationId } }' },
  'Query.tenantUsers': { roles: watching, document: '{ tenantUsers(tenantId: "{id}") { nodes { email } } }' },
  'Query.userSessions': { roles: watching, document: '{ userSessions(tenantId: "{id}", userId: "{user}") { nodes { address } } }' },
  'Query.tenantVisit': { roles: watching, document: '{ tenantVisit(rowId: "{visit}") { reason } }' },
  'Query.tenantVisitById': { roles: watching, document: '{ tenantVisitById(id: "{visitNode}") { reason } }' },
  'Query.tenantVisits': { roles: watching, document: '{ tenantVisits { nodes { tenantId reason } } }' },
  'Query.serviceAccount': { roles: watching, document: '{ serviceAccount(rowId: "{account}") { name status } }' },
  'Query.serviceAccountById': { roles: watching, document: '{ serviceAccountById(id: "{accountNode}") { name status } }' },
  'Query.serviceAccounts': { roles: watching, document: '{ serviceAccounts { nodes { name } } }' },
  'Query.serviceAccountGrant': { roles: watching, document: '{ serviceAccountGrant(accountId: "{account}", tenantId: "{id}") { permissions } }' },
  'Query.serviceAccountGrantById': { roles: watching, document: '{ serviceAccountGrantById(id: "{grantNode}") { permissions } }' },
  'Query.serviceAccountGrants': { roles: watching, document: '{ serviceAccountGrants { nodes { tenantId permissions } } }' },
  'Mutation.inviteUser': { roles: operating, document: `mutation { inviteUser(input: { tenantId: "{id}", email: "{fresh}@brand.example", name: "N", role: "viewer" }) { result { email } } }` },
  'Mutation.changeUser': { roles: operating, document: `mutation { changeUser(input: { tenantId: "{id}", userId: "{user}", patch: { name: "New" } }) { result { email } } }` },
  'Mutation.removeUser': { roles: operating, document: `mutation { removeUser(input: { tenantId: "{id}", userId: "{user}" }) { result { email } } }` },
  'Mutation.sendUserToken': { roles: operating, document: `mutation { sendUserToken(input: { tenantId: "{id}", userId: "{user}", purpose: "reset" }) { result { email } } }` },
  'Mutation.unlockUser': { roles: watching, document: `mutation { unlockUser(input: { tenantId: "{id}", userId: "{user}" }) { result { email } } }` },
  'Mutation.endUserSessions': { roles: watching, document: `mutation { endUserSessions(input: { tenantId: "{id}", userId: "{user}" }) { result } }` },
  'Mutation.removeUserSecondFactor': { roles: operating, document: `mutation { removeUserSecondFactor(input: { tenantId: "{id}", userId: "{user}" }) { result { email } } }` },
  'Mutation.enterTenant': { roles: operating, document: `mutation { enterTenant(input: { tenantId: "{id}", reason: "r" }) { result { rowId } } }` },
  'Mutation.enterTenantAs': { roles: admins, document: `mutation { enterTenantAs(input: { tenantId: "{id}", reason: "r", role: "viewer", access: "read" }) { result { rowId } } }` },
  'Mutation.leaveTenant': { roles: watching, document: `mutation { leaveTenant(input: { visitId: "{visit}" }) { result { rowId } } }` },
  'Mutation.createServiceAccount': { roles: admins, document: `mutation { createServiceAccount(input: { name: "{fresh}" }) { result { rowId } } }` },
  'Mutation.grantServiceAccount': { roles: admins, document: `mutation { grantServiceAccount(input: { accountId: "{account}", tenantId: "{id}", permissions: ["brands.read"] }) { result { rowId } } }` },
  'Mutation.rotateServiceSecret': { roles: admins, document: `mutation { rotateServiceSecret(input: { accountId: "{account}" }) { secret { clientId } } }` },
  'Mutation.disableServiceAccount': { roles: admins, document: `mutation { disableServiceAccount(input: { accountId: "{account}" }) { result { rowId } } }` },
  'Mutation.createTenant': { roles: operating, document: `mutation { createTenant(input: { id: "{fresh}", name: "{fresh}" }) ${result} }` },
  'Mutation.provisionTenant': { roles: operating, document: `mutation { provisionTenant(input: { id: "{id}" }) ${result} }`, standing: 'new' },
  'Mutation.requestProvisioning': { roles: operating, document: `mutation { requestProvisioning(input: { id: "{id}" }) ${result} }`, standing: 'failed' },
  'Mutation.updateTenant': { roles: operating, document: `mutation { updateTenant(input: { id: "{id}", patch: { description: "d" } }) ${result} }` },
  'Mutation.activateTenant': { roles: operating, document: `mutation { activateTenant(input: { id: "{id}" }) ${result} }`, standing: 'suspended' },
  'Mutation.suspendTenant': { roles: operating, document: `mutation { suspendTenant(input: { id: "{id}", reason: "r" }) ${result} }` },
  'Mutation.archiveTenant': { roles: operating, document: `mutation { archiveTenant(input: { id: "{id}", reason: "r" }) ${result} }` },
  'Mutation.deleteTenant': { roles: operating, document: `mutation { deleteTenant(input: { id: "{id}", reason: "r" }) ${result} }` },
  'Mutation.restoreTenant': { roles: admins, document: `mutation { restoreTenant(input: { id: "{id}" }) ${result} }`, standing: 'deleted' },
  'Mutation.cancelProvisioning': { roles: operating, document: `mutation { cancelProvisioning(input: { id: "{id}" }) ${result} }`, standing: 'new' },
  'Mutation.purgeTenant': { roles: admins, document: `mutation { purgeTenant(input: { id: "{id}" }) ${result} }`, standing: 'expired' },
  'Mutation.inviteOperator': { roles: admins, document: `mutation { inviteOperator(input: { email: "{fresh}@g.example", name: "N", role: "developer" }) ${result} }` },
  'Mutation.changeOperator': { roles: admins, document: `mutation { changeOperator(input: { id: "{operator}", status: "disabled" }) ${result} }` },
  'Mutation.limitOperator': { roles: admins, document: `mutation { limitOperator(input: { id: "{operator}", tenantIds: ["{id}"] }) ${result} }` },
  'Mutation.removeOperatorSecondFactor': { roles: admins, document: `mutation { removeOperatorSecondFactor(input: { operatorId: "{operator}" }) ${result} }` },
  'Mutation.rotateKeys': { roles: operating, document: 'mutation { rotateKeys(input: { id: "{id}", reason: "r" }) { result } }' },
  'Mutation.revokeKeys': { roles: watching, document: 'mutation { revokeKeys(input: { id: "{id}", reason: "r" }) { result } }' },
  'Mutation.rotatePlatformKeys': { roles: admins, document: 'mutation { rotatePlatformKeys(input: { reason: "" }) { result } }', outcome: 'INVALID_INPUT' },
  'Mutation.revokePlatformKeys': { roles: admins, document: 'mutation { revokePlatformKeys(input: { reason: "" }) { result } }', outcome: 'INVALID_INPUT' },
  'Mutation.resealKeys': { roles: admins, document: 'mutation { resealKeys(input: {}) { result } }' },
  'Query.lockDown': { roles: watching, document: '{ lockDown(rowId: "{lockDown}") { reason } }' },
  'Query.lockDownById': { roles: watching, document: '{ lockDownById(id: "{lockDownNode}") { reason } }' },
  'Query.lockDowns': { roles: watching, document: '{ lockDowns { nodes { scope tenantIds reason } } }' },
  'Query.incident': { roles: watching, document: '{ incident(rowId: "{incident}") { summary } }' },
  'Query.incidentById': { roles: watching, document: '{ incidentById(id: "{incidentNode}") { summary } }' },
  'Query.incidents': { roles: watching, document: '{ incidents { nodes { severity tenantIds summary } } }' },
  'Mutation.startLockDown': { roles: guarding, document: `mutation { startLockDown(input: { scope: "tenants", reason: "r", tenantIds: ["{id}"] }) ${result} }` },
  'Mutation.liftLockDown': { roles: guarding, document: `mutation { liftLockDown(input: { id: "{lockDown}" }) { result { rowId } } }` },
  'Mutation.setAuditRetention': { roles: admins, document: `mutation { setAuditRetention(input: { tenantId: "{id}", class: "7y" }) { clientMutationId } }` },
  'Mutation.holdAudit': { roles: ['admin', 'security'], document: `mutation { holdAudit(input: { tenantId: "{id}", reason: "r" }) { clientMutationId } }` },
  'Mutation.releaseAudit': { roles: admins, standing: 'held', document: `mutation { releaseAudit(input: { tenantId: "{id}", reason: "r" }) { clientMutationId } }` },
  'Mutation.reportIncident': { roles: everybody, document: `mutation { reportIncident(input: { severity: "low", summary: "s", tenantIds: ["{id}"] }) ${result} }` },
  'Mutation.closeIncident': { roles: guarding, document: `mutation { closeIncident(input: { id: "{incident}", resolution: "r" }) ${result} }` },
  'Query.isolationRun': { roles: everybody, document: '{ isolationRun(rowId: "{proof}") { tenantId } }' },
  'Query.isolationRunById': { roles: everybody, document: '{ isolationRunById(id: "{proofNode}") { tenantId } }' },
  'Query.isolationRuns': { roles: everybody, document: '{ isolationRuns { nodes { tenantId status checks observed } } }' },
  'Query.isolationFailure': { roles: everybody, document: '{ isolationFailure(rowId: "{failure}") { target } }' },
  'Query.isolationFailureById': { roles: everybody, document: '{ isolationFailureById(id: "{failureNode}") { target } }' },
  'Query.isolationFailures': { roles: everybody, document: '{ isolationFailures { nodes { target } } }' },
  'Query.alert': { roles: everybody, document: '{ alert(rowId: "{alert}") { tenantId } }' },
  'Query.alertById': { roles: everybody, document: '{ alertById(id: "{alertNode}") { tenantId } }' },
  'Query.alerts': { roles: everybody, document: '{ alerts { nodes { tenantId kind } } }' },
  'Query.attestation': { roles: everybody, document: '{ attestation(rowId: "{attestation}") { tenantId } }' },
  'Query.attestationById': { roles: everybody, document: '{ attestationById(id: "{attestationNode}") { tenantId } }' },
  'Query.attestationByRunId': { roles: everybody, document: '{ attestationByRunId(runId: "{attestedRun}") { tenantId } }' },
  'Query.attestations': { roles: everybody, document: '{ attestations { nodes { tenantId passed } } }' },
  'Query.evidenceBundle': { roles: watching, document: '{ evidenceBundle(rowId: "{bundle}") { tenantId } }' },
  'Query.evidenceBundleById': { roles: watching, document: '{ evidenceBundleById(id: "{bundleNode}") { tenantId } }' },
  'Query.evidenceBundles': { roles: watching, document: '{ evidenceBundles { nodes { tenantId status } } }' },
  'Query.evidence': { roles: watching, document: '{ evidence(id: "{id}", since: "2026-01-01T00:00:00Z", until: "2026-02-01T00:00:00Z") }' },
  'Query.complianceStatus': { roles: watching, document: '{ complianceStatus(id: "{id}") { nodes { point status } } }' },
  'Mutation.requestEvidence': {
    roles: watching, document: 'mutation { requestEvidence(input: { id: "{id}", since: "2026-01-01T00:00:00Z", until: "2026-03-01T00:00:00Z" }) { result { status } } }',
  },
  'Mutation.verifyIsolation': { roles: watching, document: 'mutation { verifyIsolation(input: { id: "{id}" }) { result { runId postureFailures } } }' },
  'Mutation.acknowledgeAlert': { roles: watching, document: `mutation { acknowledgeAlert(input: { id: "{alert}" }) ${result} }` },
  'Subscription.provisioningProgress': {
    roles: everybody,
    document: 'subscription { provisioningProgress(tenantId: "{id}") { tenant { status } run { status steps } } }',
  },
};

/** By the signature of each function in the schemas that an operator role may use. */
export const sqlMatrix: Readonly<Record<string, SqlCell>> = {
  'platform.create_tenant(text,text,text,text,text,text,jsonb,boolean,text,text)': { roles: operating, call: `platform.create_tenant('{fresh}', '{fresh}')` },
  'platform.provision_tenant(text)': { roles: operating, call: `platform.provision_tenant('{id}')`, standing: 'new' },
  'platform.request_provisioning(text)': { roles: operating, call: `platform.request_provisioning('{id}')`, standing: 'failed' },
  'platform.update_tenant(text,jsonb,integer)': { roles: operating, call: `platform.update_tenant('{id}', '{"description": "d"}')` },
  'platform.activate_tenant(text,text)': { roles: operating, call: `platform.activate_tenant('{id}')`, standing: 'suspended' },
  'platform.suspend_tenant(text,text)': { roles: operating, call: `platform.suspend_tenant('{id}', 'r')` },
  'platform.archive_tenant(text,text)': { roles: operating, call: `platform.archive_tenant('{id}', 'r')` },
  'platform.delete_tenant(text,text)': { roles: operating, call: `platform.delete_tenant('{id}', 'r')` },
  'platform.restore_tenant(text,text)': { roles: admins, call: `platform.restore_tenant('{id}')`, standing: 'deleted' },
  'platform.cancel_provisioning(text,text)': { roles: operating, call: `platform.cancel_provisioning('{id}')`, standing: 'new' },
  'platform.purge_tenant(text)': { roles: admins, call: `platform.purge_tenant('{id}')`, standing: 'expired' },
  'platform.expire_agreements(text)': { roles: operating, call: `platform.expire_agreements('{id}')` },
  'platform.tenant_drift(text)': { roles: everybody, call: `platform.tenant_drift('{id}')` },
  'platform.remember_request(text,text)': { roles: operating, call: `platform.remember_request('k', 'h')` },
  'platform.store_response(text,jsonb)': { roles: operating, call: `platform.store_response('k', '{}')` },
  'platform.installation_lanes()': { roles: everybody, call: 'platform.installation_lanes()' },
  'platform.worker_status()': { roles: everybody, call: 'platform.worker_status()' },
  'platform.database_posture()': { roles: everybody, call: 'platform.database_posture()' },
  'platform.migration_status(text)': { roles: everybody, call: `platform.migration_status('')` },
  'platform.invite_operator(text,text,text)': { roles: admins, call: `platform.invite_operator('{fresh}@s.example', 'N', 'developer')` },
  'platform.change_operator(uuid,text,text)': { roles: admins, call: `platform.change_operator('{operator}', 'security')` },
  'platform.unlock_operator(uuid)': { roles: guarding, call: `platform.unlock_operator('{operator}')` },
  'platform.limit_operator(uuid,text[])': { roles: admins, call: `platform.limit_operator('{operator}', array['{id}'])` },
  'platform.remove_operator_second_factor(uuid)': { roles: admins, call: `platform.remove_operator_second_factor('{operator}')` },
  'platform.register_issuer(text,text,text,text,jsonb,text)': {
    roles: admins, call: `platform.register_issuer('{id}', 'https://x{fresh}.example', 'https://x.example/jwks', 'a', '[{"value": "a", "role": "viewer"}]')`,
  },
  'platform.remove_issuer(uuid)': { roles: admins, call: `platform.remove_issuer('{issuer}')` },
  'platform.tenant_users(text)': { roles: watching, call: `platform.tenant_users('{id}')` },
  'platform.user_sessions(text,uuid)': { roles: watching, call: `platform.user_sessions('{id}', '{user}')` },
  'platform.invite_user(text,text,text,text)': { roles: operating, call: `platform.invite_user('{id}', '{fresh}@brand.example', 'N', 'viewer')` },
  'platform.change_user(text,uuid,jsonb)': { roles: operating, call: `platform.change_user('{id}', '{user}', '{"name": "New"}')` },
  'platform.remove_user(text,uuid)': { roles: operating, call: `platform.remove_user('{id}', '{user}')` },
  'platform.send_user_token(text,uuid,text)': { roles: operating, call: `platform.send_user_token('{id}', '{user}', 'reset')` },
  'platform.unlock_user(text,uuid)': { roles: watching, call: `platform.unlock_user('{id}', '{user}')` },
  'platform.end_user_sessions(text,uuid,uuid)': { roles: watching, call: `platform.end_user_sessions('{id}', '{user}')` },
  'platform.remove_user_second_factor(text,uuid)': { roles: operating, call: `platform.remove_user_second_factor('{id}', '{user}')` },
  'platform.enter_tenant(text,text)': { roles: operating, call: `platform.enter_tenant('{id}', 'r')` },
  'platform.enter_tenant_as(text,text,text,text)': { roles: admins, call: `platform.enter_tenant_as('{id}', 'r', 'viewer', 'read')` },
  'platform.leave_tenant(uuid)': { roles: watching, call: `platform.leave_tenant('{visit}')` },
  'platform.create_service_account(text,text)': { roles: admins, call: `platform.create_service_account('{fresh}')` },
  'platform.grant_service_account(uuid,text,text[])': { roles: admins, call: `platform.grant_service_account('{account}', '{id}', array['brands.read'])` },
  'platform.rotate_service_secret(uuid,integer)': { roles: admins, call: `platform.rotate_service_secret('{account}')` },
  'platform.disable_service_account(uuid)': { roles: admins, call: `platform.disable_service_account('{account}')` },
  'platform.signing_keys(text)': { roles: watching, call: `platform.signing_keys('{id}')` },
  'platform.rotate_keys(text,text)': { roles: operating, call: `platform.rotate_keys('{id}', 'r')` },
  'platform.revoke_keys(text,text)': { roles: watching, call: `platform.revoke_keys('{id}', 'r')` },
  'platform.rotate_platform_keys(text)': { roles: admins, call: `platform.rotate_platform_keys('r')` },
  'platform.revoke_platform_keys(text)': { roles: admins, call: `platform.revoke_platform_keys('r')` },
  'platform.reseal_keys()': { roles: admins, call: 'platform.reseal_keys()' },
  'platform.lock_down(text,text,text[],integer)': { roles: guarding, call: `platform.lock_down('tenants', 'r', array['{id}'])` },
  'platform.lift_lock_down(bigint,text)': { roles: guarding, call: 'platform.lift_lock_down({lockDown})' },
  'platform.report_incident(text,text,text[],text,text,text[])': { roles: everybody, call: `platform.report_incident('low', 's', array['{id}'])` },
  'platform.close_incident(uuid,text,text)': { roles: guarding, call: `platform.close_incident('{incident}', 'r')` },
  'platform.verify_isolation(text)': { roles: watching, call: `platform.verify_isolation('{id}')` },
  'platform.evidence(text,timestamp with time zone,timestamp with time zone)': { roles: watching, call: `platform.evidence('{id}', '2026-01-01', '2026-02-01')` },
  'platform.request_evidence(text,timestamp with time zone,timestamp with time zone)': {
    roles: watching, call: `platform.request_evidence('{id}', '2026-01-01', '2026-04-01')`,
  },
  'platform.compliance_status(text)': { roles: watching, call: `platform.compliance_status('{id}')` },
  'platform.acknowledge_alert(uuid)': { roles: watching, call: `platform.acknowledge_alert('{alert}')` },
  'audit.actor()': { roles: [], call: 'audit.actor()' },
  'audit.record(text,text,text,text,jsonb,jsonb,jsonb)': { roles: [], call: `audit.record('a.b')` },
  'audit.tenant_trail(text,timestamp with time zone,integer,text)': { roles: [], call: `audit.tenant_trail('tenant_{id}', null, 1, null)` },
  'audit.trail_page(text,timestamp with time zone,integer,text,timestamp with time zone,text,text,text)': {
    roles: [], call: `audit.trail_page('tenant_{id}', null, 1, null, null, null, null, null)`,
  },
  'audit.open_columns(text)': { roles: [], call: `audit.open_columns('brands')` },
  'audit.person_of(audit.buffer)': { roles: [], call: 'audit.person_of(null::audit.buffer)' },
  'audit.destroy_keys(text,text)': { roles: [], call: `audit.destroy_keys('{id}')` },
  'audit.keys_to_reseal(integer)': { roles: [], call: 'audit.keys_to_reseal(1)' },
  'audit.store_resealed(text,text,bytea,bytea)': { roles: [], call: `audit.store_resealed('data', '1', '', '')` },
  'platform.erase_person(text,uuid,text)': { roles: admins, call: `platform.erase_person('{id}', gen_random_uuid(), 'r')` },
  'audit.record_change()': { roles: [], call: 'audit.record_change()' },
  'audit.data_key(text,text,bytea)': { roles: [], call: `audit.data_key('', null, '')` },
  'audit.ensure_partitions(timestamp with time zone)': { roles: [], call: 'audit.ensure_partitions()' },
  'audit.event_bytes(audit.events)': { roles: [], call: 'audit.event_bytes(null::audit.events)' },
  'audit.move_head(audit.heads)': { roles: [], call: 'audit.move_head(null::audit.heads)' },
  'audit.private_part(audit.buffer)': { roles: [], call: 'audit.private_part(null::audit.buffer)' },
  'audit.seal(bigint[],bigint[],bytea[])': { roles: [], call: `audit.seal('{}', '{}', '{}')` },
  'audit.take(integer)': { roles: [], call: 'audit.take(1)' },
  'audit.statement_key()': { roles: [], call: 'audit.statement_key()' },
  'audit.store_statement_key(text,jsonb,bytea)': { roles: [], call: `audit.store_statement_key('k', '{}', '')` },
  'audit.retire_statement_key(text)': { roles: admins, call: `audit.retire_statement_key('r')` },
  'audit.next_checkpoint()': { roles: [], call: 'audit.next_checkpoint()' },
  'audit.store_checkpoint(bigint,text,jsonb,boolean)': { roles: [], call: `audit.store_checkpoint(1, '', '[]')` },
  'audit.note_verdicts()': { roles: [], call: 'audit.note_verdicts()' },
  'audit.stretches(text)': { roles: [], call: `audit.stretches('events_1y_rest')` },
  'audit.expired_partitions()': { roles: [], call: 'audit.expired_partitions()' },
  'audit.cut(text,jsonb,text)': { roles: [], call: `audit.cut('events_1y_rest', '[]', '')` },
  'platform.set_audit_retention(text,text,boolean)': { roles: admins, call: `platform.set_audit_retention('{id}', '7y')` },
  'platform.hold_audit(text,text)': { roles: ['admin', 'security'], call: `platform.hold_audit('{id}', 'r')` },
  'platform.release_audit(text,text)': { roles: admins, standing: 'held', call: `platform.release_audit('{id}', 'r')` },
  'audit.log_position(text)': { roles: [], call: `audit.log_position('x')` },
  'audit.store_direct(text,text,bigint,text,bigint,jsonb,jsonb)': { roles: [], call: `audit.store_direct('x', null, null, '1', 0, '{}', '[]')` },
  'platform.direct_access_posture()': { roles: everybody, call: 'platform.direct_access_posture()' },
  'audit.verify(text)': { roles: watching, call: `audit.verify('{id}')` },
};

/** Who reads which table of the control plane, by `schema.table`; nobody writes one. Columns: those that the others may not read. */
export const tableMatrix: Readonly<Record<string, { readonly roles: readonly OperatorTitle[]; readonly hidden?: Readonly<Record<string, readonly OperatorTitle[]>>; readonly compound?: true }>> = {
  'platform.installation': { roles: [] },
  'platform.tenants': { roles: everybody },
  'platform.provisioning_runs': { roles: everybody, hidden: { admin_email: watching, admin_name: watching } },
  'platform.tenant_transitions': { roles: watching },
  'platform.tenant_migrations': { roles: everybody },
  'platform.operators': { roles: everybody },
  'platform.operator_tenants': { roles: everybody },
  'platform.external_issuers': { roles: watching },
  'platform.setting_sections': { roles: everybody },
  'platform.setting_changes': { roles: watching },
  'platform.tenant_visits': { roles: watching },
  'platform.service_accounts': { roles: watching },
  'platform.service_account_grants': { roles: watching },
  'audit.buffer': { roles: [] },
  'platform.audit_events': { roles: ['admin', 'security'], compound: true },
  'platform.column_classes': { roles: everybody },
  'audit.data_keys': { roles: [] },
  'audit.log_positions': { roles: [] },
  'audit.statement_keys': { roles: [] },
  'audit.cut_statements': { roles: ['admin', 'security'] },
  'platform.lock_downs': { roles: watching },
  'platform.incidents': { roles: watching },
  'audit.incident': { roles: ['admin', 'security'] },
  'platform.isolation_runs': { roles: everybody, hidden: { rivals: [] } },
  'platform.isolation_failures': { roles: everybody },
  'platform.alerts': { roles: everybody },
  'audit.events': { roles: [] },
  'platform.attestations': { roles: everybody },
  'platform.evidence_bundles': { roles: watching },
  'audit.heads': { roles: ['admin', 'security'] },
  'audit.cuts': { roles: ['admin', 'security'] },
  'audit.retention': { roles: ['admin', 'security'] },
  'audit.checkpoints': { roles: ['admin', 'security'] },
};

/** Functions that may write and leave no event, each with why. */
export const withoutEvent: Readonly<Record<string, string>> = {
  'audit.retire_statement_key(text)': 'no key is in use here, so nothing is retired',
  'platform.provision_tenant(text)': 'one step of a run, whose end is the change of status that platform_private.finish_provisioning makes',
  'platform.remember_request(text,text)': 'keeps the key of a request, whose change is recorded by what it calls',
  'platform.reseal_keys()': 'nothing is sealed under an earlier master key here',
  'platform.store_response(text,jsonb)': 'keeps the answer of a request, likewise',
  'platform.tenant_drift(text)': 'changes nothing; volatile because fingerprints set a path',
};
