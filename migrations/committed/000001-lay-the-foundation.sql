--! Previous: -
--! Hash: sha1:8329a7980e7d26e76e9ec6468b1bf5fb612a808d
--! Message: Lay the foundation

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
--! Included functions/platform_private/fold_name.sql
-- A tenant's name as it is compared: case and runs of white space don't count. For the unique index and its look-ups.
create or replace function platform_private.fold_name(
  name text
)
returns text
language sql
immutable
strict
parallel safe
return lower(regexp_replace(btrim(name), '\s+', ' ', 'g'));
comment on function platform_private.fold_name(text) is 'A name with case and white space folded.';
revoke all on function platform_private.fold_name(text) from public;
--! EndIncluded functions/platform_private/fold_name.sql

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
--! Included functions/tenantry_shared/touch_updated_at.sql
-- Keeps updated_at true: a caller can't set it, forget it or date it back. Fired by the update triggers of
-- every schema; a trigger needs no EXECUTE to fire, only to be created.
create or replace function tenantry_shared.touch_updated_at()
returns trigger
language plpgsql
volatile
as $$
begin
  new.updated_at := pg_catalog.now();
  return new;
end
$$;

comment on function tenantry_shared.touch_updated_at() is
  'Update trigger: stamps updated_at with the time of the transaction.';

revoke all on function tenantry_shared.touch_updated_at() from public;
grant execute on function tenantry_shared.touch_updated_at() to public;
--! EndIncluded functions/tenantry_shared/touch_updated_at.sql
--! Included functions/tenantry_shared/request_user_id.sql
-- The user a request speaks for, as the server's envelope states it: null for an operator, for provisioning
-- and for jobs. Anybody may call it. Used in column defaults and row by row in policies, so it has no SET
-- clause and inlines.
create or replace function tenantry_shared.request_user_id()
returns uuid
language sql
stable
parallel safe
as $$
  select nullif(pg_catalog.current_setting('tenantry.user_id', true), '')::pg_catalog.uuid
$$;

comment on function tenantry_shared.request_user_id() is
  'Id of the tenant''s user on whose behalf the request runs; null when there is none.';

revoke all on function tenantry_shared.request_user_id() from public;
grant execute on function tenantry_shared.request_user_id() to public;
--! EndIncluded functions/tenantry_shared/request_user_id.sql
-- These speak of tables that only a request's path has.
set local check_function_bodies = off;
--! Included functions/tenantry_shared/has_permission.sql
-- Whether the role of the request holds a permission. Asked by the policies of every table of a tenant, always as
-- (select has_permission('…')): once a statement, not once a row. It runs with the caller's rights, and role_permissions is
-- the tenant's, by the path that every request has: a tenant's role can create nothing that could stand before it.
-- One function for all tenants and not one in each schema: a name is looked up among all functions that bear it, so a copy
-- in every schema made provisioning slower with every tenant.
create or replace function tenantry_shared.has_permission(
  permission text
)
returns boolean
language sql
stable
parallel safe
as $$
  select exists (
    select
    from role_permissions
    where role_permissions.role_name = pg_catalog.current_setting('tenantry.role', true)
      and role_permissions.permission = has_permission.permission
  )
$$;

comment on function tenantry_shared.has_permission(text) is 'Whether the role of the request holds a permission.';

revoke all on function tenantry_shared.has_permission(text) from public;
grant execute on function tenantry_shared.has_permission(text) to public;
--! EndIncluded functions/tenantry_shared/has_permission.sql
--! Included functions/tenantry_shared/covers_role.sql
-- Whether the role of the request holds every permission of another role. Nobody hands out, edits or removes more power than
-- they hold themselves, so users.manage in a custom role is not a way to become an administrator. Asked by policies; the
-- caller's rights, the tenant's tables by path.
create or replace function tenantry_shared.covers_role(
  role_name text
)
returns boolean
language sql
stable
parallel safe
as $$
  select not exists (
    select role_permissions.permission
    from role_permissions
    where role_permissions.role_name = covers_role.role_name
    except
    select role_permissions.permission
    from role_permissions
    where role_permissions.role_name = pg_catalog.current_setting('tenantry.role', true)
  )
$$;

comment on function tenantry_shared.covers_role(text) is
  'Whether the role of the request holds every permission of another role.';

revoke all on function tenantry_shared.covers_role(text) from public;
grant execute on function tenantry_shared.covers_role(text) to public;
--! EndIncluded functions/tenantry_shared/covers_role.sql
--! Included functions/tenantry_shared/require_permission.sql
-- Raises TN009 unless the role of the request holds a permission: for calls that should say what is missing, where row
-- security alone would find no row.
create or replace function tenantry_shared.require_permission(
  permission text
)
returns void
language plpgsql
stable
as $$
begin
  if not has_permission(permission) then
    raise exception 'the role of this request may not do that'
      using errcode = 'TN009', detail = format('It takes the permission %s.', permission),
        hint = 'Ask an administrator of the tenant.';
  end if;
end
$$;

comment on function tenantry_shared.require_permission(text) is
  'Raises TN009 unless the role of the request holds a permission.';

revoke all on function tenantry_shared.require_permission(text) from public;
grant execute on function tenantry_shared.require_permission(text) to public;
--! EndIncluded functions/tenantry_shared/require_permission.sql
--! Included functions/tenantry_shared/agreements_guard.sql
-- Before an agreement changes: only legal moves, and fixed terms once it has left draft.
-- The agreements and approvals it speaks of are the tenant's, by the path that every request has.
create or replace function tenantry_shared.agreements_guard()
returns trigger
language plpgsql
volatile
as $$
declare
  v_allowed agreements := old;
begin
  if old.status <> 'draft' then
    v_allowed.status := new.status;
    v_allowed.notes := new.notes;
    if new is distinct from v_allowed then
      raise exception 'the terms of an agreement are fixed once it has been submitted'
        using errcode = 'TN004', detail = format('The agreement is %s.', old.status),
          hint = 'Change the terms while the agreement is a draft.';
    end if;
  end if;
  if new.status = old.status then
    return new;
  end if;
  if not (case old.status
    when 'draft' then new.status = 'pending_approval'
    when 'pending_approval' then new.status in ('active', 'draft')
    when 'active' then new.status = 'terminated' or (new.status = 'expired' and new.ends_on < current_date)
    else false
  end) then
    raise exception 'an agreement cannot move from % to %', old.status, new.status
      using errcode = 'TN004', column = 'status',
        detail = 'The order is draft, pending_approval, active, then expired or terminated; a refused agreement is a draft again.',
        hint = 'An agreement expires only after its last day.';
  end if;
  if (new.status = 'pending_approval') <> exists (
    select from approvals where agreement_id = new.id and kind = 'agreement' and status = 'pending'
  ) then
    raise exception 'an agreement is submitted and decided through its approval'
      using errcode = 'TN004', column = 'status', detail = format('The agreement is %s.', old.status),
        hint = 'Use submit_agreement or decide_approval.';
  end if;
  return new;
end
$$;

comment on function tenantry_shared.agreements_guard() is
  'Update trigger of agreements: legal moves and fixed terms.';

revoke all on function tenantry_shared.agreements_guard() from public;
grant execute on function tenantry_shared.agreements_guard() to public;
--! EndIncluded functions/tenantry_shared/agreements_guard.sql
--! Included functions/tenantry_shared/approvals_guard.sql
-- Before an approval changes: it is decided once, by somebody other than its requester, and signed by the
-- server's claim rather than by what the caller says. Rows that the owner loads are inserts and come as they are.
create or replace function tenantry_shared.approvals_guard()
returns trigger
language plpgsql
volatile
as $$
begin
  if old.status <> 'pending' then
    raise exception 'the approval is already decided'
      using errcode = 'TN004', column = 'status', detail = format('It was %s.', old.status),
        hint = 'Request a new approval.';
  end if;
  if new.status = 'pending' then
    return new;
  end if;
  new.decided_by := request_user_id();
  new.decided_at := now();
  if new.decided_by is null or new.decided_by = new.requested_by then
    raise exception 'an approval is decided by another user than the one who requested it'
      using errcode = 'TN009', column = 'decided_by',
        detail = 'Four eyes: the request and the decision come from two users of the tenant.',
        hint = 'Let a colleague who may decide approvals decide.';
  end if;
  return new;
end
$$;

comment on function tenantry_shared.approvals_guard() is
  'Update trigger of approvals: decided once, by somebody else.';

revoke all on function tenantry_shared.approvals_guard() from public;
grant execute on function tenantry_shared.approvals_guard() to public;
--! EndIncluded functions/tenantry_shared/approvals_guard.sql
--! Included functions/tenantry_shared/approvals_move_agreement.sql
-- After an approval of kind agreement is requested or decided: its agreement follows. The update takes the
-- agreement's row lock, so of two submissions at once one finds no draft. Rows that the owner loads (demo data,
-- restore, import) bring both states with them: row security is not active for the owner.
create or replace function tenantry_shared.approvals_move_agreement()
returns trigger
language plpgsql
volatile
as $$
declare
  v_from text := case new.status when 'pending' then 'draft' else 'pending_approval' end;
  v_to text := case new.status when 'pending' then 'pending_approval' when 'approved' then 'active' else 'draft' end;
begin
  if not row_security_active(tg_relid) or (tg_op = 'UPDATE' and new.status = 'pending') then
    return null;
  end if;
  update agreements set status = v_to where id = new.agreement_id and status = v_from;
  if not found then
    raise exception 'the agreement is not %', replace(v_from, '_', ' ')
      using errcode = 'TN004', column = 'status',
        detail = format('An approval of an agreement moves it from %s to %s.', v_from, v_to),
        hint = 'Read the agreement again; somebody else may have moved it.';
  end if;
  return null;
end
$$;

comment on function tenantry_shared.approvals_move_agreement() is
  'Trigger of approvals: moves the agreement that an approval is about.';

revoke all on function tenantry_shared.approvals_move_agreement() from public;
grant execute on function tenantry_shared.approvals_move_agreement() to public;
--! EndIncluded functions/tenantry_shared/approvals_move_agreement.sql
set local check_function_bodies = on;

-- Names and small facts.
--! Included functions/platform_private/actor.sql
-- Who acts: the operator whom the server's claims name, else the login of the database session. Claims count only from the
-- server's own login: a DBA could set them to anybody's. Called by functions only.
create or replace function platform_private.actor()
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
           case when session_user = i.prefix || 'tenantry_api'
                then nullif(current_setting('tenantry.operator_id', true), '') end,
           'login:' || session_user)
    from platform.installation i
$$;
comment on function platform_private.actor() is 'Operator id as the server states it, or `login:<name>` for any other session.';
revoke all on function platform_private.actor() from public;
--! EndIncluded functions/platform_private/actor.sql
--! Included functions/platform_private/tenant_schema.sql
-- The name of a tenant's schema. The one place that knows the rule.
create or replace function platform_private.tenant_schema(
  tenant_id text
)
returns text
language sql
immutable
strict
parallel safe
return 'tenant_' || tenant_id;
comment on function platform_private.tenant_schema(text) is 'Schema name of a tenant.';
revoke all on function platform_private.tenant_schema(text) from public;
grant execute on function platform_private.tenant_schema(text) to :ROLE_PROVISIONER;
--! EndIncluded functions/platform_private/tenant_schema.sql
--! Included functions/platform_private/tenant_role.sql
-- The name of a tenant's role: installation prefix, namespace, then `tenant_<id>`. The one place that knows the rule.
-- Raises when it would be cut at 63 bytes: a cut name can be another tenant's.
create or replace function platform_private.tenant_role(
  tenant_id text
)
returns text
language plpgsql
stable
strict
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_role text;
begin
  select i.prefix || i.ns || 'tenant_' || tenant_role.tenant_id into strict v_role
    from platform.installation i;
  if octet_length(v_role) > 63 then
    raise exception 'the role name of tenant "%" is longer than 63 bytes', tenant_id
      using errcode = 'TN002', column = 'id', hint = 'Choose a shorter id.';
  end if;
  return v_role;
