-- The migration being written: see docs/how-to/change-the-database.md.
-- The trail at less cost. A check is made ready for each statement, 4 µs each, and every audited row is one: the owner's functions write what is
-- right, and the one login that writes by itself is held by its policy.
alter table audit.buffer
  drop constraint if exists buffer_action_form,
  drop constraint if exists buffer_outcome_known,
  drop constraint if exists buffer_source_known;
drop policy if exists servers_write on audit.buffer;
create policy servers_write on audit.buffer for insert to :ROLE_AUDIT
  with check (source = 'server' and action ~ '^(request|call)(\.[a-z_]+)+$' and outcome in ('ok', 'refused', 'failed'));
--!include functions/platform_private/secret_columns_body.sql
--!include functions/platform_private/pin_secret_columns.sql
create or replace trigger column_classes_pin_secrets after insert or update or delete on platform.column_classes
  for each statement execute function platform_private.pin_secret_columns();
update platform.column_classes set class = class where false;
--!include functions/audit/record.sql
--!include functions/audit/record_change.sql
--!include functions/audit/event_bytes.sql
--!include functions/audit/seal.sql
--!include functions/audit/verify.sql

-- What the console shows: counts, health, search, checks of what is typed, rights.
alter table platform.tenants add column measured_at timestamptz;
comment on column platform.tenants.measured_at is 'When its size was measured.';
-- Sizes are measured each hour and activity is noted each minute: neither changes what servers hold of a tenant.
drop trigger tenants_announce on platform.tenants;
create trigger tenants_announce after update on platform.tenants
  for each row when (
    to_jsonb(old) - array['settings', 'version', 'updated_at', 'size_bytes', 'measured_at', 'last_activity_at']
      is distinct from to_jsonb(new) - array['settings', 'version', 'updated_at', 'size_bytes', 'measured_at', 'last_activity_at']
    or old.settings -> 'security' is distinct from new.settings -> 'security')
  execute function platform_private.announce_tenant();
-- The three tables have a row a tenant, or a few.
-- squawk-ignore require-concurrent-index-creation
create index tenants_name_idx on platform.tenants (name, id);
-- squawk-ignore require-concurrent-index-creation
create index provisioning_runs_finished_at_idx on platform.provisioning_runs (finished_at desc) where status = 'succeeded';
-- squawk-ignore require-concurrent-index-creation
create index isolation_runs_finished_at_idx on platform.isolation_runs (finished_at desc);

alter table jobs.workers
  add column waiting integer,
  add column waiting_since timestamptz,
  add column failed integer;
comment on column jobs.workers.waiting is 'Jobs that are due and wait, as it saw them last.';
comment on column jobs.workers.waiting_since is 'When the first of them became due.';
comment on column jobs.workers.failed is 'Jobs that were tried as often as they may be, and failed.';
--!include functions/jobs/heartbeat.sql
--!include functions/platform_private/store_size.sql
--!include functions/platform_private/note_activity.sql
--!include functions/platform/tenant_counts.sql
--!include functions/platform/provisioning_estimate.sql
--!include functions/platform/search_tenants.sql
--!include functions/platform_private/check_new_tenant.sql
--!include functions/platform/check_tenant.sql
--!include functions/platform/suggest_tenant_id.sql
--!include functions/platform/tenant_templates.sql
--!include functions/platform/my_rights.sql
--!include functions/platform/my_session.sql
--!include functions/platform/accesses.sql
drop trigger isolation_runs_announce on platform.isolation_runs;
create trigger isolation_runs_announce after insert or update of status on platform.isolation_runs
  for each row execute function platform_private.announce_run();
--!include functions/platform/tenant_roles.sql
--!include functions/platform/tenant_permissions.sql
--!include functions/platform/set_tenant_role.sql
--!include functions/platform/remove_tenant_role.sql
--!include functions/platform/isolation_summary.sql
--!include functions/platform/isolation_kinds.sql
--!include functions/platform/note_export.sql
-- Statements that nobody can forge, and sealing that nothing stops.
alter table audit.statement_keys drop constraint if exists statement_keys_kid_is_thumbprint;
-- A handful of rows.
alter table audit.statement_keys
  -- squawk-ignore constraint-missing-not-valid
  add constraint statement_keys_kid_is_thumbprint check (kid ~ '^[A-Za-z0-9_-]{43}$' and public_jwk ->> 'kid' = kid);
