/**
 * Every way in, and what becomes of somebody who takes it for another tenant's sake or in the wrong role, as data.
 *
 * tests/access/routes.test.ts lists the ways in from the running system, fails for one without a row here, and tries both cases.
 * Attempts reach for the tenant `aurora`.
 */
import type { OperatorTitle } from '../harness/server.ts';

/** There is no such case, and why. */
export interface None {
  readonly none: string;
}

export interface OperatorRow {
  /** `refused`: an operator limited to another tenant gets what a tenant that isn't there gets. `hidden`: an answer without it. */
  readonly foreign: 'refused' | 'hidden' | None;
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
  /** A statement that reaches across, and the SQLSTATE it ends in; or one that answers `true` when nothing was reached. */
  readonly foreign: { readonly sql: string; readonly expect: string } | None;
}

export interface JobRow {
  /** What the task does when its payload names a tenant that is none of its business. */
  readonly foreign: { readonly payload: unknown } | None;
  /** Who can't order it. */
  readonly wrongRole: readonly string[];
}

const each = <Row>(names: readonly string[], row: Row): Record<string, Row> => Object.fromEntries(names.map((name) => [name, row]));

/** By the call's name in the OpenAPI document; its path and body stand in tests/platform/operator-matrix.ts. */
export const restRoutes: Readonly<Record<string, OperatorRow>> = {
  ...each(
    ['updateTenant', 'provisionSchema', 'deleteSchema', 'activateTenant', 'suspendTenant', 'archiveTenant', 'cancelProvisioning', 'deleteTenant'],
    { foreign: 'refused', wrongRole: 'security' } as const,
  ),
  restoreTenant: { foreign: 'refused', wrongRole: 'operator' },
  ...each(['getTenant', 'getSchemaStatus'], { foreign: 'refused', wrongRole: 'user' } as const),
  createTenant: { foreign: { none: 'the tenant is new; whoever is limited creates none (tests/platform/operators.test.ts)' }, wrongRole: 'security' },
  listTenants: { foreign: 'hidden', wrongRole: 'user' },
  listOperators: { foreign: { none: 'operators belong to no tenant' }, wrongRole: 'user' },
  ...each(['inviteOperator', 'changeOperator'], { foreign: { none: 'operators belong to no tenant' }, wrongRole: 'operator' } as const),
};

