/**
 * Every way in, and what becomes of somebody who takes it for another tenant's sake or in the wrong role, as data.
 *
 * tests/access/routes.test.ts lists the ways in from the running system, fails for one without a row here, and tries both cases.
 * Attempts reach for the tenant `aurora`.
 */
import type { OperatorTitle } from '../harness/server.ts';
import { consoleRoutes } from './console-routes.ts';
import { each } from './each.ts';

/** There is no such case, and why. */
export interface None {
  readonly none: string;
}

export interface OperatorRow {
  /**
   * `refused`: an operator limited to another tenant gets what a tenant that isn't there gets. `hidden`: an answer without it.
   * `forbidden`: it concerns all tenants, so whoever is limited at all may not.
   */
  readonly foreign: 'refused' | 'hidden' | 'forbidden' | None;
  /** Who is refused; `user` is an administrator of a tenant. */
  readonly wrongRole: OperatorTitle | 'user';
}

export interface TenantRow {
  /** `kept`: an administrator of another tenant learns nothing of aurora's and changes nothing there. */
  readonly foreign: 'kept' | None;
  /** `kept`: a user of aurora whose role holds no permission learns and changes nothing either. */
  readonly wrongRole: 'kept' | None;
}

export interface SqlRow {
  /** Whose it is; every other login is refused with 42501. `tenant` is the role of a tenant, `public` anybody. */
  readonly logins: readonly string[];
  /**
   * A statement that reaches across, and the SQLSTATE it ends in; or one that answers `true` when nothing was reached.
   * `within` is the same by whoever may, and does not end so. Places in braces are filled as in operator-matrix.ts.
   */
  readonly foreign: { readonly sql: string; readonly expect: string; readonly within?: string } | None;
}

export interface JobRow {
  /** What the task does when its payload names a tenant that is none of its business. */
  readonly foreign: { readonly payload: unknown } | None;
  /** Who can't order it. */
  readonly wrongRole: readonly string[];
}

/** By the call's name in the OpenAPI document; its path and body stand in tests/platform/operator-matrix.ts. */
export const restRoutes: Readonly<Record<string, OperatorRow>> = {
  ...each(
    [
      'enterTenant', 'inviteUser', 'changeUser', 'removeUser', 'inviteUserAgain', 'resetUserAgain', 'removeUserSecondFactor', 'updateTenant', 'provisionSchema',
      'deleteSchema', 'activateTenant', 'suspendTenant', 'archiveTenant', 'cancelProvisioning', 'deleteTenant',
    ],
    { foreign: 'refused', wrongRole: 'security' } as const,
  ),
  ...each(['listUsers', 'unlockUserAgain', 'listUserSessions', 'endUserSessions'], { foreign: 'refused', wrongRole: 'developer' } as const),
  verifyIsolation: { foreign: 'refused', wrongRole: 'developer' },
  restoreTenant: { foreign: 'refused', wrongRole: 'operator' },
  getEvidence: { foreign: 'refused', wrongRole: 'developer' },
  ...each(['getTenant', 'getSchemaStatus', 'listIsolationRuns', 'getAttestation'], { foreign: 'refused', wrongRole: 'user' } as const),
  createTenant: { foreign: 'forbidden', wrongRole: 'security' },
  listSettingSchemas: { foreign: { none: 'the same schemas hold for every tenant' }, wrongRole: 'user' },
  portfolio: { foreign: 'refused', wrongRole: 'security' },
  listTenants: { foreign: 'hidden', wrongRole: 'user' },
  listOperators: { foreign: 'hidden', wrongRole: 'user' },
  ...each(['lockDown', 'liftLockDown', 'closeIncident'], { foreign: 'refused', wrongRole: 'operator' } as const),
  ...each(['listLockDowns', 'listIncidents'], { foreign: 'hidden', wrongRole: 'developer' } as const),
  exportAuditEvents: { foreign: 'refused', wrongRole: 'operator' },
  reportIncident: { foreign: 'refused', wrongRole: 'user' },
  ...each(['inviteOperator', 'changeOperator', 'removeOperatorSecondFactor', 'unlockOperator'], { foreign: 'forbidden', wrongRole: 'operator' } as const),
};