--!include functions/audit/statements_inside.sql
create table if not exists audit.set_aside (
  id bigint primary key,
  set_aside_at timestamptz not null default now(),
  at timestamptz not null,
  tenant_id text,
  action text not null,
  actor text not null,
  flaw text not null,
  event jsonb
);
comment on table audit.set_aside is 'Events that could not be sealed, as they were: nothing is lost by them and nothing waits for them.';
comment on column audit.set_aside.id is 'Its number in the buffer.';
comment on column audit.set_aside.set_aside_at is 'When it was set aside.';
comment on column audit.set_aside.at is 'When it happened.';
comment on column audit.set_aside.tenant_id is 'The tenant it names, which may be none.';
comment on column audit.set_aside.action is 'What was done.';
comment on column audit.set_aside.actor is 'Who did it, as the buffer had it.';
comment on column audit.set_aside.flaw is 'Why it could not be sealed: in words, or an SQLSTATE.';
comment on column audit.set_aside.event is 'The whole event, for tenantry_owner alone; null once its tenant or person was erased.';
alter table audit.set_aside enable row level security;
drop policy if exists security_reads on audit.set_aside;
create policy security_reads on audit.set_aside for select to :ROLE_SECURITY, :ROLE_ADMIN
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
grant select (id, set_aside_at, at, tenant_id, action, actor, flaw) on audit.set_aside to :ROLE_SECURITY, :ROLE_ADMIN;
-- Checks of the table would be made ready for every audited row; this is the one login that writes what it likes.
drop policy if exists servers_write on audit.buffer;
create policy servers_write on audit.buffer for insert to :ROLE_AUDIT
  with check (source = 'server' and action ~ '^(request|call)(\.[a-z_]+)+$' and outcome in ('ok', 'refused', 'failed')
              and coalesce(jsonb_typeof(detail), 'object') = 'object');
drop function if exists audit.take(integer);
--!include functions/audit/unsealable.sql
--!include functions/audit/put_aside.sql
--!include functions/audit/private_part.sql
--!include functions/audit/destroy_keys.sql
--!include functions/audit/take.sql
--!include functions/audit/watch_buffer.sql
-- What is erased is erased everywhere, and nothing of it under a legal hold.
alter table platform.provisioning_runs add column if not exists administrator_named boolean not null default false;
comment on column platform.provisioning_runs.administrator_named is 'Whether it named an administrator, who is a user of the tenant since, or was.';
update platform.provisioning_runs r
   set administrator_named = true, admin_email = null, admin_name = null
 where r.admin_email is not null
   and exists (select from platform.tenants t where t.id = r.tenant_id and t.status not in ('provisioning', 'failed'));
grant select (administrator_named) on platform.provisioning_runs to :ROLE_DEVELOPER;
comment on column platform.provisioning_runs.admin_email is 'The first administrator to be invited; null once the tenant is there.';
comment on column platform.provisioning_runs.admin_name is 'The name of that one; null likewise.';
--!include functions/platform_private/forget_people.sql
--!include functions/platform_private/refuse_under_hold.sql
--!include functions/platform_private/finish_provisioning.sql
--!include functions/platform_private/require_grantable_role.sql
--!include functions/platform_private/evidence_content.sql
--!include functions/platform/erase_person.sql
--!include functions/platform/purge_tenant.sql
--!include functions/platform/hold_audit.sql
--!include functions/platform/release_audit.sql
-- A session that took a tenant's role before a lock-down ends by it.
--!include functions/platform_private/lanes_locked_down.sql
--!include functions/platform_private/note_lane_sessions.sql
comment on column platform.lock_downs.findings is 'Ways in that are left: memberships that somebody else granted and that stayed, and sessions of a lane that would not end.';
-- What lifting a lock-down gives back is what was there.
create table if not exists platform_private.withheld_grants (
  subject text primary key,
  usage boolean not null,
  member boolean not null
);
comment on table platform_private.withheld_grants is 'What tenants and lanes held when a lock-down took it away, until it is lifted.';
comment on column platform_private.withheld_grants.subject is 'tenant:<id> or lane:<number>.';
comment on column platform_private.withheld_grants.usage is 'Whether the tenant''s role could use its schema.';
comment on column platform_private.withheld_grants.member is 'Whether the gate could become the tenant''s role, or the lane''s login the gate.';
alter table platform_private.withheld_grants enable row level security;
--!include functions/platform_private/remember_grants.sql
--!include functions/platform_private/give_back.sql
--!include functions/platform_private/open_tenant.sql
set local role :ROLE_PROVISIONER;
--!include functions/platform_private/settle_gate.sql
set local role :ROLE_OWNER;
--!include functions/platform/lock_down.sql
--!include functions/platform/lift_lock_down.sql

