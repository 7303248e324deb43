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