/** A request that reaches across; it is refused with a status of 400 to 499. */
export interface PersonAttempt {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Another address to reach across by. */
  readonly also?: string;
  /** Who sends it: `user` is an administrator of aurora, `borealis` one of borealis; nobody if left out. */
  readonly as?: 'user' | 'borealis';
  /** Where a user of aurora whose role holds no permission is refused with FORBIDDEN, for calls that ask for one. */
  readonly wrongRole?: string;
}

const across = { email: 'admin@aurora.example', password: '{password}' };
const byToken = { none: 'takes a secret that only its receiver has, and looks it up in the realm of the address' };

/** Calls that are no operator's: of anybody, of whoever signed in, and of a tenant's users. */
export const personRoutes: Readonly<Record<string, PersonAttempt | None>> = {
  signInOperator: { method: 'POST', path: '/auth/login', body: across },
  signInUser: { method: 'POST', path: '/tenants/borealis/auth/login', body: across },
  sessionsOfOperator: { method: 'GET', path: '/auth/sessions', as: 'user' },
  sessionsOfUser: { method: 'GET', path: '/tenants/borealis/auth/sessions', as: 'user' },
  endSessionOfOperator: { method: 'DELETE', path: '/auth/sessions/00000000-0000-4000-8000-000000000000', as: 'user' },
  endSessionOfUser: { method: 'DELETE', path: '/tenants/borealis/auth/sessions/00000000-0000-4000-8000-000000000000', as: 'user' },
  ...Object.fromEntries(
    (
      [
        ['secondFactorOf', 'GET', '', undefined], ['addSecondFactorOf', 'POST', '', { password: '{password}' }],
        ['confirmSecondFactorOf', 'POST', '/confirm', { code: '123456' }], ['removeSecondFactorOf', 'DELETE', '', { password: '{password}' }],
      ] as const
    ).flatMap(([name, method, more, body]) => [
      [`${name}Operator`, { method, path: `/auth/second-factor${more}`, as: 'user', body }] as const,
      [`${name}User`, { method, path: `/tenants/aurora/auth/second-factor${more}`, as: 'borealis', body }] as const,
    ]),
  ),
  ...each(
    ['refreshOperator', 'refreshUser', 'signOutOperator', 'signOutUser', 'acceptOperator', 'acceptUser', 'issueServiceToken', 'exchangeToken'],
    byToken,
  ),
  // Both ways: to aurora's own address, and to that of borealis with the id of a user of aurora.
  ...Object.fromEntries(
    [['invite', 'invited'], ['reset', 'user'], ['unlock', 'user'], ['end_sessions', 'user'], ['remove_second_factor', 'user']].map(([verb = '', whom]) => [
      `${verb.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())}OfColleague`,
      {
        method: 'POST', path: `/tenants/aurora/auth/users/{${whom}}/${verb}`, as: 'borealis' as const,
        also: `/tenants/borealis/auth/users/{${whom}}/${verb}`, wrongRole: `/tenants/aurora/auth/users/{${whom}}/${verb}`,
      },
    ]),
  ),
  makeWebhookSecret: {
    method: 'POST', path: '/tenants/aurora/webhooks/erp/secret', as: 'borealis', wrongRole: '/tenants/aurora/webhooks/erp/secret',
  },
  getOwnAttestation: { method: 'GET', path: '/tenants/aurora/auth/attestation', as: 'borealis', wrongRole: '/tenants/aurora/auth/attestation' },
  getOwnEvidence: {
    method: 'GET', path: '/tenants/aurora/auth/evidence', as: 'borealis', wrongRole: '/tenants/aurora/auth/evidence?from=2026-01-01&to=2026-02-01',
  },
  ...each(['forgotOperator', 'forgotUser'], { none: 'says the same to everybody, and writes to nobody but the owner of the address' }),
};

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

const ended = (tenantId: string) => `select count(*) = 1
  from (select platform_private.end_webhook_delivery('${tenantId}', '{delivery}', 'delivered', 200, null)::text as nothing offset 0) ended
  cross join lateral platform_private.begin_webhook_delivery('aurora' || ended.nothing, '{delivery}')`;
const claims = { none: 'looks at the claims and the path of whoever calls it, and at nothing else' };
const processes = { none: 'is about worker processes and queues, not about tenants' };

