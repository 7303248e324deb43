/** Functions, views and tables that logins reach in SQL, as rows.ts says. */
import { each } from './each.ts';
import { processes } from './rows.ts';
import type { SqlRow } from './rows.ts';

const ended = (tenantId: string) => `select count(*) = 1
  from (select platform_private.end_webhook_delivery('${tenantId}', '{delivery}', 'delivered', 200, null)::text as nothing offset 0) ended
  cross join lateral platform_private.begin_webhook_delivery('aurora' || ended.nothing, '{delivery}')`;
const claims = { none: 'looks at the claims and the path of whoever calls it, and at nothing else' };

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
      'identity.sessions(text,uuid)', 'identity.visit_standing(text,uuid)', 'identity.request_reset(text,text)', 'identity.tenant_name(text)',
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
    ['audit.data_key(text,text,bytea)', 'audit.seal(bigint[],bigint[],bytea[])', 'audit.take(integer,text[])', 'audit.put_aside(bigint,text)', 'audit.watch_buffer()', 'audit.watch_checkpoints()'],
    { logins: ['tenantry_worker'], foreign: { none: 'seals what any tenant’s transactions wrote, each event in its own chain: tests/audit/sealing.test.ts' } },
  ),
  ...each(
    [
      'audit.statement_key()', 'audit.store_statement_key(text,jsonb,bytea)', 'audit.next_checkpoint()', 'audit.statements_inside()', 'audit.store_checkpoint(bigint,text,jsonb,boolean)',
      'audit.note_verdicts(uuid,text,jsonb)', 'audit.order_first_verification()', 'audit.verification_asked(uuid)', 'audit.report_rollback(bigint,text)', 'audit.contradicted(jsonb)',
      'audit.expired_partitions()', 'audit.cut(text,jsonb,text)', 'audit.unordered(text)', 'audit.report_unordered(text,text)',
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