end
$$;
comment on function platform_private.tenant_role(text) is 'Role name of a tenant.';
revoke all on function platform_private.tenant_role(text) from public;
grant execute on function platform_private.tenant_role(text) to :ROLE_PROVISIONER;
--! EndIncluded functions/platform_private/tenant_role.sql
--! Included functions/platform_private/lane_role.sql
-- The name of a lane's login. The one place that knows the rule.
create or replace function platform_private.lane_role(
  lane integer
)
returns text
language sql
stable
strict
security definer
set search_path = pg_catalog, pg_temp
as $$
  select i.prefix || 'tenantry_lane_' || to_char(lane_role.lane, 'FM00')
    from platform.installation i
$$;
comment on function platform_private.lane_role(integer) is 'Login name of a lane.';
revoke all on function platform_private.lane_role(integer) from public;
grant execute on function platform_private.lane_role(integer) to :ROLE_PROVISIONER;
--! EndIncluded functions/platform_private/lane_role.sql
--! Included functions/platform_private/server_major.sql
-- The server's major version. Fingerprints are kept by it.
create or replace function platform_private.server_major()
returns integer
language sql
stable
parallel safe
return current_setting('server_version_num')::integer / 10000;
comment on function platform_private.server_major() is 'Major version of the server, such as 18.';
revoke all on function platform_private.server_major() from public;
--! EndIncluded functions/platform_private/server_major.sql
--! Included functions/platform_private/choose_lane.sql
-- The lane for a new tenant: the one with the fewest. Tier `dedicated` takes an empty lane for itself, and a lane
-- that a dedicated tenant holds takes nobody else. Called by create_tenant.
create or replace function platform_private.choose_lane(
  tier text
)
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_lane integer;
begin
  select lane.lane into v_lane
    from platform.installation i
   cross join lateral generate_series(0, i.lanes - 1) as lane (lane)
    left join (
      select t.lane, count(*) as tenants, bool_or(t.tier = 'dedicated') as taken
        from platform.tenants t
       where t.status not in ('purged', 'cancelled', 'failed')
       group by t.lane
    ) used on used.lane = lane.lane
   where used.taken is not true
     and (choose_lane.tier <> 'dedicated' or used.tenants is null)
   order by coalesce(used.tenants, 0), lane.lane
   limit 1;
  if v_lane is null then
    raise exception 'no lane is free for tier "%"', tier
      using errcode = 'TN008', detail = 'Every lane is in use.',
            hint = 'Raise LANES, run the migrator, and restart the servers.';
  end if;
  return v_lane;
end
$$;
comment on function platform_private.choose_lane(text) is 'Lane with the fewest tenants that a tenant of this tier may use.';
revoke all on function platform_private.choose_lane(text) from public;
--! EndIncluded functions/platform_private/choose_lane.sql
--! Included functions/platform_private/announce_tenant.sql
-- Tells listeners that a tenant's row changed. The payload is an id and only a hint: any role can forge one, so
-- receivers read the row again.
create or replace function platform_private.announce_tenant()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_notify('tenantry_tenant', new.id);
  return null;
end
$$;
comment on function platform_private.announce_tenant() is 'Trigger: NOTIFY tenantry_tenant with the id.';
revoke all on function platform_private.announce_tenant() from public;
--! EndIncluded functions/platform_private/announce_tenant.sql
--! Included functions/platform_private/announce_run.sql
-- Tells listeners that a tenant's provisioning moved on. As announce_tenant: an id, and only a hint.
create or replace function platform_private.announce_run()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_notify('tenantry_run', new.tenant_id);
  return null;
end
$$;
comment on function platform_private.announce_run() is 'Trigger: NOTIFY tenantry_run with the tenant''s id.';
revoke all on function platform_private.announce_run() from public;
--! EndIncluded functions/platform_private/announce_run.sql

create trigger tenants_announce after insert or update on platform.tenants
  for each row execute function platform_private.announce_tenant();
create trigger provisioning_runs_announce after insert or update on platform.provisioning_runs
  for each row execute function platform_private.announce_run();