/** By signature, every function of ours that a login or a tenant's role may call. Those of operators stand in operator-matrix.ts. */
export const sqlRoutes: Readonly<Record<string, SqlRow>> = {
  ...each(
    ['agreements_guard()', 'approvals_guard()', 'approvals_move_agreement()', 'covers_role(text)', 'has_permission(text)', 'request_user_id()', 'require_permission(text)', 'touch_updated_at()']
      .map((name) => `tenantry_shared.${name}`),
    { logins: ['public'], foreign: claims },
  ),
  ...each(
    ['decide_approval(uuid,text,text)', 'submit_agreement(uuid,text)', 'terminate_agreement(uuid,text)'].map((name) => `tenant_aurora.${name}`),
    { logins: ['tenant'], foreign: { none: 'other tenants’ roles are among those refused' } },
  ),
  'tenant_aurora.audit_trail(timestamp with time zone,integer,text,timestamp with time zone,text,text,text)': {
    logins: ['tenant'], foreign: { none: 'names its tenant by a literal; other tenants’ roles are among those refused' },
  },
  ...each(
    ['attestations(timestamp with time zone,integer)', 'chain_status()', 'key_ages()', 'operator_visits(timestamp with time zone,integer)',
      'request_evidence(timestamp with time zone,timestamp with time zone)'].map((name) => `tenant_aurora.${name}`),
    { logins: ['tenant'], foreign: { none: 'names its tenant by a literal; other tenants’ roles are among those refused' } },
  ),
  'identity.manage_user(text,uuid,uuid,text)': {
    logins: ['tenantry_auth'],
    foreign: {
      sql: `select identity.manage_user('borealis', '{session}', '{theirs}', 'reset')`,
      expect: 'TN009',
      within: `select identity.manage_user('aurora', '{session}', '{user}', 'reset')`,
    },
  },
  'identity.begin_sign_in(text,text)': {
    logins: ['tenantry_auth'],
    foreign: {
      sql: `select (identity.begin_sign_in('borealis', 'viewer@aurora.example')).password_hash
                 = (identity.begin_sign_in('borealis', 'nobody@nowhere.example')).password_hash`,
      expect: 'true',
    },
  },
  ...each(
    [
      'identity.exchange_token(text,uuid,text,text,text,text,text,text,timestamp with time zone,text,text)', 'identity.external_issuer(text,text)',
      'identity.finish_sign_in(text,uuid,boolean,text,text,boolean,text,text,bigint,text)',
      'identity.second_factor_of_attempt(text,uuid)', 'identity.own_second_factor(text,uuid)', 'identity.begin_proof(text,uuid)',
      'identity.enrol_second_factor(text,uuid,uuid,boolean,bytea)', 'identity.confirm_second_factor(text,uuid,uuid,bigint,text[])',
      'identity.remove_second_factor(text,uuid,uuid,boolean,bigint,text)', 'identity.accept_invitation(text,text,text)',
      'identity.begin_service_token(uuid,text,text)', 'identity.end_session(text,text)', 'identity.refresh_session(text,text,text)',
      'identity.revoke_session(text,uuid,uuid)', 'identity.service_standing(text,uuid)', 'identity.session_standing(text,uuid)',
      'identity.sessions(text,uuid)', 'identity.visit_standing(text,uuid)', 'identity.request_reset(text,text)',
    ],
    { logins: ['tenantry_auth'], foreign: { none: 'looks up a secret or an id in the realm it is given, which is the address’s or the token’s' } },
  ),
  'identity.set_user_password(text,text,text,boolean)': {
    logins: ['tenantry_auth'],
    foreign: { sql: `select identity.set_user_password('borealis', 'viewer@aurora.example', 'x', false)`, expect: 'TN003' },
  },
  'identity.signing_key(text)': {
    logins: ['tenantry_auth'],
    foreign: { sql: `select count(*) = 0 from identity.signing_key('borealis') b join identity.signing_key('aurora') a using (kid)`, expect: 'true' },
  },
  'identity.verification_keys(text)': {
    logins: ['tenantry_auth'],
    foreign: { sql: `select count(*) = 0 from identity.verification_keys('borealis') b join identity.verification_keys('aurora') a using (kid)`, expect: 'true' },
  },
  'identity.locked_scope()': {
    logins: ['tenantry_auth'], foreign: { none: 'says which lanes and tenants are locked down, and nothing of what is theirs' },
  },
  'identity.tenant_route(text)': {
    logins: ['tenantry_auth'],
    foreign: { sql: `select bool_and(id = 'borealis') from identity.tenant_route('borealis')`, expect: 'true' },
  },
  ...each(
    [
      'jobs.enqueue(text,jsonb,text)', 'jobs.farewell(uuid)', 'jobs.fetch_orders()', 'jobs.free_jobs_of_dead_workers()', 'jobs.has_job(text)',
      'jobs.heartbeat(uuid,text[],boolean)', 'platform_private.fail_stale_provisioning(text[])',
      'platform_private.lanes_locked_down()', 'platform_private.note_lane_sessions(integer,integer[])',
    ],
    { logins: ['tenantry_worker'], foreign: processes },
  ),
  ...each(
    ['audit.data_key(text,text,bytea)', 'audit.seal(bigint[],bigint[],bytea[])', 'audit.take(integer,text[])', 'audit.put_aside(bigint,text)', 'audit.watch_buffer()'],
    { logins: ['tenantry_worker'], foreign: { none: 'seals what any tenant’s transactions wrote, each event in its own chain: tests/audit/sealing.test.ts' } },
  ),
  ...each(
    [
      'audit.statement_key()', 'audit.store_statement_key(text,jsonb,bytea)', 'audit.next_checkpoint()', 'audit.statements_inside()', 'audit.store_checkpoint(bigint,text,jsonb,boolean)',
      'audit.note_verdicts(uuid,text,jsonb)', 'audit.order_first_verification()', 'audit.verification_asked(uuid)', 'audit.report_rollback(bigint,text)', 'audit.contradicted(jsonb)',
      'audit.expired_partitions()', 'audit.cut(text,jsonb,text)',
    ],
    { logins: ['tenantry_worker'], foreign: { none: 'tends the chains of all tenants, whose events it does not show: tests/audit' } },
  ),
  'platform.migration_status(text)': { logins: ['tenantry_worker'], foreign: { none: 'the name of the newest migration: nobody’s' } },
  'identity.data_keys(text,bigint[])': {
    logins: ['tenantry_auth'],
    foreign: { none: 'keys of the tenant that is asked for alone, sealed: tests/audit/sealing.test.ts' },
  },
  ...each(['audit.keys_to_reseal(integer)', 'audit.store_resealed(text,text,bytea,bytea)'], {
    logins: ['tenantry_worker'], foreign: { none: 'the worker keeps the keys of all tenants; what they hold is sealed' },
  }),
  ...each(['platform_private.note_activity()', 'platform_private.store_size(text)'], {
    logins: ['tenantry_worker'], foreign: { none: 'notes on each tenant’s row what its own chain or schema says: tests/platform/console.test.ts' },
  }),
  'platform_private.watch_schema(text)': {
    logins: ['tenantry_worker'], foreign: { none: 'compares the schema of the tenant it is given, and answers yes or no: tests/tenant/trail.test.ts' },
  },
  ...each(['audit.log_position(text)', 'audit.store_direct(text,text,bigint,text,bigint,jsonb,jsonb)'], {
    logins: ['tenantry_worker'], foreign: { none: 'stores what the logs of PostgreSQL say of any tenant, each event in its own chain: tests/audit/direct-access.test.ts' },
  }),
  'tenantry_shared.stop_statement_log(text)': {
    logins: ['tenantry_api', 'tenantry_audit', 'tenantry_auth', 'tenantry_lane_00', 'tenantry_lane_01', 'tenantry_maintenance', 'tenantry_monitor', 'tenantry_worker'], foreign: { none: 'changes a setting of the session that calls it, and nothing else' },
  },
  'identity.statement_keys()': { logins: ['tenantry_auth'], foreign: { none: 'lists public keys of the platform’s statements' } },
  'audit.ensure_partitions(timestamp with time zone)': { logins: ['tenantry_worker'], foreign: { none: 'makes partitions for all tenants’ events' } },
  'jobs.begin_invitation(text,uuid,text)': { logins: ['tenantry_worker'], foreign: { none: 'the job names realm and person' } },
  'jobs.begin_reset(text,uuid,text)': { logins: ['tenantry_worker'], foreign: { none: 'the job names realm and request' } },
  'platform.provision_tenant(text)': {
    logins: ['tenantry_worker'], foreign: { sql: `select platform.provision_tenant('aurora')`, expect: 'TN004' },
  },
  'platform_private.finish_provisioning(text,numeric)': {
    logins: ['tenantry_worker'], foreign: { sql: `select platform_private.finish_provisioning('aurora', 1) = 'active'`, expect: 'true' },
  },
  'platform_private.begin_isolation_run(text,text)': {
    logins: ['tenantry_worker'], foreign: { none: 'looks at the catalogs for the tenant named; nothing of the tenant comes back' },
  },
  'platform_private.isolation_subject(uuid)': {
    logins: ['tenantry_worker'], foreign: { none: 'names tables of tenants to the worker, which proves them all; no row' },
  },
  'platform_private.end_isolation_run(uuid,jsonb)': {
    logins: ['tenantry_worker'], foreign: { none: 'ends the run named, which is of one tenant' },
  },
  ...each(['attestation_content(uuid)', 'store_attestation(uuid,text)', 'unattested_runs(integer)'].map((name) => `platform_private.${name}`), {
    logins: ['tenantry_worker'], foreign: { none: 'is about the run named, which is of one tenant; names no other' },
  }),
  ...each(['evidence_to_sign(uuid)', 'store_evidence(uuid,text)'].map((name) => `platform_private.${name}`), {
    logins: ['tenantry_worker'], foreign: { none: 'is about the bundle named, which is of one tenant; names no other' },
  }),
  'platform_private.clear_evidence()': { logins: ['tenantry_worker'], foreign: { none: 'clears what is over, of all tenants, and answers counts' } },
  'platform_private.order_isolation_runs()': { logins: ['tenantry_worker'], foreign: { none: 'orders proofs for all tenants' } },
  'platform_probe.canary()': { logins: ['public'], foreign: claims },
  'platform_private.abandon_provisioning(text,text,text,text)': {
    logins: ['tenantry_worker'], foreign: { none: 'leaves a tenant alone that isn’t provisioning: tests/worker/provisioning-job.test.ts' },
  },
  ...each(['active_tenants(text,integer)', 'built_tenants(text,integer)'].map((name) => `platform_private.${name}`), {
    logins: ['tenantry_worker'], foreign: { none: 'lists ids of tenants for the worker, which serves them all' },
  }),
  'platform_private.clear_past(text,integer)': {
    logins: ['tenantry_worker'],
    foreign: { none: 'clears the tenant it is given of what is over, and answers counts: tests/worker/clearing.test.ts' },
  },
  'platform_private.expire_agreements(text)': {
    logins: ['tenantry_worker'],
    // Aurora has an agreement that is overdue; it still is after the same was asked for borealis.
    foreign: {
      sql: `select platform_private.expire_agreements('aurora' || left(platform_private.expire_agreements('borealis')::text, 0)) > 0`,
      expect: 'true',
    },
  },
  'platform_private.remind_agreements(text)': {
    logins: ['tenantry_worker'],
    // Aurora has an agreement that ends soon; it is still to be told of after the same was asked for borealis.
    foreign: {
      sql: `select platform_private.remind_agreements('aurora' || left(platform_private.remind_agreements('borealis')::text, 0)) > 0`,
      expect: 'true',
    },
  },
  'platform_private.begin_notice(text,text,uuid,uuid)': {
    logins: ['tenantry_worker'],
    foreign: {
      sql: `select count(*) = 0 from platform_private.begin_notice('borealis', 'approval_requested', '{asked}', '{told}')`,
      expect: 'true',
      within: `select count(*) = 0 from platform_private.begin_notice('aurora', 'approval_requested', '{asked}', '{told}')`,
    },
  },
  'platform_private.begin_webhook_delivery(text,uuid)': {
    logins: ['tenantry_worker'],
    foreign: {
      sql: `select count(*) = 0 from platform_private.begin_webhook_delivery('borealis', '{delivery}')`,
      expect: 'true',
      within: `select count(*) = 0 from platform_private.begin_webhook_delivery('aurora', '{delivery}')`,
    },
  },
  'platform_private.end_webhook_delivery(text,uuid,text,integer,text)': {
    logins: ['tenantry_worker'],
    // Whether it can still be begun tells whether it was ended; it is ended first, since the tenant's name hangs on it.
    foreign: {
      sql: ended('borealis'),
      expect: 'true',
      within: ended('aurora'),
    },
  },
  'platform_private.store_signing_key(text,text,text,jsonb,bytea,bytea)': {
    logins: ['tenantry_worker'],
    // Aurora has both of its keys: another is not taken.
    foreign: { sql: `select platform_private.store_signing_key('aurora', 'stolen', 'ES256', '{}', '')`, expect: 'false' },
  },
  ...each(
    ['keys_to_reseal(text,integer)', 'secrets_to_reseal()', 'factors_to_reseal(uuid,integer)', 'lacks_signing_key(text)', 'tend_keys(interval)'].map((name) => `platform_private.${name}`),
    { logins: ['tenantry_worker'], foreign: { none: 'the worker keeps the keys of all tenants; what they hold is sealed' } },
  ),
  'platform_private.store_resealed(text,bytea,bytea,bytea)': {
    logins: ['tenantry_worker'], foreign: { sql: `select platform_private.store_resealed('nobody’s', '', '', null)`, expect: 'false' },
  },
  'platform_private.store_resealed_factor(uuid,bytea,bytea)': {
    logins: ['tenantry_worker'], foreign: { none: 'names the row by its id, and stores nothing unless it is as it was opened' },
  },
  'platform_private.store_resealed_secret(text,text,text,text)': {
    logins: ['tenantry_worker'],
    foreign: {
      sql: `select platform_private.store_resealed_secret('nowhere', 'w', 'x', 'y')::text = ''`,
      expect: 'TN003',
      within: `select platform_private.store_resealed_secret('aurora', 'w', 'x', 'y')::text = ''`,
    },
  },
  'identity.invited_email(text,text)': {
    logins: ['tenantry_auth'], foreign: { none: 'answers to 256 random bits, in the tenant named' },
  },
};