-- Direct access that can't be kept out of the trail.
alter table platform.installation add column if not exists statement_log_check text;
comment on column platform.installation.statement_log_check is 'Digest of the key with which the server keeps its own statements out of PostgreSQL''s log.';
alter table audit.log_positions add column if not exists moved_at timestamptz not null default now();
comment on column audit.log_positions.moved_at is 'When there last was something new in it.';
-- What was known of sessions was less than is needed now.
update audit.log_positions set sessions = '{}' where sessions <> '{}';
drop function if exists tenantry_shared.stop_statement_log();
drop function if exists audit.log_position(text);
--!include functions/tenantry_shared/stop_statement_log.sql
--!include functions/audit/logged_logins.sql
--!include functions/audit/log_position.sql
--!include functions/audit/store_direct.sql
--!include functions/audit/actor.sql
--!include functions/platform/direct_access_posture.sql
--!include functions/platform/database_posture.sql
-- A posture that nothing hides from: the control plane as a whole, each tenant's schema as a whole, every role.
create table if not exists platform_private.control_plane (
  object text not null,
  digest text not null,
  primary key (object, digest)
);
comment on table platform_private.control_plane is 'Every object of the control plane with a digest of what it is, as the migrator found them in the blueprint database.';
comment on column platform_private.control_plane.object is 'Kind and name.';
comment on column platform_private.control_plane.digest is 'SHA-256 in hex: see platform_private.describe_control_plane.';
alter table platform_private.control_plane enable row level security;
create table if not exists platform_private.kept_posture (
  singleton boolean primary key default true constraint kept_posture_is_one check (singleton),
  made_at timestamptz not null,
  posture jsonb not null
);
comment on table platform_private.kept_posture is 'The half of the posture that all tenants share, as it was last found sound.';
comment on column platform_private.kept_posture.singleton is 'There is one.';
comment on column platform_private.kept_posture.made_at is 'When it was made.';
comment on column platform_private.kept_posture.posture is 'What platform_private.shared_posture said.';
alter table platform_private.kept_posture enable row level security;
alter table platform.isolation_runs add column if not exists control_plane text;
comment on column platform.isolation_runs.control_plane is E'@behavior -*\nDigest of the control plane that was proven.';
grant select (control_plane) on platform.isolation_runs to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
drop function if exists platform_private.isolation_posture(text);
--!include functions/platform_private/posture_exceptions.sql
--!include functions/platform_private/posture_functions.sql
--!include functions/platform_private/posture_tables.sql
--!include functions/platform_private/posture_logins.sql
--!include functions/platform_private/posture_server.sql
--!include functions/platform_private/posture_roles.sql
--!include functions/platform_private/posture_schema.sql
--!include functions/platform_private/describe_control_plane.sql
--!include functions/platform_private/posture_control_plane.sql
--!include functions/platform_private/shared_posture.sql
--!include functions/platform_private/recent_posture.sql
--!include functions/platform_private/isolation_posture.sql
--!include functions/platform_private/begin_isolation_run.sql
--!include functions/platform_private/attestation_content.sql
-- The security section of the console.
--!include functions/platform/foreign_contexts.sql
-- The console: what an operator asks for beyond the tenants they are limited to.
--!include functions/platform/note_boundary.sql
--!include functions/platform_private/fingerprint_schema.sql
-- Evidence of what is over, erasure of whoever stays on record, hints that name the whole call.
--!include functions/platform_private/check_evidence_period.sql
--!include functions/platform_private/refuse_under_hold.sql
--!include functions/platform/erase_person.sql
--!include functions/platform/remove_user.sql
--!include functions/platform/hold_audit.sql
--!include functions/platform/release_audit.sql
--!include functions/platform/lift_lock_down.sql
--!include functions/platform_private/require_proof.sql
--!include functions/platform/lock_down.sql
--!include functions/platform/report_incident.sql
--!include functions/platform/close_incident.sql
--!include functions/platform/acknowledge_alert.sql
-- Who did it, as the trail names them, wherever it is asked: these held an operator's bare id. Few rows.
update platform.lock_downs
   set locked_by = regexp_replace(locked_by, '^[0-9a-f-]{36}$', 'operator:\&'), lifted_by = regexp_replace(lifted_by, '^[0-9a-f-]{36}$', 'operator:\&')
 where locked_by !~ ':' or lifted_by !~ ':';