-- The functions that create, grant, revoke or drop roles belong to the provisioner, and no others do.
grant create on schema platform_private to :ROLE_PROVISIONER;
set local role :ROLE_PROVISIONER;
alter default privileges revoke execute on functions from public;
--! Included functions/platform_private/create_tenant_role.sql
-- Creates a tenant's role and lets its lane become it. Owned by the provisioner; called by provision_tenant, under the
-- lock of the tenant's row. Takes an id, never a role name: names come from the registry.
create or replace function platform_private.create_tenant_role(
  tenant_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('create role %I nologin noinherit nocreaterole nocreatedb', platform_private.tenant_role(tenant_id));
  perform platform_private.open_lane(tenant_id);
end
$$;
comment on function platform_private.create_tenant_role(text) is 'Creates the tenant''s role and opens its lane.';
revoke all on function platform_private.create_tenant_role(text) from public;
grant execute on function platform_private.create_tenant_role(text) to :ROLE_OWNER;
--! EndIncluded functions/platform_private/create_tenant_role.sql
--! Included functions/platform_private/drop_tenant_role.sql
-- Drops a tenant's role, after its schema: the role owns nothing, and its grants went with the schema.
-- Owned by the provisioner; called by drop_tenant_schema. Quiet when there is no such role.
create or replace function platform_private.drop_tenant_role(
  tenant_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('drop role if exists %I', platform_private.tenant_role(tenant_id));
end
$$;
comment on function platform_private.drop_tenant_role(text) is 'Drops the tenant''s role.';
revoke all on function platform_private.drop_tenant_role(text) from public;
grant execute on function platform_private.drop_tenant_role(text) to :ROLE_OWNER;
--! EndIncluded functions/platform_private/drop_tenant_role.sql
--! Included functions/platform_private/open_lane.sql
-- Lets the login of a tenant's lane become the tenant's role. Owned by the provisioner; called under the lock of the
-- tenant's row, since two parallel grants of one membership collide on PostgreSQL 15.
-- From 16 on the options are written out: an INHERIT granted once outlives `alter role … noinherit`.
create or replace function platform_private.open_lane(
  tenant_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_lane text;
begin
  select platform_private.lane_role(t.lane) into strict v_lane
    from platform.tenants t
   where t.id = open_lane.tenant_id;
  if current_setting('server_version_num')::int >= 160000 then
    execute format('grant %I to %I with inherit false, set true, admin false',
                   platform_private.tenant_role(tenant_id), v_lane);
  elsif (select r.rolinherit from pg_roles r where r.rolname = v_lane) then
    raise exception 'lane login "%" must be NOINHERIT', v_lane
      using errcode = 'TN011', hint = format('Run: alter role %I noinherit', v_lane);
  else
    execute format('grant %I to %I', platform_private.tenant_role(tenant_id), v_lane);
  end if;
end
$$;
comment on function platform_private.open_lane(text) is 'Grants the tenant''s role to its lane.';
revoke all on function platform_private.open_lane(text) from public;
grant execute on function platform_private.open_lane(text) to :ROLE_OWNER;
--! EndIncluded functions/platform_private/open_lane.sql
--! Included functions/platform_private/close_lane.sql
-- Takes a tenant's role away from the login of its lane: the next SET ROLE is refused (42501).
-- Owned by the provisioner. From 16 on a grant made by somebody else stays, with only a warning: ways_in_left finds it.
create or replace function platform_private.close_lane(
  tenant_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_lane text;
begin
  select platform_private.lane_role(t.lane) into strict v_lane
    from platform.tenants t
   where t.id = close_lane.tenant_id;
  execute format('revoke %I from %I', platform_private.tenant_role(tenant_id), v_lane);
end
$$;
comment on function platform_private.close_lane(text) is 'Revokes the tenant''s role from its lane.';
revoke all on function platform_private.close_lane(text) from public;
grant execute on function platform_private.close_lane(text) to :ROLE_OWNER;
--! EndIncluded functions/platform_private/close_lane.sql
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

--! Included functions/jobs/enqueue.sql
-- Orders a job, in the caller's transaction. Only tasks of the list on jobs.outbox exist. The order waits in a table of ours and
-- the worker fetches it: code of graphile-worker belongs to the worker's login, which could change it, so it never runs with
-- anybody else's rights. Callable by the owner's functions, and by the worker for its self-test.
create or replace function jobs.enqueue(
  task text,
  payload jsonb,
  job_key text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into jobs.outbox (task, payload, job_key) values (task, payload, job_key);
  perform pg_notify('tenantry_job', '');
end
$$;
comment on function jobs.enqueue(text, jsonb, text) is 'Orders a job; one with the same key that has not started is replaced.';
revoke all on function jobs.enqueue(text, jsonb, text) from public;
grant execute on function jobs.enqueue(text, jsonb, text) to :ROLE_WORKER;
--! EndIncluded functions/jobs/enqueue.sql
--! Included functions/jobs/fetch_orders.sql
-- Moves ordered jobs into graphile-worker's queue, in one statement and so whole or not at all. Runs with the worker's rights, and
-- only the worker may. A starting worker's self-test goes before whatever has piled up. Returns how many there were.
create or replace function jobs.fetch_orders()
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_count integer;
begin
  with taken as (
    delete from jobs.outbox o
     where o.id in (select id from jobs.outbox order by task <> 'worker__test', id limit 5000 for update skip locked)
    returning o.task, o.payload, o.job_key
  )
  select count(graphile_worker.add_job(
           identifier => taken.task, payload => taken.payload::json, job_key => taken.job_key, max_attempts => 6,
           priority => case taken.task when 'worker__test' then -100 else 0 end))
    into v_count
    from taken;
  return v_count;
end
$$;
comment on function jobs.fetch_orders() is 'Moves ordered jobs into the queue; returns how many.';
revoke all on function jobs.fetch_orders() from public;
grant execute on function jobs.fetch_orders() to :ROLE_WORKER;
--! EndIncluded functions/jobs/fetch_orders.sql
--! Included functions/jobs/has_job.sql
-- Whether a job with this key is ordered, waits or runs, and is not used up. Runs with the worker's rights.
create or replace function jobs.has_job(
  job_key text
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (select from jobs.outbox o where o.job_key = has_job.job_key)
      or exists (select from graphile_worker.jobs j where j.key = has_job.job_key and j.attempts < j.max_attempts);
end
$$;
comment on function jobs.has_job(text) is 'Is there a job with this key that will still run?';
revoke all on function jobs.has_job(text) from public;
grant execute on function jobs.has_job(text) to :ROLE_WORKER;
--! EndIncluded functions/jobs/has_job.sql
--! Included functions/jobs/heartbeat.sql
-- A worker process says that it lives, under which names it holds jobs, and whether its self-test has run. Called by the worker
-- every few seconds from the connection whose backend stands for the process. Runs with the worker's rights.
create or replace function jobs.heartbeat(
  id uuid,
  holders text[],
  tested boolean
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into jobs.workers (id, holders, tested, backend_pid, backend_start)
  select heartbeat.id, heartbeat.holders, heartbeat.tested, a.pid, a.backend_start
    from pg_stat_activity a
   where a.pid = pg_backend_pid()
  on conflict on constraint workers_pkey do update
    set holders = excluded.holders,
        tested = excluded.tested,
        backend_pid = excluded.backend_pid,
        backend_start = excluded.backend_start,
        seen_at = now();
end
$$;
comment on function jobs.heartbeat(uuid, text[], boolean) is 'Announces a worker process.';
revoke all on function jobs.heartbeat(uuid, text[], boolean) from public;
grant execute on function jobs.heartbeat(uuid, text[], boolean) to :ROLE_WORKER;
--! EndIncluded functions/jobs/heartbeat.sql
--! Included functions/jobs/farewell.sql
-- A worker process takes its leave, so that readiness knows at once. Runs with the worker's rights.
create or replace function jobs.farewell(
  id uuid
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  delete from jobs.workers w where w.id = farewell.id
$$;
comment on function jobs.farewell(uuid) is 'Forgets a worker process that stops.';
revoke all on function jobs.farewell(uuid) from public;
grant execute on function jobs.farewell(uuid) to :ROLE_WORKER;
--! EndIncluded functions/jobs/farewell.sql
--! Included functions/jobs/free_jobs_of_dead_workers.sql
-- Frees the jobs whose worker process is gone, then forgets the process. Without it they would stay locked for 4 hours.
-- A name that no process ever announced belongs to one that is just starting, or died while it was: after a minute it counts as
-- dead. Called by each worker at its start and every minute, with the worker's rights. Returns how many dead holders of jobs
-- there were.
create or replace function jobs.free_jobs_of_dead_workers()
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_dead text[];
begin
  with gone as (
    delete from jobs.workers w
     where not exists (
       select from pg_stat_activity a where a.pid = w.backend_pid and a.backend_start = w.backend_start
     )
    returning w.holders
  ), announced as (
    select holder from jobs.workers w cross join unnest(w.holders) as holder
  )
  select array_agg(distinct j.locked_by) into v_dead
    from graphile_worker.jobs j
   where j.locked_by is not null
     and (j.locked_by in (select holder from gone cross join unnest(gone.holders) as holder)
          or (j.locked_by not in (select holder from announced) and j.locked_at < now() - interval '1 minute'));
  if v_dead is null then
    return 0;
  end if;
  perform graphile_worker.force_unlock_workers(v_dead);
  return cardinality(v_dead);
end
$$;
comment on function jobs.free_jobs_of_dead_workers() is
  'Unlocks jobs held by worker processes whose backend is gone; returns how many holders that were.';
revoke all on function jobs.free_jobs_of_dead_workers() from public;
grant execute on function jobs.free_jobs_of_dead_workers() to :ROLE_WORKER;
--! EndIncluded functions/jobs/free_jobs_of_dead_workers.sql

-- Building, checking and removing a tenant's schema.
--! Included functions/platform_private/tenant_sql.sql
-- Text of the tenant stream made ready for one tenant: `:TENANT` becomes its quoted role name, `:SCHEMA` its quoted schema
-- name. The texts are ours, from the registry; no caller's value ever enters them.
create or replace function platform_private.tenant_sql(
  template text,
  schema_name text,
  role_name text
)
returns text
language sql
stable
strict
parallel safe
set search_path = pg_catalog, pg_temp
return replace(replace(template, ':TENANT', quote_ident(role_name)), ':SCHEMA', quote_ident(schema_name));
comment on function platform_private.tenant_sql(text, text, text) is 'A tenant stream text with its names filled in.';
revoke all on function platform_private.tenant_sql(text, text, text) from public;
--! EndIncluded functions/platform_private/tenant_sql.sql
--! Included functions/platform_private/run_in_schema.sql
-- Executes a text of the tenant stream inside one schema, with exactly the path that the tenant's requests have.
-- The path is back on return. One EXECUTE of everything: statement by statement costs the same.
-- Owner's rights; called by the functions that build schemas and by nobody else.
create or replace function platform_private.run_in_schema(
  schema_name text,
  role_name text,
  template text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('search_path', format('%I, tenantry_shared, pg_temp', schema_name), true);
  execute platform_private.tenant_sql(template, schema_name, role_name);
end
$$;
comment on function platform_private.run_in_schema(text, text, text) is 'Runs tenant stream SQL in a schema.';
revoke all on function platform_private.run_in_schema(text, text, text) from public;
--! EndIncluded functions/platform_private/run_in_schema.sql
--! Included functions/platform_private/fingerprint_schema.sql
-- A digest of everything a tenant's schema is made of: relations with their options, owners and grants, columns,
-- constraints, indexes, triggers, policies, functions, comments but those of functions (sql/tenant/blueprint.sql). Two schemas with one digest are the same but for their
-- name and the name of their role. Not the schema's own grant: that is open or closed with the tenant's status.
-- Owner and tenant's role are written as @owner and @tenant wherever a role's name can stand.
-- Definitions are printed with the schema on the path, hence without its name. Everything is found through pg_depend,
-- whose index starts with what is depended on: a scan of pg_class would grow with the fleet. NOT NULL constraints are
-- left to attnotnull: PostgreSQL 18 lists them in pg_constraint, 15 does not.
create or replace function platform_private.fingerprint_schema(
  schema_name text,
  role_name text
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant oid := to_regnamespace(quote_ident(schema_name));
  v_owner text;
  v_owner_id oid;
  v_lines text;
begin
  if v_schema is null then
    return null;
  end if;
  select r.rolname, r.oid into v_owner, v_owner_id
    from pg_namespace n
    join pg_roles r on r.oid = n.nspowner
   where n.oid = v_schema;
  perform set_config('search_path', format('%I, tenantry_shared, pg_temp', schema_name), true);
  with members as materialized (
    select d.classid, d.objid
      from pg_depend d
     where d.refclassid = 'pg_namespace'::regclass
       and d.refobjid = v_schema
       and d.deptype = 'n'
  ), relations as materialized (
    select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relpersistence,
           case c.relowner when v_owner_id then '@owner' else c.relowner::regrole::text end as owner,
           replace(replace(c.relacl::text, role_name || '=', '@tenant='), v_owner, '@owner') as acl
      from members m
      join pg_class c on c.oid = m.objid
     where m.classid = 'pg_class'::regclass
  ), comments as materialized (
    select d.objoid, d.objsubid, d.description
      from relations r
      join pg_description d on d.objoid = r.oid and d.classoid = 'pg_class'::regclass
  ), lines (line) as (
    select concat_ws('|', 'relation', relname, relkind, relpersistence, owner, relrowsecurity,
                     relforcerowsecurity, reloptions, acl, c.description)
      from relations
      left join comments c on c.objoid = oid and c.objsubid = 0
    union all
    select concat_ws('|', 'column', r.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                     a.attidentity, a.attgenerated, replace(replace(a.attacl::text, role_name || '=', '@tenant='), v_owner, '@owner'),
                     pg_get_expr(d.adbin, d.adrelid), c.description)
      from relations r
      join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      left join comments c on c.objoid = r.oid and c.objsubid = a.attnum
     where r.relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select concat_ws('|', 'constraint', r.relname, c.conname, c.convalidated, pg_get_constraintdef(c.oid, true))
      from relations r
      join pg_constraint c on c.conrelid = r.oid and c.contype <> 'n'
    union all
    select concat_ws('|', 'index', r.relname, i.indisvalid, pg_get_indexdef(i.indexrelid, 0, true))
      from relations r
      join pg_index i on i.indrelid = r.oid
    union all
    select concat_ws('|', 'trigger', r.relname, t.tgenabled, pg_get_triggerdef(t.oid, true))
      from relations r
      join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
    union all
    select concat_ws('|', 'policy', r.relname, p.polname, p.polcmd, p.polpermissive,
                     (select string_agg(case o when 0 then 'public' else o::regrole::text end, ',' order by o)
                        from unnest(p.polroles) as o),
                     pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      from relations r
      join pg_policy p on p.polrelid = r.oid
    union all
    select concat_ws('|', 'view', r.relname, pg_get_viewdef(r.oid, true))
      from relations r
     where r.relkind in ('v', 'm')
    union all
    select concat_ws('|', 'function', f.proname,
                     case f.proowner when v_owner_id then '@owner' else f.proowner::regrole::text end,
                     replace(replace(f.proacl::text, role_name || '=', '@tenant='), v_owner, '@owner'), f.prosecdef, f.provolatile, f.proconfig,
                     pg_get_function_arguments(f.oid), pg_get_function_result(f.oid), f.prosrc,
                     pg_get_function_sqlbody(f.oid))
      from members m
      join pg_proc f on f.oid = m.objid
     where m.classid = 'pg_proc'::regclass
    union all
    select concat_ws('|', 'other', m.classid::regclass, count(*))
      from members m
     where m.classid not in ('pg_class'::regclass, 'pg_proc'::regclass)
     group by m.classid
  )
  select string_agg(line, E'\n' order by line collate "C") into v_lines from lines;
  return encode(sha256(convert_to(coalesce(v_lines, ''), 'UTF8')), 'hex');
end
$$;
comment on function platform_private.fingerprint_schema(text, text) is 'SHA-256 over the definition of a schema, in hex; null if there is none.';
revoke all on function platform_private.fingerprint_schema(text, text) from public;
--! EndIncluded functions/platform_private/fingerprint_schema.sql
--! Included functions/platform_private/expected_fingerprint.sql
-- What the fingerprint of a tenant's schema at a version must be on this server. Null if the migrator never built that
-- version's blueprint on this major.
create or replace function platform_private.expected_fingerprint(
  version integer
)
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select b.fingerprint
    from platform_private.blueprints b
   where b.version = expected_fingerprint.version
     and b.server_major = platform_private.server_major()
$$;
comment on function platform_private.expected_fingerprint(integer) is 'The blueprint''s fingerprint at a version.';
revoke all on function platform_private.expected_fingerprint(integer) from public;
--! EndIncluded functions/platform_private/expected_fingerprint.sql
--! Included functions/platform_private/build_blueprint.sql
-- Builds schema `blueprint` in the blueprint database: what a tenant is born with, under the role tenantry_blueprint,
-- and returns its fingerprint. An older one is replaced. Called by the migrator, in the blueprint database only.
create or replace function platform_private.build_blueprint(
  role_name text,
  baseline_sql text
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  drop schema if exists blueprint cascade;
  create schema blueprint;
  execute format('grant usage on schema blueprint to %I', role_name);
  perform platform_private.run_in_schema('blueprint', role_name, baseline_sql);
  return platform_private.fingerprint_schema('blueprint', role_name);
end
$$;
comment on function platform_private.build_blueprint(text, text) is 'Builds the blueprint schema; returns its fingerprint.';
revoke all on function platform_private.build_blueprint(text, text) from public;
--! EndIncluded functions/platform_private/build_blueprint.sql
--! Included functions/platform_private/build_tenant_schema.sql
-- Creates a tenant's schema with everything in it. The role must exist. Called by provision_tenant.
create or replace function platform_private.build_tenant_schema(
  tenant_id text,
  baseline_sql text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.tenant_schema(tenant_id);
  v_role constant text := platform_private.tenant_role(tenant_id);
begin
  execute format('create schema %I', v_schema);
  execute format('grant usage on schema %I to %I', v_schema, v_role);
  perform platform_private.run_in_schema(v_schema, v_role, baseline_sql);
end
$$;
comment on function platform_private.build_tenant_schema(text, text) is 'Creates and fills a tenant''s schema.';
revoke all on function platform_private.build_tenant_schema(text, text) from public;
--! EndIncluded functions/platform_private/build_tenant_schema.sql
--! Included functions/platform_private/drop_tenant_schema.sql
-- Removes a tenant's schema, its role and its keys: nothing of it is left but its registry row. Called by purge, by
-- cancel and by a run that failed for good. Not DROP OWNED: the provisioner may not, and the role owns nothing.
create or replace function platform_private.drop_tenant_schema(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
begin
  execute format('drop schema if exists %I cascade', platform_private.tenant_schema(tenant_id));
  perform platform_private.drop_tenant_role(tenant_id);
  delete from platform_private.signing_keys k where k.tenant_id = drop_tenant_schema.tenant_id;
  update platform.tenants t
     set schema_version = null, size_bytes = null
   where t.id = drop_tenant_schema.tenant_id;
end
$$;
comment on function platform_private.drop_tenant_schema(text) is 'Removes everything a tenant has but its registry row.';
revoke all on function platform_private.drop_tenant_schema(text) from public;
--! EndIncluded functions/platform_private/drop_tenant_schema.sql
--! Included functions/platform_private/invite_administrator.sql
-- Enters the first administrator of a new tenant as an invited user. The invitation's token is made when it is sent.
-- Called by provision_tenant. Quiet when the run names nobody.
create or replace function platform_private.invite_administrator(
  tenant_id text,
  email text,
  name text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if email is null then
    return;
  end if;
  execute format(
    'with invited as (
       insert into %1$I.users (email, name, role, status) values ($1, $2, ''admin'', ''invited'') returning id
     )
     insert into %1$I.user_invitations (user_id, expires_at) select id, now() + interval ''7 days'' from invited',
    platform_private.tenant_schema(tenant_id)
  ) using email, coalesce(name, email);
end
$$;
comment on function platform_private.invite_administrator(text, text, text) is 'Enters the first administrator as an invited user.';
revoke all on function platform_private.invite_administrator(text, text, text) from public;
--! EndIncluded functions/platform_private/invite_administrator.sql
--! Included functions/platform_private/measure_tenant.sql
-- Bytes on disk of a tenant's tables with their indexes. Finds them through pg_depend, whose index starts with the
-- schema: a scan of pg_class would grow with the fleet.
create or replace function platform_private.measure_tenant(
  tenant_id text
)
returns bigint
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(sum(pg_total_relation_size(d.objid)), 0)::bigint
    from pg_depend d
    join pg_class c on c.oid = d.objid and c.relkind = 'r'
   where d.classid = 'pg_class'::regclass
     and d.refclassid = 'pg_namespace'::regclass
     and d.refobjid = to_regnamespace(quote_ident(platform_private.tenant_schema(measure_tenant.tenant_id)))
$$;
comment on function platform_private.measure_tenant(text) is 'Bytes of a tenant''s tables and indexes.';
revoke all on function platform_private.measure_tenant(text) from public;
--! EndIncluded functions/platform_private/measure_tenant.sql
--! Included functions/platform_private/ways_in_left.sql
-- Memberships in a tenant's role that are still there after its lane was closed: granted by somebody else, which on
-- PostgreSQL 16 and later our REVOKE cannot undo. The creator's own ADMIN row doesn't count, it cannot become the role.
-- Null when there are none. Read after every suspension.
create or replace function platform_private.ways_in_left(
  tenant_id text
)
returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_agg(jsonb_build_object('member', m.member::regrole::text, 'grantor', m.grantor::regrole::text))
    from pg_auth_members m
    join pg_roles role on role.oid = m.roleid
    join pg_roles member on member.oid = m.member
   where role.rolname = platform_private.tenant_role(ways_in_left.tenant_id)
     and not (m.admin_option and member.rolname = (select i.prefix || 'tenantry_provisioner' from platform.installation i))
$$;
comment on function platform_private.ways_in_left(text) is 'Memberships in a closed tenant''s role that could not be revoked.';
revoke all on function platform_private.ways_in_left(text) from public;
--! EndIncluded functions/platform_private/ways_in_left.sql
--! Included functions/platform_private/open_tenant.sql
-- Opens a tenant to its lane: membership and USAGE, exactly what close_tenant takes away. Under the lock of its row.
create or replace function platform_private.open_tenant(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('grant usage on schema %I to %I',
                 platform_private.tenant_schema(tenant_id), platform_private.tenant_role(tenant_id));
  perform platform_private.open_lane(tenant_id);
end
$$;
comment on function platform_private.open_tenant(text) is 'Grants a tenant its schema and its lane.';
revoke all on function platform_private.open_tenant(text) from public;
--! EndIncluded functions/platform_private/open_tenant.sql
--! Included functions/platform_private/close_tenant.sql
-- Closes a tenant: its lane may no longer become its role, and the role may no longer use its schema. Either alone keeps
-- new requests out; both, because on PostgreSQL 16 and later a membership that somebody else granted survives our REVOKE.
-- Returns such memberships, null when there are none, and warns of them. Under the lock of the tenant's row.
create or replace function platform_private.close_tenant(
  tenant_id text
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_left jsonb;
begin
  perform platform_private.close_lane(tenant_id);
  execute format('revoke usage on schema %I from %I',
                 platform_private.tenant_schema(tenant_id), platform_private.tenant_role(tenant_id));
  v_left := platform_private.ways_in_left(tenant_id);
  if v_left is not null then
    raise warning 'tenant "%" is closed, but somebody else''s grants of its role remain', tenant_id
      using errcode = 'TN012', detail = v_left::text,
            hint = 'Let the grantor revoke them. Until then only the missing USAGE keeps the tenant closed.';
  end if;
  return v_left;
end
$$;
comment on function platform_private.close_tenant(text) is 'Revokes a tenant''s lane and schema; returns memberships that remain.';
revoke all on function platform_private.close_tenant(text) from public;
--! EndIncluded functions/platform_private/close_tenant.sql
--! Included functions/platform_private/lock_tenant.sql
-- The tenant's row, locked for a change of its life: one change at a time. Raises TN003 if there is none.
create or replace function platform_private.lock_tenant(
  tenant_id text
)
returns platform.tenants
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
begin
  select * into v_tenant from platform.tenants t where t.id = lock_tenant.tenant_id for update;
  if not found then
    raise exception 'there is no tenant "%"', tenant_id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  return v_tenant;
end
$$;
comment on function platform_private.lock_tenant(text) is 'Locks and returns a tenant''s row.';
revoke all on function platform_private.lock_tenant(text) from public;
--! EndIncluded functions/platform_private/lock_tenant.sql
--! Included functions/platform_private/change_status.sql
-- Moves a tenant from one status to another and writes the transition down. Called by the functions of schema platform,
-- each with the statuses from which its step is allowed. Raises TN003, and TN004 from any other status.
create or replace function platform_private.change_status(
  tenant_id text,
  allowed_from text[],
  to_status text,
  reason text,
  findings jsonb default null
)
returns platform.tenants
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_from constant text := v_tenant.status;
begin
  if v_from <> all (allowed_from) then
    raise exception 'tenant "%" is %, it cannot become %', tenant_id, v_from, to_status
      using errcode = 'TN004',
            detail = format('Allowed from: %s.', array_to_string(allowed_from, ', ')),
            hint = 'See the life of a tenant in docs/explanation/architecture.md.';
  end if;
  update platform.tenants t
     set status = change_status.to_status,
         version = t.version + 1,
         updated_at = now(),
         activated_at = case when to_status = 'active' then coalesce(t.activated_at, now()) else t.activated_at end,
         deleted_at = case when to_status = 'deleted' then now() when to_status = 'purged' then t.deleted_at end,
         purge_after = case when to_status = 'deleted' then now() + interval '30 days' end
   where t.id = change_status.tenant_id
  returning * into v_tenant;
  insert into platform.tenant_transitions (tenant_id, from_status, to_status, reason, actor, findings)
  values (tenant_id, v_from, to_status, reason, platform_private.actor(), findings);
  return v_tenant;
end
$$;
comment on function platform_private.change_status(text, text[], text, text, jsonb) is 'Changes a tenant''s status and records it.';
revoke all on function platform_private.change_status(text, text[], text, text, jsonb) from public;
--! EndIncluded functions/platform_private/change_status.sql
--! Included functions/platform_private/record_step.sql
-- One more entry for a run's list of steps: its name, its milliseconds since `started`, and when it ended.
create or replace function platform_private.record_step(
  steps jsonb,
  name text,
  started timestamptz
)
returns jsonb
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select steps || jsonb_build_object(
    'name', record_step.name,
    'ms', round(extract(epoch from clock_timestamp() - started) * 1000, 1),
    'at', clock_timestamp()
  )
$$;
comment on function platform_private.record_step(jsonb, text, timestamptz) is 'Appends a timed step to a list of steps.';
revoke all on function platform_private.record_step(jsonb, text, timestamptz) from public;
--! EndIncluded functions/platform_private/record_step.sql
--! Included functions/platform_private/fail_run.sql
-- Ends a tenant's open run as failed: whatever the tenant already had is removed, the row says why. What can't be removed, such as
-- a schema or role of that name that somebody else made, is named in the reason and keeps nobody from failing. The caller
-- holds the lock of the tenant's row.
create or replace function platform_private.fail_run(
  tenant_id text,
  failed_step text,
  sqlstate text,
  error text,
  steps jsonb
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_error text := error;
begin
  begin
    perform platform_private.drop_tenant_schema(tenant_id);
  exception when others then
    v_error := concat(error, '; and what is there could not be removed: ', sqlerrm);
  end;
  perform platform_private.change_status(tenant_id, array['provisioning'], 'failed', failed_step || ': ' || v_error);
  update platform.provisioning_runs r
     set status = 'failed',
         failed_step = fail_run.failed_step,
         sqlstate = fail_run.sqlstate,
         error = v_error,
         steps = coalesce(fail_run.steps, r.steps),
         finished_at = clock_timestamp()
   where r.tenant_id = fail_run.tenant_id
     and r.status in ('queued', 'running');
end
$$;
comment on function platform_private.fail_run(text, text, text, text, jsonb) is 'Ends a provisioning run as failed and leaves nothing of the tenant.';
revoke all on function platform_private.fail_run(text, text, text, text, jsonb) from public;
--! EndIncluded functions/platform_private/fail_run.sql
--! Included functions/platform_private/store_signing_key.sql
-- Keeps a tenant's first signing key, sealed; without tenant the platform's own. Idempotent: an existing current key
-- stays and false is returned. Raises TN003, and TN004 unless the tenant is provisioning. Called by the worker and the migrator, which make keys.
create or replace function platform_private.store_signing_key(
  tenant_id text,
  kid text,
  alg text,
  public_jwk jsonb,
  sealed bytea
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tenant_id is not null and (platform_private.lock_tenant(tenant_id)).status <> 'provisioning' then
    raise exception 'tenant "%" is not being provisioned', tenant_id
      using errcode = 'TN004', hint = 'It was cancelled or has its key already.';
  end if;
  insert into platform_private.signing_keys (kid, tenant_id, alg, public_jwk, sealed)
  values (kid, tenant_id, alg, public_jwk, sealed)
  on conflict do nothing;
  return found;
end
$$;
comment on function platform_private.store_signing_key(text, text, text, jsonb, bytea) is 'Stores a sealed signing key unless there is a current one.';
revoke all on function platform_private.store_signing_key(text, text, text, jsonb, bytea) from public;
grant execute on function platform_private.store_signing_key(text, text, text, jsonb, bytea) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/store_signing_key.sql
--! Included functions/platform_private/has_signing_key.sql
-- Whether a tenant (null: the platform) has a current signing key. Called by the worker and the migrator.
create or replace function platform_private.has_signing_key(
  tenant_id text
)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from platform_private.signing_keys k
     where coalesce(k.tenant_id, '') = coalesce(has_signing_key.tenant_id, '')
       and k.state = 'current'
  )
$$;
comment on function platform_private.has_signing_key(text) is 'Is there a current signing key?';
revoke all on function platform_private.has_signing_key(text) from public;
grant execute on function platform_private.has_signing_key(text) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/has_signing_key.sql
--! Included functions/platform_private/finish_provisioning.sql
-- The last step: a tenant whose schema and keys exist becomes ready, and active if its run asked for that. Safe to run
-- twice. Called by the worker. `keys_ms` is how long making the keys took, for the record of steps.
create or replace function platform_private.finish_provisioning(
  tenant_id text,
  keys_ms numeric
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_run platform.provisioning_runs;
  v_steps jsonb;
  v_started timestamptz := clock_timestamp();
begin
  select * into v_run
    from platform.provisioning_runs r
   where r.tenant_id = finish_provisioning.tenant_id and r.status in ('queued', 'running')
   for update;
  if v_tenant.status <> 'provisioning' or v_run.id is null then
    return v_tenant.status;
  end if;
  if v_tenant.schema_version is null or not platform_private.has_signing_key(tenant_id) then
    raise exception 'tenant "%" is not complete', tenant_id
      using errcode = 'TN004', detail = 'Its schema or its signing key is missing.',
            hint = 'Call platform.provision_tenant first; the worker then makes the key.';
  end if;
  v_steps := v_run.steps || jsonb_build_object('name', 'keys', 'ms', keys_ms, 'at', v_started);
  update platform.tenants t
     set size_bytes = platform_private.measure_tenant(tenant_id)
   where t.id = finish_provisioning.tenant_id;
  v_tenant := platform_private.change_status(tenant_id, array['provisioning'], 'ready', null);
  if v_run.activate then
    v_tenant := platform.activate_tenant(tenant_id, 'provisioned');
  end if;
  update platform.provisioning_runs r
     set status = 'succeeded',
         steps = platform_private.record_step(v_steps, v_tenant.status, v_started),
         finished_at = clock_timestamp()
   where r.id = v_run.id;
  return v_tenant.status;
end
$$;
comment on function platform_private.finish_provisioning(text, numeric) is 'Makes a complete tenant ready or active and closes its run.';
revoke all on function platform_private.finish_provisioning(text, numeric) from public;
grant execute on function platform_private.finish_provisioning(text, numeric) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/finish_provisioning.sql
--! Included functions/platform_private/abandon_provisioning.sql
-- Gives up on a tenant whose job failed for the last time: everything is removed and the run says why. Quiet when the
-- tenant is no longer provisioning. Called by the worker.
create or replace function platform_private.abandon_provisioning(
  tenant_id text,
  failed_step text,
  sqlstate text,
  error text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(tenant_id);
begin
  if v_tenant.status = 'provisioning' then
    perform platform_private.fail_run(tenant_id, failed_step, sqlstate, error, null);
  end if;
end
$$;
comment on function platform_private.abandon_provisioning(text, text, text, text) is 'Marks a provisioning as failed after its last attempt.';
revoke all on function platform_private.abandon_provisioning(text, text, text, text) from public;
grant execute on function platform_private.abandon_provisioning(text, text, text, text) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/abandon_provisioning.sql
--! Included functions/platform_private/fail_stale_provisioning.sql
-- A tenant that has been provisioning for five minutes and has no job is failed: nobody will come back to it. Called by the
-- worker every minute with the keys of the jobs that will still run; orders not yet fetched count as well. One that can't be
-- failed doesn't keep the others from it. Returns how many were.
create or replace function platform_private.fail_stale_provisioning(
  live_keys text[]
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id text;
  v_count integer := 0;
begin
  for v_id in
    select t.id
      from platform.tenants t
     where t.status = 'provisioning'
       and t.updated_at < now() - interval '5 minutes'
       and 'provision:' || t.id <> all (live_keys)
       and not exists (select from jobs.outbox o where o.job_key = 'provision:' || t.id)
       for update skip locked
  loop
    perform platform_private.fail_run(v_id, 'queue', 'TN013', 'its job was lost', null);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function platform_private.fail_stale_provisioning(text[]) is 'Fails provisionings whose job is gone.';
revoke all on function platform_private.fail_stale_provisioning(text[]) from public;
grant execute on function platform_private.fail_stale_provisioning(text[]) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/fail_stale_provisioning.sql
--! Included functions/platform_private/move_to_lane.sql
-- Moves a tenant to another lane, in one transaction, so that no request finds neither lane open. Called by the migrator when the number of lanes falls.
create or replace function platform_private.move_to_lane(
  tenant_id text,
  lane integer
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_open constant boolean := v_tenant.schema_version is not null
    and v_tenant.status in ('provisioning', 'ready', 'active');
begin
  if v_open then
    perform platform_private.close_lane(tenant_id);
  end if;
  update platform.tenants t set lane = move_to_lane.lane, updated_at = now() where t.id = move_to_lane.tenant_id;
  if v_open then
    perform platform_private.open_lane(tenant_id);
  end if;
end
$$;
comment on function platform_private.move_to_lane(text, integer) is 'Gives a tenant another lane.';
revoke all on function platform_private.move_to_lane(text, integer) from public;
--! EndIncluded functions/platform_private/move_to_lane.sql
--! Included functions/platform_private/check_new_tenant.sql
-- Words for what is wrong with a new tenant, field by field, before a constraint says it in its own. Raises TN002 with the
-- field as `column`, TN001 for an id that is taken, now or ever. Called by create_tenant.
create or replace function platform_private.check_new_tenant(
  id text,
  name text,
  domain text,
  admin_email text
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if id is null or id !~ '^[a-z][a-z0-9_]{1,47}$' then
    raise exception 'a tenant''s id is 2 to 48 characters: lower-case letters, digits and underscores, a letter first'
      using errcode = 'TN002', column = 'id', hint = 'For example: aurora, or north_sea_2.';
  end if;
  perform platform_private.tenant_role(id);
  if name is null or length(btrim(name)) not between 1 and 120 then
    raise exception 'a tenant''s name is 1 to 120 characters'
      using errcode = 'TN002', column = 'name', hint = 'Give the name its people know it by.';
  end if;
  if admin_email is not null and (length(admin_email) > 320 or admin_email !~ '^[^@\s]+@[^@\s]+$') then
    raise exception 'this is no e-mail address'
      using errcode = 'TN002', column = 'admin.email', hint = 'For example: anna@brand.example.';
  end if;
  if exists (select from platform.tenants t where t.id = check_new_tenant.id) then
    raise exception 'there is a tenant "%" already, or there was one', id
      using errcode = 'TN001', column = 'id', detail = 'An id is never used twice.', hint = 'Choose another id.';
  end if;
  if exists (select from platform.tenants t
              where platform_private.fold_name(t.name) = platform_private.fold_name(check_new_tenant.name)
                and t.status not in ('purged', 'cancelled')) then
    raise exception 'another tenant bears this name'
      using errcode = 'TN001', column = 'name', detail = 'Case and spaces do not count.', hint = 'Choose another name.';
  end if;
  if exists (select from platform.tenants t
              where t.domain = check_new_tenant.domain and t.status not in ('purged', 'cancelled')) then
    raise exception 'another tenant has this domain'
      using errcode = 'TN001', column = 'domain', hint = 'Choose another domain, or none.';
  end if;
end
$$;
comment on function platform_private.check_new_tenant(text, text, text, text) is 'Refuses a new tenant with words by field.';
revoke all on function platform_private.check_new_tenant(text, text, text, text) from public;
--! EndIncluded functions/platform_private/check_new_tenant.sql
--! Included functions/platform_private/add_operator.sql
-- Enters an operator with the hash of a first password, which must be changed. Returns false if the e-mail is known.
-- Called by the migrator for the first operator.
create or replace function platform_private.add_operator(
  email text,
  name text,
  role text,
  password_hash text
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid;
begin
  insert into platform.operators (email, name, role)
  values (email, name, role)
  on conflict do nothing
  returning id into v_id;
  if v_id is null then
    return false;
  end if;
  insert into platform_private.operator_credentials (operator_id, password_hash) values (v_id, password_hash);
  return true;
end
$$;
comment on function platform_private.add_operator(text, text, text, text) is 'Adds an operator with a first password.';
revoke all on function platform_private.add_operator(text, text, text, text) from public;
--! EndIncluded functions/platform_private/add_operator.sql

-- The life of a tenant, as operators and DBAs call it.
--! Included functions/platform/provision_tenant.sql
-- Builds a tenant: role, schema, tables, policies, grants and base rows, checked against the blueprint's fingerprint, all
-- in one transaction. A failure leaves nothing of it and is recorded with its step and SQLSTATE, not raised; passing
-- troubles of the server (lock timeouts, deadlocks, resources, shutdown) are raised, so that the job tries again.
-- The signing key needs Node: the job of request_provisioning makes it, and activates. Safe to call twice.
-- May be called by members of tenantry_operator and by the worker. Raises TN003, and TN004 unless provisioning or failed.
create or replace function platform.provision_tenant(
  id text
)
returns platform.provisioning_runs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants := platform_private.lock_tenant(id);
  v_run platform.provisioning_runs;
  v_baseline platform_private.tenant_baselines;
  v_step text;
  v_steps jsonb := '[]';
  v_started timestamptz := clock_timestamp();
  v_clock timestamptz := v_started;
  v_sqlstate text;
  v_message text;
begin
  if v_tenant.status = 'failed' then
    v_tenant := platform.request_provisioning(id);
  end if;
  if v_tenant.status <> 'provisioning' then
    raise exception 'tenant "%" is %, it cannot be provisioned', id, v_tenant.status
      using errcode = 'TN004', detail = 'Allowed from: provisioning, failed.',
            hint = 'An active tenant is complete; a cancelled or purged one is gone for good.';
  end if;
  select * into strict v_run
    from platform.provisioning_runs r
   where r.tenant_id = provision_tenant.id and r.status in ('queued', 'running')
   for update;
  if v_tenant.schema_version is not null then
    return v_run;
  end if;

  begin
    v_step := 'role';
    select * into v_baseline from platform_private.tenant_baselines b order by b.version desc limit 1;
    if not found then
      raise exception 'no tenant migrations are registered'
        using errcode = 'TN014', hint = 'Run the migrator.';
    end if;
    perform platform_private.create_tenant_role(id);
    v_steps := platform_private.record_step(v_steps, v_step, v_clock);

    v_step := 'schema';
    v_clock := clock_timestamp();
    perform platform_private.build_tenant_schema(id, v_baseline.baseline_sql);
    v_steps := platform_private.record_step(v_steps, v_step, v_clock);

    if v_tenant.template = 'demo' then
      v_step := 'template';
      v_clock := clock_timestamp();
      perform platform_private.run_in_schema(
        platform_private.tenant_schema(id), platform_private.tenant_role(id), v_baseline.demo_sql);
      v_steps := platform_private.record_step(v_steps, v_step, v_clock);
    end if;

    v_step := 'administrator';
    v_clock := clock_timestamp();
    perform platform_private.invite_administrator(id, v_run.admin_email, v_run.admin_name);
    v_steps := platform_private.record_step(v_steps, v_step, v_clock);

    v_step := 'fingerprint';
    v_clock := clock_timestamp();
    if platform_private.fingerprint_schema(platform_private.tenant_schema(id), platform_private.tenant_role(id))
       is distinct from platform_private.expected_fingerprint(v_baseline.version) then
      raise exception 'the schema differs from the blueprint'
        using errcode = 'TN007', hint = 'Run the migrator: it rebuilds the blueprint and its fingerprint.';
    end if;
    v_steps := platform_private.record_step(v_steps, v_step, v_clock);
  exception when others then
    get stacked diagnostics v_sqlstate = returned_sqlstate, v_message = message_text;
    if left(v_sqlstate, 2) in ('40', '53', '55', '57', '58') then
      raise;
    end if;
    perform platform_private.fail_run(id, v_step, v_sqlstate, v_message, v_steps);
    select * into v_run from platform.provisioning_runs r where r.id = v_run.id;
    return v_run;
  end;

  update platform.tenants t
     set schema_version = v_baseline.version, updated_at = now()
   where t.id = provision_tenant.id;
  update platform.provisioning_runs r
     set status = 'running', started_at = v_started, steps = v_steps
   where r.id = v_run.id
  returning * into v_run;
  return v_run;
end
$$;
comment on function platform.provision_tenant(text) is
  'Builds a tenant''s role and schema in one transaction. Returns the run, with the reason if it failed.';
revoke all on function platform.provision_tenant(text) from public;
grant execute on function platform.provision_tenant(text) to :ROLE_OPERATOR, :ROLE_WORKER;
--! EndIncluded functions/platform/provision_tenant.sql
--! Included functions/platform/create_tenant.sql
-- Registers a tenant and orders its provisioning: row, run and job in one transaction.
-- May be called by members of tenantry_operator. Raises TN001 when id, name or domain is taken, TN002 with the field as
-- `column` for anything malformed, TN008 when no lane is free.
create or replace function platform.create_tenant(
  id text,
  name text,
  description text default null,
  domain text default null,
  tier text default 'standard',
  template text default 'standard',
  settings jsonb default '{}',
  activate boolean default true,
  admin_email text default null,
  admin_name text default null
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
  v_domain constant text := lower(create_tenant.domain);
  v_constraint text;
begin
  perform platform_private.check_new_tenant(id, name, v_domain, admin_email);
  begin
    insert into platform.tenants (id, name, description, domain, tier, template, settings, lane)
    values (
      create_tenant.id, btrim(create_tenant.name), create_tenant.description, v_domain,
      coalesce(create_tenant.tier, 'standard'), coalesce(create_tenant.template, 'standard'),
      coalesce(create_tenant.settings, '{}'), platform_private.choose_lane(coalesce(create_tenant.tier, 'standard'))
    )
    returning * into v_tenant;
  exception
    when unique_violation then
      get stacked diagnostics v_constraint = constraint_name;
      raise exception 'a tenant with this id, name or domain was created at the same moment'
        using errcode = 'TN001', detail = 'An id is never used twice.', hint = 'Choose another.',
              column = case v_constraint when 'tenants_name_unique' then 'name'
                                         when 'tenants_domain_unique' then 'domain' else 'id' end;
    when check_violation then
      get stacked diagnostics v_constraint = constraint_name;
      raise exception 'this value is not accepted'
        using errcode = 'TN002', column = split_part(v_constraint, '_', 2),
              hint = 'The accepted values stand in the OpenAPI document and in the comments of platform.tenants.';
  end;
  insert into platform.tenant_transitions (tenant_id, to_status, reason, actor)
  values (v_tenant.id, v_tenant.status, 'created', platform_private.actor());
  insert into platform.provisioning_runs (tenant_id, activate, admin_email, admin_name)
  values (v_tenant.id, coalesce(create_tenant.activate, true), create_tenant.admin_email, create_tenant.admin_name);
  perform jobs.enqueue('tenant__provision', jsonb_build_object('tenantId', v_tenant.id), 'provision:' || v_tenant.id);
  return v_tenant;
end
$$;
comment on function platform.create_tenant(text, text, text, text, text, text, jsonb, boolean, text, text) is
  'Registers a tenant and orders its provisioning.';
revoke all on function platform.create_tenant(text, text, text, text, text, text, jsonb, boolean, text, text) from public;
grant execute on function platform.create_tenant(text, text, text, text, text, text, jsonb, boolean, text, text)
  to :ROLE_OPERATOR;
--! EndIncluded functions/platform/create_tenant.sql
--! Included functions/platform/request_provisioning.sql
-- Orders the provisioning of a failed tenant again, with the wishes of its last run; for one that is provisioning, sees to
-- it that there is a job. May be called by members of tenantry_operator. Raises TN003, TN004.
create or replace function platform.request_provisioning(
  id text
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants := platform_private.lock_tenant(id);
begin
  if v_tenant.status <> 'provisioning' then
    perform platform_private.change_status(id, array['failed'], 'provisioning', 'provisioning ordered again');
    -- A failed tenant doesn't hold its lane: a dedicated one may have taken it since.
    update platform.tenants t
       set lane = platform_private.choose_lane(t.tier)
     where t.id = request_provisioning.id
    returning * into v_tenant;
    insert into platform.provisioning_runs (tenant_id, activate, admin_email, admin_name)
    select r.tenant_id, r.activate, r.admin_email, r.admin_name
      from platform.provisioning_runs r
     where r.tenant_id = request_provisioning.id
     order by r.created_at desc
     limit 1;
  end if;
  perform jobs.enqueue('tenant__provision', jsonb_build_object('tenantId', id), 'provision:' || id);
  return v_tenant;
end
$$;
comment on function platform.request_provisioning(text) is 'Orders the provisioning of a failed tenant again.';
revoke all on function platform.request_provisioning(text) from public;
grant execute on function platform.request_provisioning(text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/request_provisioning.sql
--! Included functions/platform/update_tenant.sql
-- Changes a tenant's name, description, domain, tier or settings (whose top-level keys are merged; null removes one).
-- With `expected_version` it refuses to overwrite somebody else's change (TN006). May be called by members of
-- tenantry_operator. Raises TN001, TN002 with the field as `column`, TN003, TN004 for a tenant that is gone, TN006.
create or replace function platform.update_tenant(
  id text,
  patch jsonb,
  expected_version integer default null
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants := platform_private.lock_tenant(id);
  v_key text;
  v_constraint text;
begin
  if v_tenant.status in ('purged', 'cancelled') then
    raise exception 'tenant "%" is %, it can no longer be changed', id, v_tenant.status
      using errcode = 'TN004', hint = 'Create a new tenant.';
  end if;
  if v_tenant.version <> expected_version then
    raise exception 'tenant "%" was changed meanwhile', id
      using errcode = 'TN006', detail = format('It is at version %s, not %s.', v_tenant.version, expected_version),
            hint = 'Read it again and repeat the change.';
  end if;
  if jsonb_typeof(patch) is distinct from 'object' then
    raise exception 'a change is an object' using errcode = 'TN002', column = 'patch', hint = 'For example: {"name": "New"}.';
  end if;
  if patch ? 'settings' and jsonb_typeof(patch -> 'settings') <> 'object' then
    raise exception 'settings are an object' using errcode = 'TN002', column = 'settings', hint = 'For example: {"theme": "dark"}.';
  end if;
  for v_key in select k from jsonb_object_keys(patch) as k loop
    if v_key not in ('name', 'description', 'domain', 'tier', 'settings') then
      raise exception 'there is no field "%" to change', v_key
        using errcode = 'TN002', column = v_key, hint = 'Fields: name, description, domain, tier, settings.';
    end if;
  end loop;
  if (patch ->> 'tier') <> v_tenant.tier and 'dedicated' in (patch ->> 'tier', v_tenant.tier) then
    raise exception 'the tier dedicated is chosen when a tenant is created'
      using errcode = 'TN002', column = 'tier', hint = 'Its lane is its own; create the tenant anew or keep the tier.';
  end if;
  begin
    update platform.tenants t
       set name = case when patch ? 'name' then btrim(patch ->> 'name') else t.name end,
           description = case when patch ? 'description' then patch ->> 'description' else t.description end,
           domain = case when patch ? 'domain' then lower(patch ->> 'domain') else t.domain end,
           tier = case when patch ? 'tier' then patch ->> 'tier' else t.tier end,
           settings = case when patch ? 'settings' then (
             select coalesce(jsonb_object_agg(s.key, s.value), '{}')
               from jsonb_each(t.settings || (patch -> 'settings')) s
              where jsonb_typeof(s.value) <> 'null'
           ) else t.settings end,
           version = t.version + 1,
           updated_at = now()
     where t.id = update_tenant.id
    returning * into v_tenant;
  exception
    when unique_violation then
      get stacked diagnostics v_constraint = constraint_name;
      raise exception 'another tenant has this %', split_part(v_constraint, '_', 2)
        using errcode = 'TN001', column = split_part(v_constraint, '_', 2), hint = 'Choose another.';
    when check_violation or not_null_violation then
      get stacked diagnostics v_constraint = constraint_name, v_key = column_name;
      raise exception 'this value is not accepted'
        using errcode = 'TN002', column = coalesce(nullif(v_key, ''), split_part(v_constraint, '_', 2)),
              hint = 'The accepted values stand in the OpenAPI document and in the comments of platform.tenants.';
  end;
  return v_tenant;
end
$$;
comment on function platform.update_tenant(text, jsonb, integer) is 'Changes a tenant''s name, description, domain, tier or settings.';
revoke all on function platform.update_tenant(text, jsonb, integer) from public;
grant execute on function platform.update_tenant(text, jsonb, integer) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/update_tenant.sql
--! Included functions/platform/activate_tenant.sql
-- Opens a tenant to its users, for the first time or again after a suspension. Its schema must be what the blueprint says
-- (else TN005). May be called by members of tenantry_operator. Raises TN003, TN004, TN005.
create or replace function platform.activate_tenant(
  id text,
  reason text default null
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_before constant platform.tenants := platform_private.lock_tenant(id);
  v_tenant constant platform.tenants :=
    platform_private.change_status(id, array['ready', 'suspended'], 'active', reason);
begin
  if (select d.drifted from platform.tenant_drift(id) d) then
    raise exception 'tenant "%" is not what the blueprint says', id
      using errcode = 'TN005', detail = 'Its fingerprint differs.', hint = 'See platform.tenant_drift.';
  end if;
  if v_before.status = 'suspended' then
    perform platform_private.open_tenant(id);
  end if;
  return v_tenant;
end
$$;
comment on function platform.activate_tenant(text, text) is 'Opens a ready or suspended tenant to its users.';
revoke all on function platform.activate_tenant(text, text) from public;
grant execute on function platform.activate_tenant(text, text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/activate_tenant.sql
--! Included functions/platform/suspend_tenant.sql
-- Closes an active tenant: the database refuses its next request. Nothing is removed; activate_tenant opens it again with
-- the same grants. May be called by members of tenantry_operator. Raises TN003, TN004.
create or replace function platform.suspend_tenant(
  id text,
  reason text
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(id);
  v_findings jsonb;
begin
  if v_tenant.status = 'active' then
    v_findings := platform_private.close_tenant(id);
  end if;
  return platform_private.change_status(id, array['active'], 'suspended', reason, v_findings);
end
$$;
comment on function platform.suspend_tenant(text, text) is 'Closes an active tenant.';
revoke all on function platform.suspend_tenant(text, text) from public;
grant execute on function platform.suspend_tenant(text, text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/suspend_tenant.sql
--! Included functions/platform/archive_tenant.sql
-- Puts a tenant away: closed, kept, no longer counted among those at work. May be called by members of tenantry_operator.
-- Raises TN003, TN004.
create or replace function platform.archive_tenant(
  id text,
  reason text
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(id);
  v_findings jsonb;
begin
  if v_tenant.status in ('ready', 'active') then
    v_findings := platform_private.close_tenant(id);
  end if;
  return platform_private.change_status(id, array['active', 'suspended'], 'archived', reason, v_findings);
end
$$;
comment on function platform.archive_tenant(text, text) is 'Closes a tenant and puts it away.';
revoke all on function platform.archive_tenant(text, text) from public;
grant execute on function platform.archive_tenant(text, text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/archive_tenant.sql
--! Included functions/platform/delete_tenant.sql
-- Deletes a tenant softly: closed at once, kept for 30 days, restorable until then, purged after. May be called by members
-- of tenantry_operator. Raises TN003, TN004.
create or replace function platform.delete_tenant(
  id text,
  reason text
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(id);
  v_findings jsonb;
begin
  if v_tenant.status in ('ready', 'active') then
    v_findings := platform_private.close_tenant(id);
  end if;
  return platform_private.change_status(id, array['ready', 'active', 'suspended', 'archived'], 'deleted', reason, v_findings);
end
$$;
comment on function platform.delete_tenant(text, text) is 'Deletes a tenant softly: it can be restored for 30 days.';
revoke all on function platform.delete_tenant(text, text) from public;
grant execute on function platform.delete_tenant(text, text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/delete_tenant.sql
--! Included functions/platform/restore_tenant.sql
-- Takes a deleted or archived tenant back. It comes back suspended: activate_tenant opens it, after its checks.
-- May be called by members of tenantry_admin. Raises TN003, TN004.
create or replace function platform.restore_tenant(
  id text,
  reason text default null
)
returns platform.tenants
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  select * from platform_private.change_status(id, array['deleted', 'archived'], 'suspended', reason)
$$;
comment on function platform.restore_tenant(text, text) is 'Takes a deleted or archived tenant back; it is suspended then.';
revoke all on function platform.restore_tenant(text, text) from public;
grant execute on function platform.restore_tenant(text, text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/restore_tenant.sql
--! Included functions/platform/cancel_provisioning.sql
-- Calls a tenant off before its first activation: whatever exists of it is removed, its name and domain are free again,
-- its id is not. May be called by members of tenantry_operator. Raises TN003, TN004.
create or replace function platform.cancel_provisioning(
  id text,
  reason text default null
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.lock_tenant(id);
  perform platform_private.change_status(id, array['provisioning', 'ready', 'failed'], 'cancelled', reason);
  perform platform_private.drop_tenant_schema(id);
  update platform.provisioning_runs r
     set status = 'cancelled', finished_at = clock_timestamp()
   where r.tenant_id = cancel_provisioning.id
     and r.status in ('queued', 'running');
  return platform_private.lock_tenant(id);
end
$$;
comment on function platform.cancel_provisioning(text, text) is 'Calls a tenant off before its first activation.';
revoke all on function platform.cancel_provisioning(text, text) from public;
grant execute on function platform.cancel_provisioning(text, text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/cancel_provisioning.sql
--! Included functions/platform/purge_tenant.sql
-- Removes a deleted tenant for good, once its 30 days are over: schema, role and keys. The registry row stays, for the id.
-- May be called by members of tenantry_admin. Raises TN003, TN004 also when it is too early.
create or replace function platform.purge_tenant(
  id text
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(id);
begin
  if v_tenant.status = 'deleted' and v_tenant.purge_after > now() then
    raise exception 'tenant "%" can be restored until %', id, v_tenant.purge_after
      using errcode = 'TN004', hint = 'Purge it after that.';
  end if;
  perform platform_private.change_status(id, array['deleted'], 'purged', 'purged');
  perform platform_private.drop_tenant_schema(id);
  return platform_private.lock_tenant(id);
end
$$;
comment on function platform.purge_tenant(text) is 'Removes a deleted tenant for good, after its 30 days.';
revoke all on function platform.purge_tenant(text) from public;
grant execute on function platform.purge_tenant(text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/purge_tenant.sql
--! Included functions/platform/tenant_drift.sql
-- Compares a tenant's schema with the blueprint of its version. May be called by operators, security officers and
-- developers. `drifted` is null for a tenant without schema. Raises TN003.
create or replace function platform.tenant_drift(
  id text,
  out expected text,
  out actual text,
  out drifted boolean
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_version integer;
begin
  select t.schema_version into v_version from platform.tenants t where t.id = tenant_drift.id;
  if not found then
    raise exception 'there is no tenant "%"', id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  expected := platform_private.expected_fingerprint(v_version);
  actual := platform_private.fingerprint_schema(platform_private.tenant_schema(id), platform_private.tenant_role(id));
  if v_version is not null then
    drifted := expected is distinct from actual;
  end if;
end
$$;
comment on function platform.tenant_drift(text) is E'@behavior -mutationField +queryField\nCompares a tenant''s schema with the blueprint.';
revoke all on function platform.tenant_drift(text) from public;
grant execute on function platform.tenant_drift(text) to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/tenant_drift.sql
--! Included functions/platform/remember_request.sql
-- The first half of an idempotent request: remembers the key of this operator, in the transaction of the request itself.
-- `fresh`: do it, then store_response. Else `response` is what the first one got. Two at once: the second waits for the
-- first. Keys are kept for a day. May be called by operators. Raises TN002 when the key came with another request.
create or replace function platform.remember_request(
  key text,
  request_hash text,
  out fresh boolean,
  out response jsonb
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_hash text;
begin
  delete from platform_private.idempotency_keys k
   where k.actor = platform_private.actor() and k.created_at < now() - interval '1 day';
  insert into platform_private.idempotency_keys (actor, key, request_hash)
  values (platform_private.actor(), remember_request.key, remember_request.request_hash)
  on conflict on constraint idempotency_keys_pkey do nothing;
  fresh := found;
  select k.request_hash, k.response into v_hash, remember_request.response
    from platform_private.idempotency_keys k
   where k.actor = platform_private.actor() and k.key = remember_request.key;
  if v_hash <> request_hash then
    raise exception 'this Idempotency-Key was used for another request'
      using errcode = 'TN002', column = 'Idempotency-Key', hint = 'Use a new key for a new request.';
  end if;
end
$$;
comment on function platform.remember_request(text, text) is E'@behavior -*\nRemembers an Idempotency-Key.';
revoke all on function platform.remember_request(text, text) from public;
grant execute on function platform.remember_request(text, text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/remember_request.sql
--! Included functions/platform/store_response.sql
-- The second half of an idempotent request: what a repetition of it shall be answered. See remember_request.
create or replace function platform.store_response(
  key text,
  response jsonb
)
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  update platform_private.idempotency_keys k
     set response = store_response.response
   where k.actor = platform_private.actor() and k.key = store_response.key
$$;
comment on function platform.store_response(text, jsonb) is E'@behavior -*\nKeeps the answer to a request with an Idempotency-Key.';
revoke all on function platform.store_response(text, jsonb) from public;
grant execute on function platform.store_response(text, jsonb) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/store_response.sql
--! Included functions/platform/installation_lanes.sql
-- How many lanes this database has. Servers compare it with their own LANES at start.
create or replace function platform.installation_lanes()
returns integer
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select i.lanes from platform.installation i
$$;
comment on function platform.installation_lanes() is E'@behavior -*\nNumber of lanes.';
revoke all on function platform.installation_lanes() from public;
grant execute on function platform.installation_lanes() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/installation_lanes.sql
--! Included functions/platform/worker_status.sql
-- Whether a worker is alive: its self-test ran, and it spoke within 15 seconds, which are three of its heartbeats. For
-- readiness; may be called by every operator.
create or replace function platform.worker_status(
  out alive boolean,
  out seen_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(bool_or(w.tested and w.seen_at > now() - interval '15 seconds'), false), max(w.seen_at)
    from jobs.workers w
$$;
comment on function platform.worker_status() is E'@behavior -*\nIs a worker alive?';
revoke all on function platform.worker_status() from public;
grant execute on function platform.worker_status() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/worker_status.sql
--! Included functions/platform/database_posture.sql
-- Whether the database is closed as the migrator left it: PUBLIC may neither connect nor make temporary tables, which a clone or
-- a restore allows again, and no login of ours starts with a role or a path of its own making. The migrator mends both. For
-- readiness; may be called by every operator.
create or replace function platform.database_posture(
  out ok boolean,
  out findings text[]
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  with found (finding) as (
    select 'PUBLIC may ' || acl.privilege_type
      from pg_database d
     cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as acl
     where d.datname = current_database()
       and acl.grantee = 0
    union all
    select 'a login has settings of its own making'
      from pg_db_role_setting s
      join pg_roles r on r.oid = s.setrole
     cross join platform.installation i
     cross join unnest(s.setconfig) as setting
     where r.rolcanlogin
       and r.rolname ^@ (i.prefix || 'tenantry_')
       and (s.setdatabase <> 0 or setting ~ '^(role|session_authorization)=' or setting ~ '^search_path=' and setting <> 'search_path=pg_catalog, pg_temp')
  )
  select count(*) = 0, coalesce(array_agg(distinct finding order by finding), '{}') from found
$$;
comment on function platform.database_posture() is E'@behavior -*\nIs the database closed to PUBLIC, and are logins as they were made?';
revoke all on function platform.database_posture() from public;
grant execute on function platform.database_posture() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/database_posture.sql
--! Included functions/platform/migration_status.sql
-- Which control-plane migration the database has, and whether that is older than the newest one that the caller's code
-- brings along ('' when it brings none). For readiness; may be called by every operator.
create or replace function platform.migration_status(
  newest text,
  out current text,
  out behind boolean
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select max(m.filename), coalesce(max(m.filename), '') < newest
    from graphile_migrate.migrations m
$$;
comment on function platform.migration_status(text) is E'@behavior -*\nIs the database behind the code?';
revoke all on function platform.migration_status(text) from public;
grant execute on function platform.migration_status(text) to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform/migration_status.sql

-- Sign-in.
--! Included functions/platform_private/begin_attempt.sql
-- Opens an attempt to sign in: counts it before anything is compared, under the lock of its counter, so that a thousand
-- parallel guesses are a thousand guesses. Five may fail; from then on one more is let through each time a lock has run
-- out, and the lock doubles from one minute up to an hour. Unknown e-mails count and lock the same way.
-- `schema_name` holds the tables sign_in_attempts and sign_in_locks: platform_private, or a tenant's. Names come from
-- the registry. An address longer than any account's is cut and so counts as an unknown one. Returns the attempt, or until
-- when the account is locked.
create or replace function platform_private.begin_attempt(
  schema_name text,
  email text,
  out attempt_id uuid,
  out locked_until timestamptz
)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_failures integer;
  v_locked_until timestamptz;
begin
  execute format(
    'insert into %1$I.sign_in_locks as c (email_key) values (left(lower($1), 254))
     on conflict (email_key) do update set failures = c.failures
     returning failures, locked_until', schema_name)
    into v_failures, v_locked_until using email;
  if v_locked_until > clock_timestamp() then
    locked_until := v_locked_until;
    return;
  end if;
  v_failures := v_failures + 1;
  execute format('update %1$I.sign_in_locks set failures = $2, locked_until = $3 where email_key = left(lower($1), 254)', schema_name)
    using email, v_failures,
          case when v_failures >= 5
               then clock_timestamp() + least(interval '1 minute' * (2 ^ least(v_failures - 5, 10)), interval '1 hour') end;
  execute format('insert into %1$I.sign_in_attempts (email_key) values (left(lower($1), 254)) returning id', schema_name)
    into attempt_id using email;
end
$$;
comment on function platform_private.begin_attempt(text, text) is 'Counts an attempt to sign in, or says how long the account is locked.';
revoke all on function platform_private.begin_attempt(text, text) from public;
--! EndIncluded functions/platform_private/begin_attempt.sql
--! Included functions/platform_private/finish_attempt.sql
-- Closes an attempt to sign in, once. A success clears the counter. Returns the e-mail it was made for; null when there is
-- no such open attempt of the last five minutes.
create or replace function platform_private.finish_attempt(
  schema_name text,
  attempt_id uuid,
  succeeded boolean
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_email_key text;
begin
  execute format(
    'update %1$I.sign_in_attempts set finished_at = now(), succeeded = $2
      where id = $1 and finished_at is null and created_at > now() - interval ''5 minutes''
     returning email_key', schema_name)
    into v_email_key using attempt_id, succeeded;
  if succeeded and v_email_key is not null then
    execute format('update %1$I.sign_in_locks set failures = 0, locked_until = null where email_key = $1', schema_name)
      using v_email_key;
  end if;
  return v_email_key;
end
$$;
comment on function platform_private.finish_attempt(text, uuid, boolean) is 'Closes an attempt to sign in, once.';
revoke all on function platform_private.finish_attempt(text, uuid, boolean) from public;
--! EndIncluded functions/platform_private/finish_attempt.sql
--! Included functions/platform_private/active_tenant_schema.sql
-- The schema of a tenant that is open for sign-in. Raises TN003 for an unknown tenant and TN010, with the status as detail,
-- for one that is closed. Called by the sign-in functions: they don't pass the lane, so each checks for itself.
create or replace function platform_private.active_tenant_schema(
  tenant_id text
)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_status text;
begin
  select t.status into v_status from platform.tenants t where t.id = active_tenant_schema.tenant_id;
  if not found then
    raise exception 'there is no tenant "%"', tenant_id using errcode = 'TN003', hint = 'Look at the address.';
  end if;
  if v_status <> 'active' then
    raise exception 'tenant "%" is not open', tenant_id
      using errcode = 'TN010', detail = v_status, hint = 'Ask whoever runs the platform.';
  end if;
  return platform_private.tenant_schema(tenant_id);
end
$$;
comment on function platform_private.active_tenant_schema(text) is 'Schema of an active tenant; raises for any other.';
revoke all on function platform_private.active_tenant_schema(text) from public;
--! EndIncluded functions/platform_private/active_tenant_schema.sql
--! Included functions/identity/tenant_route.sql
-- Where a tenant's requests go: its status, lane, role, schema and schema version. No row for an unknown id.
-- Callable by tenantry_auth.
create or replace function identity.tenant_route(
  tenant_id text
)
returns table (
  id text,
  status text,
  lane integer,
  role_name text,
  schema_name text,
  schema_version integer
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select t.id, t.status, t.lane, platform_private.tenant_role(t.id), platform_private.tenant_schema(t.id), t.schema_version
    from platform.tenants t
   where t.id = tenant_route.tenant_id
$$;
comment on function identity.tenant_route(text) is 'Status, lane, role and schema of a tenant.';
revoke all on function identity.tenant_route(text) from public;
grant execute on function identity.tenant_route(text) to :ROLE_AUTH;
--! EndIncluded functions/identity/tenant_route.sql
--! Included functions/identity/begin_operator_sign_in.sql
-- Begins an operator's sign-in: counts the attempt, then answers one hash to compare the password with; for an unknown or
-- disabled account one that no password fits. Locked: no hash, and until when. Callable by tenantry_auth.
create or replace function identity.begin_operator_sign_in(
  email text,
  out attempt_id uuid,
  out password_hash text,
  out locked_until timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  select a.attempt_id, a.locked_until into attempt_id, locked_until
    from platform_private.begin_attempt('platform_private', email) a;
  if attempt_id is not null then
    select coalesce(c.password_hash, d.password_hash) into password_hash
      from platform_private.dummy_password d
      left join platform.operators o
        on lower(o.email) = lower(begin_operator_sign_in.email) and o.status = 'active'
      left join platform_private.operator_credentials c on c.operator_id = o.id;
  end if;
end
$$;
comment on function identity.begin_operator_sign_in(text) is 'Counts an operator''s attempt to sign in and answers a hash.';
revoke all on function identity.begin_operator_sign_in(text) from public;
grant execute on function identity.begin_operator_sign_in(text) to :ROLE_AUTH;
--! EndIncluded functions/identity/begin_operator_sign_in.sql
--! Included functions/identity/finish_operator_sign_in.sql
-- Ends an operator's sign-in with what the comparison said, once; opens the session when it succeeded. No row else.
-- Callable by tenantry_auth.
create or replace function identity.finish_operator_sign_in(
  attempt_id uuid,
  succeeded boolean
)
returns table (
  operator_id uuid,
  email text,
  name text,
  role text,
  session_id uuid
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_email_key constant text := platform_private.finish_attempt('platform_private', attempt_id, succeeded);
begin
  if not succeeded or v_email_key is null then
    return;
  end if;
  return query
    with who as (
      update platform.operators o
         set last_sign_in_at = now()
       where lower(o.email) = v_email_key and o.status = 'active'
      returning o.id, o.email, o.name, o.role
    ), opened as (
      insert into platform_private.operator_sessions (operator_id) select who.id from who returning id
    )
    select who.id, who.email, who.name, who.role, opened.id from who cross join opened;
end
$$;
comment on function identity.finish_operator_sign_in(uuid, boolean) is 'Ends an operator''s sign-in and opens the session.';
revoke all on function identity.finish_operator_sign_in(uuid, boolean) from public;
grant execute on function identity.finish_operator_sign_in(uuid, boolean) to :ROLE_AUTH;
--! EndIncluded functions/identity/finish_operator_sign_in.sql
--! Included functions/identity/begin_user_sign_in.sql
-- Begins the sign-in of a tenant's user: counts the attempt, then answers one hash to compare the password with; for an
-- unknown or disabled account one that no password fits. Locked: no hash, and until when. Callable by tenantry_auth.
-- Raises TN003, and TN010 when the tenant is not active.
create or replace function identity.begin_user_sign_in(
  tenant_id text,
  email text,
  out attempt_id uuid,
  out password_hash text,
  out locked_until timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
begin
  select a.attempt_id, a.locked_until into attempt_id, locked_until
    from platform_private.begin_attempt(v_schema, email) a;
  if attempt_id is not null then
    execute format(
      'select coalesce(c.password_hash, d.password_hash)
         from platform_private.dummy_password d
         left join %1$I.users u on lower(u.email) = lower($1) and u.status = ''active''
         left join %1$I.user_credentials c on c.user_id = u.id', v_schema)
      into password_hash using email;
  end if;
end
$$;
comment on function identity.begin_user_sign_in(text, text) is 'Counts a user''s attempt to sign in and answers a hash.';
revoke all on function identity.begin_user_sign_in(text, text) from public;
grant execute on function identity.begin_user_sign_in(text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/begin_user_sign_in.sql
--! Included functions/identity/finish_user_sign_in.sql
-- Ends the sign-in of a tenant's user with what the comparison said, once; opens the session when it succeeded. No row
-- else. Callable by tenantry_auth. Raises TN003, and TN010 when the tenant is not active.
create or replace function identity.finish_user_sign_in(
  tenant_id text,
  attempt_id uuid,
  succeeded boolean
)
returns table (
  user_id uuid,
  email text,
  name text,
  role text,
  session_id uuid
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
  v_email_key constant text := platform_private.finish_attempt(v_schema, attempt_id, succeeded);
begin
  if not succeeded or v_email_key is null then
    return;
  end if;
  update platform.tenants t
     set last_activity_at = date_trunc('minute', now())
   where t.id = tenant_id and t.last_activity_at is distinct from date_trunc('minute', now());
  return query execute format(
    'with who as (
       update %1$I.users u
          set last_sign_in_at = now()
        where lower(u.email) = $1 and u.status = ''active''
       returning u.id, u.email, u.name, u.role
     ), opened as (
       insert into %1$I.user_sessions (user_id, expires_at)
       select who.id, now() + interval ''24 hours'' from who returning id
     )
     select who.id, who.email::text, who.name::text, who.role::text, opened.id from who cross join opened', v_schema)
    using v_email_key;
end
$$;
comment on function identity.finish_user_sign_in(text, uuid, boolean) is 'Ends a user''s sign-in and opens the session.';
revoke all on function identity.finish_user_sign_in(text, uuid, boolean) from public;
grant execute on function identity.finish_user_sign_in(text, uuid, boolean) to :ROLE_AUTH;
--! EndIncluded functions/identity/finish_user_sign_in.sql
--! Included functions/identity/set_user_password.sql
-- Gives a tenant's user a password, by the argon2id hash that Node made. `must_change`: it is a first password.
-- Callable by tenantry_auth. Raises TN003, also for an unknown user, and TN010 when the tenant is not active.
create or replace function identity.set_user_password(
  tenant_id text,
  email text,
  password_hash text,
  must_change boolean
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
  v_count bigint;
begin
  execute format(
    'insert into %1$I.user_credentials (user_id, password_hash, must_change)
     select u.id, $2, $3 from %1$I.users u where lower(u.email) = lower($1)
     on conflict (user_id) do update set password_hash = excluded.password_hash, must_change = excluded.must_change',
    v_schema) using email, password_hash, must_change;
  get diagnostics v_count = row_count;
  if v_count = 0 then
    raise exception 'there is no such user' using errcode = 'TN003', hint = 'Invite the person first.';
  end if;
end
$$;
comment on function identity.set_user_password(text, text, text, boolean) is 'Sets the hash of a user''s password.';
revoke all on function identity.set_user_password(text, text, text, boolean) from public;
grant execute on function identity.set_user_password(text, text, text, boolean) to :ROLE_AUTH;
--! EndIncluded functions/identity/set_user_password.sql
--! Included functions/identity/verification_keys.sql
-- Public keys with which tokens of a tenant may be checked; null: the platform's. Revoked keys are not among them.
-- Callable by tenantry_auth.
create or replace function identity.verification_keys(
  tenant_id text
)
returns table (
  kid text,
  public_jwk jsonb,
  state text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.kid, k.public_jwk, k.state
    from platform_private.signing_keys k
   where k.tenant_id is not distinct from verification_keys.tenant_id
     and k.state <> 'revoked'
$$;
comment on function identity.verification_keys(text) is 'Public signing keys of a tenant or of the platform.';
revoke all on function identity.verification_keys(text) from public;
grant execute on function identity.verification_keys(text) to :ROLE_AUTH;
--! EndIncluded functions/identity/verification_keys.sql
--! Included functions/identity/signing_key.sql
-- The current signing key of a tenant, sealed; null: the platform's. Callable by tenantry_auth.
create or replace function identity.signing_key(
  tenant_id text
)
returns table (
  kid text,
  alg text,
  sealed bytea,
  public_jwk jsonb
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.kid, k.alg, k.sealed, k.public_jwk
    from platform_private.signing_keys k
   where k.tenant_id is not distinct from signing_key.tenant_id
     and k.state = 'current'
$$;
comment on function identity.signing_key(text) is 'The sealed current signing key of a tenant or of the platform.';
revoke all on function identity.signing_key(text) from public;
grant execute on function identity.signing_key(text) to :ROLE_AUTH;
--! EndIncluded functions/identity/signing_key.sql