const notTheWorker = ['tenantry_api', 'tenantry_auth', 'tenantry_audit', 'tenantry_monitor', 'tenantry_lane_00', 'tenant'];

/** By the task's name. */
export const jobRoutes: Readonly<Record<string, JobRow>> = {
  // Without a tenant it is about all of them: one that isn't there must not be taken for that.
  agreements__expire: { foreign: { payload: { tenantId: 'nowhere' } }, wrongRole: notTheWorker },
  webhook__deliver: { foreign: { payload: { tenantId: 'borealis', deliveryId: '{delivery}' } }, wrongRole: notTheWorker },
  tenant__provision: { foreign: { payload: { tenantId: 'aurora' } }, wrongRole: notTheWorker },
  invitation__send: { foreign: { none: 'writes to the person its payload names; nobody but the owner’s functions orders it' }, wrongRole: notTheWorker },
  keys__rotate: { foreign: { payload: { tenantId: 'nowhere' } }, wrongRole: notTheWorker },
  notice__send: {
    foreign: { payload: { tenantId: 'borealis', event: 'approval_requested', subjectId: '{asked}', userId: '{told}' } }, wrongRole: notTheWorker,
  },
  ...each(['audit__checkpoint', 'audit__tend', 'keys__tend', 'keys__reseal', 'past__clear', 'agreements__remind'], { foreign: processes, wrongRole: notTheWorker }),
  isolation__prove: { foreign: { payload: { tenantId: 'nowhere', cause: 'demand' } }, wrongRole: notTheWorker },
  audit__verify: { foreign: { none: 'verifies the chain that its order names; nobody but the owner’s functions writes orders' }, wrongRole: notTheWorker },
  isolation__sweep: { foreign: { none: 'orders proofs for all tenants' }, wrongRole: notTheWorker },
  evidence__sign: { foreign: { none: 'signs the bundle it names, which is of one tenant' }, wrongRole: notTheWorker },
  schema__watch: { foreign: { none: 'compares the schemas of all tenants with what their version says' }, wrongRole: notTheWorker },
  tenant__measure: { foreign: { none: 'measures the schemas of all tenants' }, wrongRole: notTheWorker },
  worker__tend: { foreign: processes, wrongRole: notTheWorker },
  worker__test: { foreign: processes, wrongRole: notTheWorker },
};
