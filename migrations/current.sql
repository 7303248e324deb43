-- The control plane: schemas, tables, row security, and every function by --!include.
-- Runs as tenantry_owner (set by the connection); a section that creates another role's functions says so.

alter default privileges revoke execute on functions from public;

create schema platform;
comment on schema platform is 'The control plane as operators see it: GraphQL and REST are generated from and served by it.';
create schema platform_private;
comment on schema platform_private is 'Secrets and inner workings of the control plane. Never exposed, no USAGE for operators.';
create schema identity;
comment on schema identity is 'Sign-in. Callable by the login tenantry_auth only.';
create schema tenantry_shared;
comment on schema tenantry_shared is 'Helpers on every tenant''s path. Holds no table; the one schema PUBLIC may use.';

grant usage on schema platform to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER, :ROLE_WORKER;
grant usage on schema platform_private to :ROLE_WORKER, :ROLE_PROVISIONER;
grant usage on schema identity to :ROLE_AUTH;
grant usage on schema tenantry_shared to public;

create table platform.installation (
  singleton boolean primary key default true check (singleton),
  prefix text not null check (prefix ~ '^([a-z][a-z0-9]{0,6}_)?$'),
  ns text not null default '' check (ns ~ '^([a-z][a-z0-9]{0,6}_)?$'),
  lanes integer not null check (lanes between 1 and 999),
  key_check text not null,
  created_at timestamptz not null default now(),
  constraint installation_names_fit check (octet_length(prefix || ns) <= 8)
);
comment on table platform.installation is E'@behavior -*\nOne row: what this database adds to role names, and how many lanes it has.';
comment on column platform.installation.prefix is 'Put before every fixed role and lane, so that installations can share a cluster.';
comment on column platform.installation.ns is 'Put before tenant roles as well, so that databases of one installation can share a cluster.';
comment on column platform.installation.key_check is 'Digest under the master key: tells the right key from a wrong one.';
comment on column platform.installation.lanes is 'Lane logins that exist. Changed by the migrator only, which moves tenants off removed lanes.';