update platform.incidents
   set reported_by = regexp_replace(reported_by, '^[0-9a-f-]{36}$', 'operator:\&'), closed_by = regexp_replace(closed_by, '^[0-9a-f-]{36}$', 'operator:\&')
 where reported_by !~ ':' or closed_by !~ ':';
update platform.alerts set acknowledged_by = regexp_replace(acknowledged_by, '^[0-9a-f-]{36}$', 'operator:\&') where acknowledged_by !~ ':';
comment on column platform.lock_downs.locked_by is 'Who, as in the audit trail: operator:<id>, or login:<name> from psql.';
comment on column platform.lock_downs.lifted_by is 'Who, as in the audit trail: operator:<id>, or login:<name> from psql.';
comment on column platform.incidents.reported_by is 'Who, as in the audit trail: operator:<id>, or login:<name> from psql.';
comment on column platform.incidents.closed_by is 'Who, as in the audit trail: operator:<id>, or login:<name> from psql.';
comment on column platform.alerts.acknowledged_by is 'Who has seen to it, as in the audit trail: operator:<id>, or login:<name> from psql.';
-- A trail of which is known what the copy outside says, every night and when asked.
create table if not exists audit.verifications (
  id uuid primary key default gen_random_uuid(),
  chain text,
  requested_at timestamptz not null default now(),
  finished_at timestamptz,
  whole boolean,
  outside boolean,
  statements integer,
  newest bigint,
  events bigint,
  chains integer,
  flaws text[] not null default '{}',
  broken jsonb not null default '{}'
);
comment on table audit.verifications is 'Verifications of the trail by the worker, of the last 90 days.';
comment on column audit.verifications.id is 'Its number.';
comment on column audit.verifications.chain is 'The tenant''s id, empty for the platform; null for all chains.';
comment on column audit.verifications.requested_at is 'When it was asked for, or made.';
comment on column audit.verifications.finished_at is 'When it was over; null until then.';
comment on column audit.verifications.whole is 'Whether all checkpoints outside were compared, or those of the last days.';
comment on column audit.verifications.outside is 'Whether there was a copy of checkpoints outside.';
comment on column audit.verifications.statements is 'How many checkpoints outside were compared.';
comment on column audit.verifications.newest is 'The newest of them.';
comment on column audit.verifications.events is 'How many events were.';
comment on column audit.verifications.chains is 'In how many chains.';
comment on column audit.verifications.flaws is 'What is wrong with the evidence itself.';
comment on column audit.verifications.broken is 'By chain, the first bad event and why.';
alter table audit.verifications enable row level security;
alter table jobs.outbox drop constraint outbox_task_known;
-- squawk-ignore constraint-missing-not-valid
alter table jobs.outbox add constraint outbox_task_known
  check (task in ('tenant__provision', 'worker__test', 'invitation__send', 'webhook__deliver', 'agreements__expire',
                  'keys__rotate', 'keys__reseal', 'notice__send', 'isolation__prove', 'evidence__sign', 'audit__verify'));
drop function if exists audit.note_verdicts();
drop function if exists platform.chain_status(text);
drop function if exists platform.system_status();
--!include functions/audit/note_verdicts.sql
--!include functions/audit/order_verification.sql
--!include functions/audit/order_first_verification.sql
--!include functions/audit/verification_asked.sql
--!include functions/audit/report_rollback.sql
--!include functions/audit/watch_checkpoints.sql
--!include functions/jobs/fetch_orders.sql
--!include functions/audit/contradicted.sql
--!include functions/audit/store_direct.sql
--!include functions/platform_private/chain_state.sql
--!include functions/platform_private/compliance_facts.sql
--!include functions/platform/chain_status.sql
--!include functions/platform/system_status.sql
--!include functions/platform/verify_chain.sql
--!include functions/platform/migration_status.sql
--!include functions/platform_private/isolation_subject.sql
--!include functions/platform_private/end_isolation_run.sql
--!include functions/platform_private/posture_server.sql
-- What the console's rooms show: who has a second factor, whom a lock-down would stop, what a role does not show.
alter type platform.tenant_user add attribute second_factor boolean;
comment on column platform.tenant_user.second_factor is 'Whether signing in asks for a code too.';
--!include functions/platform/tenant_users.sql
--!include functions/platform/lock_down_reach.sql
--!include functions/platform/note_page.sql