/** Calls without a token, each with a request that reaches across and the code it ends in. */
export const publicRoutes: Readonly<Record<string, { readonly path: string; readonly email: string; readonly code: string }>> = {
  signInOperator: { path: '/auth/login', email: 'admin@aurora.example', code: 'BAD_CREDENTIALS' },
  signInUser: { path: '/tenants/borealis/auth/login', email: 'admin@aurora.example', code: 'BAD_CREDENTIALS' },
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
  'Query.tenantDrift': { foreign: 'refused', wrongRole: 'user' },
  ...each(['Query.tenantTransition', 'Query.tenantTransitionById', 'Query.tenantTransitions'], { foreign: 'hidden', wrongRole: 'developer' } as const),
  ...each(
    ['Query.tenantMigration', 'Query.tenantMigrationById', 'Query.tenantMigrations'],
    { foreign: { none: 'migrations are every tenant’s' }, wrongRole: 'user' } as const,
  ),
  ...each(['Query.operator', 'Query.operatorById', 'Query.operators'], { foreign: { none: 'operators belong to no tenant' }, wrongRole: 'user' } as const),
  ...each(
    ['Query.operatorTenant', 'Query.operatorTenantById', 'Query.operatorTenants'],
    { foreign: { none: 'tells operators apart, not tenants: tests/platform/operator-matrix.test.ts' }, wrongRole: 'user' } as const,
  ),
  ...each(
    [
      'Mutation.provisionTenant', 'Mutation.requestProvisioning', 'Mutation.updateTenant', 'Mutation.activateTenant', 'Mutation.suspendTenant',
      'Mutation.archiveTenant', 'Mutation.deleteTenant', 'Mutation.cancelProvisioning',
    ],
    { foreign: 'refused', wrongRole: 'developer' } as const,
  ),
  ...each(['Mutation.restoreTenant', 'Mutation.purgeTenant'], { foreign: 'refused', wrongRole: 'operator' } as const),
  'Mutation.createTenant': { foreign: { none: 'the tenant is new' }, wrongRole: 'security' },
  ...each(
    ['Mutation.inviteOperator', 'Mutation.changeOperator', 'Mutation.limitOperator'],
    { foreign: { none: 'operators belong to no tenant; a limited admin manages none' }, wrongRole: 'operator' } as const,
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
    ],
    kept,
  ),
  ...each(
    [...kinds('role', 'roles'), ...kinds('permission', 'permissions'), ...kinds('rolePermission', 'rolePermissions'), ...kinds('user', 'users')],
    everyUsers,
  ),
  ...each(
    [
      'Mutation.decideApproval', 'Mutation.submitAgreement', 'Mutation.terminateAgreement', 'Mutation.updateAgreementByNumber',
      'Mutation.deleteAgreementByNumber',
      ...mutations('RolePermission', 'create', 'delete'), ...mutations('Role', 'create', 'update', 'delete'),
      ...mutations('Brand', 'create', 'update', 'delete'), ...mutations('Licensee', 'create', 'update'),
      ...mutations('NotificationRule', 'create', 'update', 'delete'), ...mutations('User', 'create', 'update', 'delete'),
      ...mutations('Approval', 'create', 'update'), ...mutations('Agreement', 'create', 'update', 'delete'), ...mutations('Setting', 'update'),
    ],
    kept,
  ),
};

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
  ...each(
    ['identity.begin_operator_sign_in(text)', 'identity.finish_operator_sign_in(uuid,boolean)'],
    { logins: ['tenantry_auth'], foreign: { none: 'operators belong to no tenant' } },
  ),
  'identity.begin_user_sign_in(text,text)': {
    logins: ['tenantry_auth'],
    foreign: {
      sql: `select (identity.begin_user_sign_in('borealis', 'viewer@aurora.example')).password_hash
                 = (identity.begin_user_sign_in('borealis', 'nobody@nowhere.example')).password_hash`,
      expect: 'true',
    },
  },
  'identity.finish_user_sign_in(text,uuid,boolean)': {
    logins: ['tenantry_auth'],
    foreign: {
      sql: `select count(*) = 0 from identity.begin_user_sign_in('aurora', 'viewer@aurora.example') b
             cross join lateral identity.finish_user_sign_in('borealis', b.attempt_id, true)`,
      expect: 'true',
    },
  },
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
  'identity.tenant_route(text)': {
    logins: ['tenantry_auth'],
    foreign: { sql: `select bool_and(id = 'borealis') from identity.tenant_route('borealis')`, expect: 'true' },
  },
  ...each(
    [
      'jobs.enqueue(text,jsonb,text)', 'jobs.farewell(uuid)', 'jobs.fetch_orders()', 'jobs.free_jobs_of_dead_workers()', 'jobs.has_job(text)',
      'jobs.heartbeat(uuid,text[],boolean)', 'platform_private.fail_stale_provisioning(text[])',
    ],
    { logins: ['tenantry_worker'], foreign: processes },
  ),
  'platform.provision_tenant(text)': {
    logins: ['tenantry_worker'], foreign: { sql: `select platform.provision_tenant('aurora')`, expect: 'TN004' },
  },
  'platform_private.finish_provisioning(text,numeric)': {
    logins: ['tenantry_worker'], foreign: { sql: `select platform_private.finish_provisioning('aurora', 1) = 'active'`, expect: 'true' },
  },
  'platform_private.abandon_provisioning(text,text,text,text)': {
    logins: ['tenantry_worker'], foreign: { none: 'leaves a tenant alone that isn’t provisioning: tests/worker/provisioning-job.test.ts' },
  },
  'platform_private.store_signing_key(text,text,text,jsonb,bytea)': {
    logins: ['tenantry_worker'],
    foreign: { sql: `select platform_private.store_signing_key('aurora', 'stolen', 'ES256', '{}', '')`, expect: 'TN004' },
  },
  'platform_private.has_signing_key(text)': { logins: ['tenantry_worker'], foreign: { none: 'says yes or no, to the worker alone' } },
};

const notTheWorker = ['tenantry_api', 'tenantry_auth', 'tenantry_audit', 'tenantry_monitor', 'tenantry_lane_00', 'tenant'];

/** By the task's name. */
export const jobRoutes: Readonly<Record<string, JobRow>> = {
  tenant__provision: { foreign: { payload: { tenantId: 'aurora' } }, wrongRole: notTheWorker },
  worker__tend: { foreign: processes, wrongRole: notTheWorker },
  worker__test: { foreign: processes, wrongRole: notTheWorker },
};