create table platform.tenants (
  id text primary key
    constraint tenants_id_form check (id ~ '^[a-z][a-z0-9_]{1,47}$'),
  name text not null
    constraint tenants_name_form check (length(btrim(name)) between 1 and 120),
  description text
    constraint tenants_description_form check (length(description) <= 2000),
  domain text
    constraint tenants_domain_form check (length(domain) <= 253 and domain ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$'),
  status text not null default 'provisioning'
    constraint tenants_status_known check (status in
      ('provisioning', 'ready', 'active', 'suspended', 'archived', 'deleted', 'purged', 'failed', 'cancelled')),
  tier text not null default 'standard'
    constraint tenants_tier_known check (tier in ('standard', 'premium', 'dedicated')),
  template text not null default 'standard'
    constraint tenants_template_known check (template in ('standard', 'demo')),
  settings jsonb not null default '{}'
    constraint tenants_settings_form check (jsonb_typeof(settings) = 'object' and pg_column_size(settings) <= 65536),
  schema_version integer,
  lane integer not null check (lane >= 0),
  version integer not null default 1,
  size_bytes bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  activated_at timestamptz,
  deleted_at timestamptz,
  purge_after timestamptz,
  last_activity_at timestamptz
);
comment on table platform.tenants is 'A brand that keeps its licensing business here. One row each, for ever: an id is never given again.';
comment on column platform.tenants.id is 'Names the tenant''s schema and role. Never changes, never reused.';
comment on column platform.tenants.status is 'provisioning, ready, active, suspended, archived, deleted, purged; failed or cancelled before it was ready.';
comment on column platform.tenants.schema_version is 'Newest migration of the tenant stream that its schema holds; null while it has no schema.';
comment on column platform.tenants.lane is 'Number of the login through which its requests reach the database.';
comment on column platform.tenants.version is 'Counts changes of this row: the ETag of the REST API.';
comment on column platform.tenants.size_bytes is 'Bytes on disk of its tables and indexes when last measured.';
comment on column platform.tenants.purge_after is 'When a deleted tenant may be purged; until then it can be restored.';
comment on column platform.tenants.last_activity_at is 'Last sign-in of one of its users, to the minute.';

create table platform.provisioning_runs (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null references platform.tenants (id) on delete restrict,
  status text not null default 'queued'
    constraint provisioning_runs_status_known check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  activate boolean not null default true,
  admin_email text,
  admin_name text,
  steps jsonb not null default '[]',
  failed_step text,
  sqlstate text,
  error text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
comment on table platform.provisioning_runs is 'One attempt to bring a tenant up: what was done, how long each step took, and why it failed if it did.';
comment on column platform.provisioning_runs.steps is 'Array of {name, ms, at}: milliseconds of the step and when it ended.';
comment on column platform.provisioning_runs.failed_step is 'The step in which the run failed.';
comment on column platform.provisioning_runs.sqlstate is 'Five-character code of the failure.';
comment on column platform.provisioning_runs.activate is 'Whether the tenant opens by itself once it is ready.';

create table platform.tenant_transitions (
  id bigint generated always as identity primary key,
  tenant_id text not null references platform.tenants (id) on delete restrict,
  from_status text,
  to_status text not null,
  reason text check (length(reason) <= 2000),
  actor text not null,
  findings jsonb,
  created_at timestamptz not null default now()
);
comment on table platform.tenant_transitions is 'Each change of a tenant''s status: from what to what, by whom, why.';
comment on column platform.tenant_transitions.actor is 'The operator''s id as the server states it, or the database login of a DBA.';
comment on column platform.tenant_transitions.findings is 'Ways in that a suspension found and could not close: memberships granted by somebody else.';

create table platform.tenant_migrations (
  version integer primary key check (version > 0),
  name text not null,
  checksum text not null,
  up_sql text not null,
  down_sql text not null,
  registered_at timestamptz not null default now()
);
comment on table platform.tenant_migrations is E'@behavior -insert -update -delete\nThe tenant stream: what every tenant schema is made of, in order.';
comment on column platform.tenant_migrations.checksum is 'SHA-256 of both texts; a registered migration never changes.';

create table platform.operators (
  id uuid primary key default gen_random_uuid(),
  email text not null
    constraint operators_email_form check (length(email) <= 320 and email ~ '^[^@\s]+@[^@\s]+$'),
  name text not null,
  role text not null
    constraint operators_role_known check (role in ('admin', 'operator', 'security', 'developer')),
  status text not null default 'active'
    constraint operators_status_known check (status in ('active', 'disabled')),
  created_at timestamptz not null default now(),
  last_sign_in_at timestamptz
);
comment on table platform.operators is 'People who run the platform. No secret is kept here.';
comment on column platform.operators.role is 'admin, operator, security or developer: the database role their requests run under.';

create table platform_private.tenant_baselines (
  version integer primary key references platform.tenant_migrations (version) on delete cascade,
  baseline_sql text not null,
  demo_sql text not null,
  checksum text not null
);
comment on table platform_private.tenant_baselines is 'Everything a new tenant is born with at a version, as one text; and what the template demo adds.';

create table platform_private.blueprints (
  version integer not null references platform.tenant_migrations (version) on delete cascade,
  server_major integer not null,
  fingerprint text not null,
  primary key (version, server_major)
);
comment on table platform_private.blueprints is
  'Fingerprint of the blueprint''s schema by version. Catalogs differ between majors, so fingerprints are never compared across them.';

create table platform_private.signing_keys (
  kid text primary key,
  tenant_id text references platform.tenants (id) on delete restrict,
  alg text not null check (alg in ('ES256')),
  state text not null default 'current' check (state in ('next', 'current', 'previous', 'revoked')),
  public_jwk jsonb not null,
  sealed bytea not null,
  created_at timestamptz not null default now()
);
comment on table platform_private.signing_keys is 'Token signing keys; the private half is sealed under the master key. Without tenant: the platform''s own.';

create table platform_private.operator_credentials (
  operator_id uuid primary key references platform.operators (id) on delete cascade,
  password_hash text not null,
  must_change boolean not null default true,
  updated_at timestamptz not null default now()
);
comment on table platform_private.operator_credentials is 'argon2id hashes of operators'' passwords.';

create table platform_private.operator_sessions (
  id uuid primary key default gen_random_uuid(),
  operator_id uuid not null references platform.operators (id) on delete cascade,
  created_at timestamptz not null default now()
);
comment on table platform_private.operator_sessions is 'Sign-ins of operators; a token names its session.';

create table platform_private.sign_in_attempts (
  id uuid primary key default gen_random_uuid(),
  email_key text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  succeeded boolean
);
comment on table platform_private.sign_in_attempts is 'Each attempt of an operator to sign in, counted before the password is looked at.';

create table platform_private.sign_in_locks (
  email_key text primary key,
  failures integer not null default 0,
  locked_until timestamptz
);
comment on table platform_private.sign_in_locks is 'Failures in a row by e-mail, whether or not an account bears it.';

create table platform_private.dummy_password (
  singleton boolean primary key default true check (singleton),
  password_hash text not null
);
comment on table platform_private.dummy_password is 'A hash that no password fits: what sign-in answers for accounts that do not exist.';

create table platform_private.idempotency_keys (
  actor text not null,
  key text not null check (length(key) between 1 and 255),
  request_hash text not null,
  response jsonb,
  created_at timestamptz not null default now(),
  primary key (actor, key)
);
comment on table platform_private.idempotency_keys is 'Answers to requests that carried an Idempotency-Key, so that a repeated one gets the first one''s answer.';

-- Functions that indexes, policies and defaults below need.
--!include functions/platform_private/fold_name.sql

create unique index tenants_name_unique on platform.tenants (platform_private.fold_name(name))
  where status not in ('purged', 'cancelled');
create unique index tenants_domain_unique on platform.tenants (domain)
  where status not in ('purged', 'cancelled');
create index tenants_created_at_idx on platform.tenants (created_at, id);
create index tenants_status_idx on platform.tenants (status, id);
create index tenants_lane_idx on platform.tenants (lane, tier) where status not in ('purged', 'cancelled', 'failed');
create index provisioning_runs_tenant_id_idx on platform.provisioning_runs (tenant_id, created_at desc);
create unique index provisioning_runs_one_open on platform.provisioning_runs (tenant_id)
  where status in ('queued', 'running');
create index tenant_transitions_tenant_id_idx on platform.tenant_transitions (tenant_id, id);
create unique index operators_email_unique on platform.operators (lower(email));
create unique index signing_keys_one_current on platform_private.signing_keys (coalesce(tenant_id, ''))
  where state = 'current';
create index signing_keys_tenant_id_idx on platform_private.signing_keys (tenant_id);
create index operator_sessions_operator_id_idx on platform_private.operator_sessions (operator_id);

alter table platform.installation enable row level security;
alter table platform.tenants enable row level security;
alter table platform.provisioning_runs enable row level security;
alter table platform.tenant_transitions enable row level security;
alter table platform.tenant_migrations enable row level security;
alter table platform.operators enable row level security;
alter table platform_private.tenant_baselines enable row level security;
alter table platform_private.blueprints enable row level security;
alter table platform_private.signing_keys enable row level security;
alter table platform_private.operator_credentials enable row level security;
alter table platform_private.operator_sessions enable row level security;
alter table platform_private.sign_in_attempts enable row level security;
alter table platform_private.sign_in_locks enable row level security;
alter table platform_private.dummy_password enable row level security;
alter table platform_private.idempotency_keys enable row level security;

create policy operators_read on platform.tenants for select
  to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER using (true);
create policy operators_read on platform.provisioning_runs for select
  to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER using (true);
create policy operators_read on platform.tenant_transitions for select
  to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY using (true);
create policy operators_read on platform.tenant_migrations for select
  to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER using (true);
create policy admins_read on platform.operators for select
  to :ROLE_ADMIN, :ROLE_SECURITY using (true);
create policy everybody_reads_themselves on platform.operators for select
  to :ROLE_OPERATOR, :ROLE_DEVELOPER
  using (id = (select nullif(current_setting('tenantry.operator_id', true), '')::uuid));

grant select on platform.tenants to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
grant select on platform.provisioning_runs to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
grant select on platform.tenant_transitions to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY;
grant select on platform.tenant_migrations to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
grant select on platform.operators to :ROLE_ADMIN, :ROLE_SECURITY, :ROLE_OPERATOR, :ROLE_DEVELOPER;

-- Helpers on the tenants' path.
--!include functions/tenantry_shared/touch_updated_at.sql
--!include functions/tenantry_shared/request_user_id.sql
-- These speak of tables that only a request's path has.
set local check_function_bodies = off;
--!include functions/tenantry_shared/has_permission.sql
--!include functions/tenantry_shared/covers_role.sql
--!include functions/tenantry_shared/require_permission.sql
--!include functions/tenantry_shared/agreements_guard.sql
--!include functions/tenantry_shared/approvals_guard.sql
--!include functions/tenantry_shared/approvals_move_agreement.sql
set local check_function_bodies = on;

-- Names and small facts.
--!include functions/platform_private/actor.sql
--!include functions/platform_private/tenant_schema.sql
--!include functions/platform_private/tenant_role.sql
--!include functions/platform_private/lane_role.sql
--!include functions/platform_private/server_major.sql
--!include functions/platform_private/choose_lane.sql
--!include functions/platform_private/announce_tenant.sql
--!include functions/platform_private/announce_run.sql

create trigger tenants_announce after insert or update on platform.tenants
  for each row execute function platform_private.announce_tenant();
create trigger provisioning_runs_announce after insert or update on platform.provisioning_runs
  for each row execute function platform_private.announce_run();

-- The functions that create, grant, revoke or drop roles belong to the provisioner, and no others do.
grant create on schema platform_private to :ROLE_PROVISIONER;
set local role :ROLE_PROVISIONER;
alter default privileges revoke execute on functions from public;
--!include functions/platform_private/create_tenant_role.sql
--!include functions/platform_private/drop_tenant_role.sql
--!include functions/platform_private/open_lane.sql
--!include functions/platform_private/close_lane.sql
set local role :ROLE_OWNER;
revoke create on schema platform_private from :ROLE_PROVISIONER;

-- Jobs: orders, and which workers are alive. Everything is the owner's; what touches graphile-worker's own schema runs with the
-- worker's rights alone.
create schema jobs;
comment on schema jobs is 'Ordered jobs on their way to graphile-worker, and which workers are alive.';
grant usage on schema jobs to :ROLE_WORKER;

create table jobs.outbox (
  id bigint generated always as identity primary key,
  task text not null
    constraint outbox_task_known check (task in ('tenant__provision', 'worker__test')),
  payload jsonb not null,
  job_key text not null,
  created_at timestamptz not null default now()
);
comment on table jobs.outbox is 'Ordered jobs that no worker has fetched yet.';
create index outbox_job_key_idx on jobs.outbox (job_key);

-- A process is alive while the backend of its announcing connection is: that ends with the process, whatever ended it.
create table jobs.workers (
  id uuid primary key,
  holders text[] not null,
  tested boolean not null,
  backend_pid integer not null,
  backend_start timestamptz not null,
  seen_at timestamptz not null default now()
);
comment on table jobs.workers is 'Worker processes that announced themselves and the names under which they hold jobs.';

alter table jobs.outbox enable row level security;
alter table jobs.workers enable row level security;
create policy workers_fetch on jobs.outbox to :ROLE_WORKER using (true);
create policy workers_announce on jobs.workers to :ROLE_WORKER using (true) with check (true);
grant select, delete, update (id) on jobs.outbox to :ROLE_WORKER;
grant select, insert, update, delete on jobs.workers to :ROLE_WORKER;

--!include functions/jobs/enqueue.sql
--!include functions/jobs/fetch_orders.sql
--!include functions/jobs/has_job.sql
--!include functions/jobs/heartbeat.sql
--!include functions/jobs/farewell.sql
--!include functions/jobs/free_jobs_of_dead_workers.sql

-- Building, checking and removing a tenant's schema.
--!include functions/platform_private/tenant_sql.sql
--!include functions/platform_private/run_in_schema.sql
--!include functions/platform_private/fingerprint_schema.sql
--!include functions/platform_private/expected_fingerprint.sql
--!include functions/platform_private/build_blueprint.sql
--!include functions/platform_private/build_tenant_schema.sql
--!include functions/platform_private/drop_tenant_schema.sql
--!include functions/platform_private/invite_administrator.sql
--!include functions/platform_private/measure_tenant.sql
--!include functions/platform_private/ways_in_left.sql
--!include functions/platform_private/open_tenant.sql
--!include functions/platform_private/close_tenant.sql
--!include functions/platform_private/lock_tenant.sql
--!include functions/platform_private/change_status.sql
--!include functions/platform_private/record_step.sql
--!include functions/platform_private/fail_run.sql
--!include functions/platform_private/store_signing_key.sql
--!include functions/platform_private/has_signing_key.sql
--!include functions/platform_private/finish_provisioning.sql
--!include functions/platform_private/abandon_provisioning.sql
--!include functions/platform_private/fail_stale_provisioning.sql
--!include functions/platform_private/move_to_lane.sql
--!include functions/platform_private/check_new_tenant.sql
--!include functions/platform_private/add_operator.sql

-- The life of a tenant, as operators and DBAs call it.
--!include functions/platform/provision_tenant.sql
--!include functions/platform/create_tenant.sql
--!include functions/platform/request_provisioning.sql
--!include functions/platform/update_tenant.sql
--!include functions/platform/activate_tenant.sql
--!include functions/platform/suspend_tenant.sql
--!include functions/platform/archive_tenant.sql
--!include functions/platform/delete_tenant.sql
--!include functions/platform/restore_tenant.sql
--!include functions/platform/cancel_provisioning.sql
--!include functions/platform/purge_tenant.sql
--!include functions/platform/tenant_drift.sql
--!include functions/platform/remember_request.sql
--!include functions/platform/store_response.sql
--!include functions/platform/installation_lanes.sql
--!include functions/platform/worker_status.sql
--!include functions/platform/database_posture.sql
--!include functions/platform/migration_status.sql

-- Sign-in.
--!include functions/platform_private/begin_attempt.sql
--!include functions/platform_private/finish_attempt.sql
--!include functions/platform_private/active_tenant_schema.sql
--!include functions/identity/tenant_route.sql
--!include functions/identity/begin_operator_sign_in.sql
--!include functions/identity/finish_operator_sign_in.sql
--!include functions/identity/begin_user_sign_in.sql
--!include functions/identity/finish_user_sign_in.sql
--!include functions/identity/set_user_password.sql
--!include functions/identity/verification_keys.sql
--!include functions/identity/signing_key.sql
