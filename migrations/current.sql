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
--!include functions/platform_private/pin_secret_columns.sql
create or replace trigger column_classes_pin_secrets after insert or update or delete on platform.column_classes
  for each statement execute function platform_private.pin_secret_columns();
update platform.column_classes set class = class where false;
--!include functions/audit/actor.sql
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
--!include functions/platform_private/finish_provisioning.sql
--!include functions/platform/tenant_counts.sql
--!include functions/platform/system_status.sql
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
--!include functions/platform/chain_status.sql
--!include functions/platform/isolation_summary.sql
--!include functions/platform/isolation_kinds.sql
--!include functions/platform/note_export.sql

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
--!include functions/platform_private/posture_exceptions.sql
