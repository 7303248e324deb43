--! Previous: sha1:356767a5831c9d9dc138a688f65454d9cbfa27d8
--! Hash: sha1:f8c2ba5b9f67f0548487ce652bfda9b17b6e9e78
--! Message: Ask who it is

-- The migration being written: see docs/how-to/change-the-database.md.
-- New columns of new tables, or of tables with a few rows each: a scan of them is nothing.
-- squawk-ignore-file constraint-missing-not-valid

create schema audit;
comment on schema audit is 'What happened, who did it, and what it changed. Nobody but the owner changes a row.';
grant usage on schema audit to :ROLE_ADMIN, :ROLE_SECURITY, :ROLE_AUDIT;

create table audit.events (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  source text not null constraint events_source_known check (source in ('database', 'server')),
  action text not null constraint events_action_form check (action ~ '^[a-z_]+(\.[a-z_]+)+$'),
  outcome text not null default 'ok' constraint events_outcome_known check (outcome in ('ok', 'refused', 'failed')),
  tenant_id text,
  actor text not null,
  actor_role text,
  subject text,
  before jsonb,
  after jsonb,
  detail jsonb,
  session_id text,
  request_id text
);
comment on table audit.events is 'One row for each thing that happened. Written in the transaction of the change, or by the server for what changes nothing.';
comment on column audit.events.source is 'database: written by the transaction itself; server: as a server states it.';
comment on column audit.events.action is 'What was done: sign_in.finish, users.update, token.refuse.';
comment on column audit.events.outcome is 'ok, refused (not allowed) or failed.';
comment on column audit.events.tenant_id is 'The tenant concerned; null for the platform itself.';
comment on column audit.events.actor is 'operator:<id>, user:<id>, service:<id>, worker, server, anonymous, or login:<name>.';
comment on column audit.events.actor_role is 'The role in which the actor acted.';
comment on column audit.events.subject is 'What it is about, such as users:<id>.';
comment on column audit.events.before is 'Changed values as they were.';
comment on column audit.events.after is 'Changed values as they became.';
comment on column audit.events.detail is 'Further facts: the code of a refusal, the route, the address.';
create index events_tenant_id_idx on audit.events (tenant_id, at);
create index events_action_idx on audit.events (action, id);
alter table audit.events enable row level security;
create policy security_reads on audit.events for select to :ROLE_SECURITY, :ROLE_ADMIN using (true);
create policy servers_write on audit.events for insert to :ROLE_AUDIT with check (source = 'server');
grant select on audit.events to :ROLE_SECURITY, :ROLE_ADMIN;
grant insert (source, action, outcome, tenant_id, actor, actor_role, detail, session_id, request_id) on audit.events to :ROLE_AUDIT;

--! Included functions/audit/actor.sql
-- Who acts, in words that a trail can keep: `operator:<id>`, `user:<id>`, `service:<id>` as the server states it, `worker`, `server`
-- for a process without anybody's claims, `login:<name>` for everybody else's session. Claims count only from the server's own
-- logins: a DBA could set them to anybody's. Called by functions only.
create or replace function audit.actor()
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select case
           when session_user = i.prefix || 'tenantry_worker' then 'worker'
           when session_user not in (i.prefix || 'tenantry_api', i.prefix || 'tenantry_auth')
                and left(session_user, length(i.prefix) + 14) <> i.prefix || 'tenantry_lane_' then 'login:' || session_user
           else coalesce(
             'operator:' || nullif(current_setting('tenantry.operator_id', true), ''),
             'user:' || nullif(current_setting('tenantry.user_id', true), ''),
             'service:' || nullif(current_setting('tenantry.service_id', true), ''),
             'server')
         end
    from platform.installation i
$$;
comment on function audit.actor() is 'Who acts in this session, as the server states it or by login.';
revoke all on function audit.actor() from public;
--! EndIncluded functions/audit/actor.sql
--! Included functions/audit/record.sql
-- Writes one event into the audit trail, in the caller's transaction. Called by functions of the owner; nobody else may.
-- What a session says of itself counts only where the server speaks.
-- `subject` is what it is about, such as `user:<id>`; `before` and `after` hold changed values only, never a secret.
create or replace function audit.record(
  action text,
  tenant_id text default null,
  subject text default null,
  outcome text default 'ok',
  before jsonb default null,
  after jsonb default null,
  detail jsonb default null
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into audit.events (source, action, tenant_id, subject, outcome, before, after, detail, actor, actor_role, session_id, request_id)
  values ('database', action, tenant_id, subject, outcome, before, after, detail, audit.actor(),
          case when audit.actor() !~ '^login:' then nullif(current_setting('tenantry.role', true), '') end,
          case when audit.actor() !~ '^login:' then nullif(current_setting('tenantry.session_id', true), '') end,
          case when audit.actor() !~ '^login:' then nullif(current_setting('tenantry.request_id', true), '') end)
$$;
comment on function audit.record(text, text, text, text, jsonb, jsonb, jsonb) is 'Writes one event into the audit trail.';
revoke all on function audit.record(text, text, text, text, jsonb, jsonb, jsonb) from public;
--! EndIncluded functions/audit/record.sql
--! Included functions/audit/record_change.sql
-- Row trigger: records a change with the values it changed, in the same transaction. The tenant is the schema's, whatever the
-- claims say. Arguments: the columns that name
-- the row; `id` without any.
create or replace function audit.record_change()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - 'updated_at' end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - 'updated_at' end;
  v_names text[] := case when tg_nargs = 0 then array['id'] else tg_argv end;
  v_subject text;
begin
  select tg_table_name || ':' || string_agg(coalesce(v_new, v_old) ->> n.name, ',' order by n.position)
    into v_subject
    from unnest(v_names) with ordinality as n (name, position);
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, v_new -> o.key)
      into v_old, v_new
      from jsonb_each(v_old) o
     where o.value is distinct from v_new -> o.key;
    if v_old is null then
      return null;
    end if;
  end if;
  perform audit.record(
    tg_table_name || '.' || lower(tg_op),
    case when tg_table_schema ^@ 'tenant_' then substr(tg_table_schema, 8) end,
    v_subject, 'ok', v_old, v_new);
  return null;
end
$$;
comment on function audit.record_change() is 'Row trigger: records what a change changed.';
revoke all on function audit.record_change() from public;
--! EndIncluded functions/audit/record_change.sql

-- Sessions, invitations and visits

alter table platform.operators drop constraint operators_status_known;
alter table platform.operators
  add constraint operators_status_known check (status in ('invited', 'active', 'disabled'));
alter table platform.operators add constraint operators_plain check (name !~ '[[:cntrl:]]' and email !~ '[][<>(),;:"\\[:cntrl:]]');
alter table platform.tenants add constraint tenants_name_plain check (name !~ '[[:cntrl:]]');
alter table platform_private.operator_credentials add column expires_at timestamptz;
alter table platform_private.operator_sessions
  add column last_used_at timestamptz not null default now(),
  add column expires_at timestamptz not null default now() + interval '24 hours',
  add column ended_at timestamptz,
  add column ended_because text,
  add column address text,
  add column user_agent text,
  add constraint operator_sessions_ended_because_known check (
    ended_because in ('logout', 'reuse', 'password', 'revoked', 'disabled')),
  add constraint operator_sessions_ended_whole check ((ended_at is null) = (ended_because is null));
alter table platform_private.operator_sessions alter column expires_at drop default;

alter table platform_private.sign_in_attempts add column offered text;
comment on column platform_private.sign_in_attempts.offered is 'SHA-256 of the hash that was handed out to compare with.';

create table platform_private.refresh_tokens (
  token_hash text primary key constraint refresh_tokens_token_hash_form check (token_hash ~ '^[0-9a-f]{64}$'),
  session_id uuid not null references platform_private.operator_sessions (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
comment on table platform_private.refresh_tokens is 'Refresh tokens of operators'' sessions, by SHA-256. A second use of one ends the session.';
create index refresh_tokens_session_id_idx on platform_private.refresh_tokens (session_id);
alter table platform_private.refresh_tokens enable row level security;

create table platform_private.operator_invitations (
  operator_id uuid primary key references platform.operators (id) on delete cascade,
  purpose text not null default 'invitation' constraint operator_invitations_purpose_known check (purpose in ('invitation', 'reset')),
  token_hash text unique constraint operator_invitations_token_hash_form check (token_hash ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz
);
comment on table platform_private.operator_invitations is 'The open or last invitation or reset of an operator, by the token''s SHA-256.';
alter table platform_private.operator_invitations enable row level security;

create type platform.tenant_user as (
  id uuid,
  email text,
  name text,
  role text,
  status text,
  last_sign_in_at timestamptz,
  locked_until timestamptz,
  sessions integer,
  created_at timestamptz,
  updated_at timestamptz
);
comment on type platform.tenant_user is 'A user of a tenant, as operators see one: no password, no token.';
comment on column platform.tenant_user.locked_until is 'No sign-in is answered before this time; empty when not locked.';
comment on column platform.tenant_user.sessions is 'How many sessions are open.';
create type platform.user_session as (
  id uuid,
  created_at timestamptz,
  last_used_at timestamptz,
  expires_at timestamptz,
  address text,
  user_agent text
);
comment on type platform.user_session is 'An open session of a tenant''s user, as operators see one.';

create table platform.tenant_visits (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null references platform.tenants (id) on delete restrict,
  operator_id uuid not null references platform.operators (id) on delete restrict,
  reason text not null,
  role text not null,
  access text not null constraint tenant_visits_access_known check (access in ('read', 'write')),
  started_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz
);
comment on table platform.tenant_visits is 'Operators inside a tenant: who, why, in what role, how long. The tenant sees them too.';
comment on column platform.tenant_visits.access is 'read: every transaction is read-only; write: what the role may do.';
create index tenant_visits_tenant_id_idx on platform.tenant_visits (tenant_id, started_at desc);
create index tenant_visits_operator_id_idx on platform.tenant_visits (operator_id, started_at desc);
alter table platform.tenant_visits enable row level security;
create policy operators_read on platform.tenant_visits for select to :ROLE_OPERATOR, :ROLE_SECURITY using (true);
grant select on platform.tenant_visits to :ROLE_OPERATOR, :ROLE_SECURITY;

create table platform.service_accounts (
  id uuid primary key default gen_random_uuid(),
  name text not null constraint service_accounts_name_form check (length(btrim(name)) between 1 and 100),
  description text constraint service_accounts_description_form check (length(description) <= 500),
  status text not null default 'active' constraint service_accounts_status_known check (status in ('active', 'disabled')),
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
comment on table platform.service_accounts is 'A program that acts in tenants by client credentials, within explicit permissions.';
comment on column platform.service_accounts.id is 'The client_id of its credentials.';
comment on column platform.service_accounts.last_used_at is 'When it last got a token.';
create unique index service_accounts_name_key on platform.service_accounts (lower(name)) where status = 'active';
create table platform.service_account_grants (
  account_id uuid not null references platform.service_accounts (id) on delete cascade,
  tenant_id text not null references platform.tenants (id) on delete restrict,
  permissions text[] not null,
  created_at timestamptz not null default now(),
  primary key (account_id, tenant_id)
);
comment on table platform.service_account_grants is 'What a service account may do in which tenant; the tenant has a role of the same permissions.';
create index service_account_grants_tenant_id_idx on platform.service_account_grants (tenant_id);
create table platform_private.service_secrets (
  id uuid primary key default gen_random_uuid(),
  account_id uuid not null references platform.service_accounts (id) on delete cascade,
  secret_hash text not null constraint service_secrets_secret_hash_form check (secret_hash ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null default now(),
  expires_at timestamptz
);
comment on table platform_private.service_secrets is 'Secrets of service accounts, by SHA-256. During a rotation two work.';
create index service_secrets_account_id_idx on platform_private.service_secrets (account_id);
alter table platform.service_accounts enable row level security;
alter table platform.service_account_grants enable row level security;
alter table platform_private.service_secrets enable row level security;
create policy operators_read on platform.service_accounts for select to :ROLE_OPERATOR, :ROLE_SECURITY using (true);
create policy operators_read on platform.service_account_grants for select to :ROLE_OPERATOR, :ROLE_SECURITY using (true);
grant select on platform.service_accounts, platform.service_account_grants to :ROLE_OPERATOR, :ROLE_SECURITY;

create table platform.external_issuers (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null references platform.tenants (id) on delete restrict,
  issuer text not null constraint external_issuers_issuer_form check (length(issuer) <= 500 and issuer ~ '^https?://[^/]'),
  jwks_url text not null constraint external_issuers_jwks_url_form check (
    length(jwks_url) <= 500 and jwks_url ~ '^(https://[^/]|http://(127\.0\.0\.1|localhost|\[::1\])[:/])'),
  audience text not null constraint external_issuers_audience_form check (length(audience) between 1 and 200),
  role_claim text not null constraint external_issuers_role_claim_form check (length(role_claim) between 1 and 200),
  role_map jsonb not null constraint external_issuers_role_map_form check (jsonb_typeof(role_map) = 'object'),
  created_at timestamptz not null default now(),
  constraint external_issuers_tenant_id_issuer_key unique (tenant_id, issuer)
);
comment on table platform.external_issuers is 'An OpenID issuer by which the people of one tenant sign in.';
comment on column platform.external_issuers.jwks_url is 'Where its keys are: https, or http on loopback.';
comment on column platform.external_issuers.audience is 'What its tokens say they are for.';
comment on column platform.external_issuers.role_claim is 'The claim that holds what gives a role: a text or a list.';
comment on column platform.external_issuers.role_map is 'Role of the tenant by value of the claim; the first that fits counts.';
create table platform_private.external_identities (
  issuer_id uuid not null references platform.external_issuers (id) on delete cascade,
  subject text not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (issuer_id, subject)
);
comment on table platform_private.external_identities is 'Which user of its tenant an issuer''s subject is.';
alter table platform.external_issuers enable row level security;
alter table platform_private.external_identities enable row level security;
create policy operators_read on platform.external_issuers for select to :ROLE_OPERATOR, :ROLE_SECURITY using (true);
grant select on platform.external_issuers to :ROLE_OPERATOR, :ROLE_SECURITY;

alter table jobs.outbox drop constraint outbox_task_known;
alter table jobs.outbox add constraint outbox_task_known check (task in ('tenant__provision', 'worker__test', 'invitation__send'));

drop function identity.begin_operator_sign_in(text);
drop function identity.begin_user_sign_in(text, text);
drop function identity.finish_operator_sign_in(uuid, boolean);
drop function identity.finish_user_sign_in(text, uuid, boolean);
drop function platform_private.add_operator(text, text, text, text);

--! Included functions/platform_private/realm.sql
-- Where the people of a tenant stand, or without tenant the operators, as quoted names for format('%s'): names come from the
-- registry, never from a caller. Called by the functions of schema identity. Raises TN003, and TN010 for a tenant that is not open.
create or replace function platform_private.realm(
  tenant_id text,
  out schema_name text,
  out people text,
  out credentials text,
  out sessions text,
  out tokens text,
  out invitations text,
  out person text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if tenant_id is null then
    schema_name := 'platform_private';
    people := 'platform.operators';
    credentials := 'platform_private.operator_credentials';
    sessions := 'platform_private.operator_sessions';
    tokens := 'platform_private.refresh_tokens';
    invitations := 'platform_private.operator_invitations';
    person := 'operator_id';
  else
    schema_name := platform_private.active_tenant_schema(tenant_id);
    people := format('%I.users', schema_name);
    credentials := format('%I.user_credentials', schema_name);
    sessions := format('%I.user_sessions', schema_name);
    tokens := format('%I.refresh_tokens', schema_name);
    invitations := format('%I.user_invitations', schema_name);
    person := 'user_id';
  end if;
end
$$;
comment on function platform_private.realm(text) is 'Tables in which the people of a tenant, or the operators, stand.';
revoke all on function platform_private.realm(text) from public;
--! EndIncluded functions/platform_private/realm.sql
--! Included functions/platform_private/announce_session.sql
-- Tells the servers that a session has to be looked at again. The payload is ids only and a hint: they read the row.
create or replace function platform_private.announce_session(
  tenant_id text,
  session_id uuid
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select pg_notify('tenantry_session', coalesce(tenant_id, '') || '/' || session_id)
$$;
comment on function platform_private.announce_session(text, uuid) is 'NOTIFY tenantry_session with a session''s ids.';
revoke all on function platform_private.announce_session(text, uuid) from public;
--! EndIncluded functions/platform_private/announce_session.sql
--! Included functions/platform_private/end_sessions.sql
-- Ends open sessions of one person, all of them or one, and tells the servers; the access tokens of an ended session stop
-- working with it. `but` stays open. An operator's visits end with any session. Returns how many ended. Called by the functions of schemas identity and platform.
create or replace function platform_private.end_sessions(
  tenant_id text,
  person_id uuid,
  reason text,
  session_id uuid default null,
  but uuid default null
)
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_sessions constant text := (platform_private.realm(tenant_id)).sessions;
  v_person constant text := (platform_private.realm(tenant_id)).person;
  v_session uuid;
  v_count integer := 0;
begin
  for v_session in execute format(
    'update %s set ended_at = now(), ended_because = $2
      where %I = $1 and ended_at is null and ($3 is null or id = $3) and id is distinct from $4
     returning id', v_sessions, v_person) using person_id, reason, session_id, but
  loop
    perform platform_private.announce_session(tenant_id, v_session);
    v_count := v_count + 1;
  end loop;
  if tenant_id is null and v_count > 0 then
    perform platform_private.end_visits(person_id, '{}');
  end if;
  return v_count;
end
$$;
comment on function platform_private.end_sessions(text, uuid, text, uuid, uuid) is 'Ends open sessions of a person.';
revoke all on function platform_private.end_sessions(text, uuid, text, uuid, uuid) from public;
--! EndIncluded functions/platform_private/end_sessions.sql
--! Included functions/platform_private/follow_user.sql
-- Row trigger on a tenant's users: who is disabled, removed or given another address has no session any more, and a changed role is looked up again by
-- the servers. The one place where a change of the data plane notifies: rare, and it must take effect at once.
create or replace function platform_private.follow_user()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_moved constant boolean := tg_op = 'UPDATE' and lower(old.email) <> lower(new.email);
  v_ends constant boolean := tg_op = 'DELETE' or new.status <> 'active' or v_moved;
  v_session uuid;
begin
  for v_session in execute format(
    'update %1$I.user_sessions
        set ended_at = case when $2 then now() end, ended_because = case when $2 then ''disabled'' end
      where user_id = $1 and ended_at is null
     returning id', tg_table_schema) using old.id, v_ends
  loop
    perform platform_private.announce_session(substr(tg_table_schema, 8), v_session);
  end loop;
  if v_moved then
    execute format('delete from %I.user_invitations where user_id = $1', tg_table_schema) using new.id;
    if new.status = 'invited' then
      perform platform_private.invite(tg_table_schema, new.id);
    end if;
  end if;
  return case when tg_op = 'DELETE' then old else null end;
end
$$;
comment on function platform_private.follow_user() is 'Trigger: ends or announces the sessions of a user who changed.';
revoke all on function platform_private.follow_user() from public;
--! EndIncluded functions/platform_private/follow_user.sql
--! Included functions/platform_private/end_visits.sql
-- Ends an operator's open visits in all tenants but `kept`, and tells the servers: what was entered by a right ends with the right.
-- Called by functions only.
create or replace function platform_private.end_visits(
  operator_id uuid,
  kept text[]
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_visit platform.tenant_visits;
begin
  for v_visit in
    update platform.tenant_visits v
       set ended_at = now()
     where v.operator_id = end_visits.operator_id
       and v.ended_at is null
       and v.expires_at > now()
       and v.tenant_id <> all (kept)
    returning *
  loop
    perform platform_private.announce_session(v_visit.tenant_id, v_visit.id);
    perform audit.record('visit.end', v_visit.tenant_id, 'tenants:' || v_visit.tenant_id, detail => jsonb_build_object('visitId', v_visit.id));
  end loop;
end
$$;
comment on function platform_private.end_visits(uuid, text[]) is 'Ends an operator''s open visits in all tenants but some.';
revoke all on function platform_private.end_visits(uuid, text[]) from public;
--! EndIncluded functions/platform_private/end_visits.sql
--! Included functions/platform_private/follow_operator.sql
-- Row trigger on operators: what follow_user is to a tenant's users. Visits end, whatever changed: another role may enter less.
create or replace function platform_private.follow_operator()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_session uuid;
begin
  perform platform_private.end_visits(new.id, '{}');
  if new.status <> 'active' then
    perform platform_private.end_sessions(null, new.id, 'disabled');
  else
    for v_session in select s.id from platform_private.operator_sessions s where s.operator_id = new.id and s.ended_at is null loop
      perform platform_private.announce_session(null, v_session);
    end loop;
  end if;
  return null;
end
$$;
comment on function platform_private.follow_operator() is 'Trigger: ends or announces the sessions of an operator who changed.';
revoke all on function platform_private.follow_operator() from public;
--! EndIncluded functions/platform_private/follow_operator.sql
--! Included functions/platform_private/invite.sql
-- Opens the invitation of a user who was just entered or given another address, and orders the message once the tenant is active. The schema
-- is a trigger's own. Called by the triggers of a tenant's users.
create or replace function platform_private.invite(
  schema_name text,
  user_id uuid
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant text := substr(schema_name, 8);
begin
  execute format('insert into %I.user_invitations (user_id, expires_at) values ($1, now() + interval ''7 days'')', schema_name) using user_id;
  if exists (select from platform.tenants t where t.id = v_tenant and t.status = 'active') then
    perform jobs.enqueue('invitation__send', jsonb_build_object('tenantId', v_tenant, 'personId', user_id),
                         format('invitation:%s:%s', v_tenant, user_id));
  end if;
end
$$;
comment on function platform_private.invite(text, uuid) is 'Opens a user''s invitation and orders its message.';
revoke all on function platform_private.invite(text, uuid) from public;
--! EndIncluded functions/platform_private/invite.sql
--! Included functions/platform_private/invite_new_user.sql
-- Row trigger on a tenant's users: whoever is entered as invited gets an invitation, by whatever way, and a message once the tenant is active.
create or replace function platform_private.invite_new_user()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.invite(tg_table_schema, new.id);
  return null;
end
$$;
comment on function platform_private.invite_new_user() is 'Trigger: invites a user who was entered as invited.';
revoke all on function platform_private.invite_new_user() from public;
--! EndIncluded functions/platform_private/invite_new_user.sql
--! Included functions/platform_private/invite_administrator.sql
-- Enters the first administrator of a new tenant as an invited user. The invitation comes with the row,
-- and its message once the tenant is active.
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
    'insert into %I.users (email, name, role, status) values ($1, $2, ''admin'', ''invited'')',
    platform_private.tenant_schema(tenant_id)
  ) using email, coalesce(name, email);
end
$$;
comment on function platform_private.invite_administrator(text, text, text) is 'Enters the first administrator as an invited user.';
revoke all on function platform_private.invite_administrator(text, text, text) from public;
--! EndIncluded functions/platform_private/invite_administrator.sql
--! Included functions/platform_private/open_invitation.sql
-- Opens a person's invitation or reset, in place of an earlier one; its token is made when the message is written.
create or replace function platform_private.open_invitation(
  tenant_id text,
  person_id uuid,
  purpose text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
begin
  execute format(
    'insert into %1$s (%2$I, purpose, expires_at) values ($1, $2, now() + $3)
     on conflict (%2$I) do update
       set purpose = excluded.purpose, expires_at = excluded.expires_at, token_hash = null, accepted_at = null, created_at = now()',
    v_realm.invitations, v_realm.person)
    using person_id, purpose, case purpose when 'reset' then interval '1 hour' else interval '7 days' end;
end
$$;
comment on function platform_private.open_invitation(text, uuid, text) is 'Opens an invitation or a reset.';
revoke all on function platform_private.open_invitation(text, uuid, text) from public;
--! EndIncluded functions/platform_private/open_invitation.sql
--! Included functions/platform_private/order_invitations.sql
-- Orders the messages of a tenant's open invitations that were never written: at its first activation, and when somebody was invited.
create or replace function platform_private.order_invitations(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_person uuid;
begin
  for v_person in execute format(
    'select i.user_id from %I.user_invitations i where i.token_hash is null and i.accepted_at is null',
    platform_private.tenant_schema(tenant_id))
  loop
    perform jobs.enqueue('invitation__send', jsonb_build_object('tenantId', tenant_id, 'personId', v_person),
                         format('invitation:%s:%s', tenant_id, v_person));
  end loop;
end
$$;
comment on function platform_private.order_invitations(text) is 'Orders messages of invitations that were never written.';
revoke all on function platform_private.order_invitations(text) from public;
--! EndIncluded functions/platform_private/order_invitations.sql
--! Included functions/platform_private/user_schema.sql
-- The schema of a tenant whose users may be looked at: one that has a schema, open or not. Raises TN003, and TN004 for one without.
create or replace function platform_private.user_schema(
  tenant_id text
)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
begin
  select * into v_tenant from platform.tenants t where t.id = tenant_id and platform_private.reaches_tenant(t.id);
  if not found then
    raise exception 'there is no tenant "%"', tenant_id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  if v_tenant.schema_version is null or v_tenant.status in ('deleted', 'purged', 'cancelled', 'failed') then
    raise exception 'tenant "%" is %, it has no users', tenant_id, v_tenant.status
      using errcode = 'TN004', hint = 'Wait until it is ready, or restore it.';
  end if;
  return platform_private.tenant_schema(tenant_id);
end
$$;
comment on function platform_private.user_schema(text) is 'Schema of a tenant whose users may be looked at.';
revoke all on function platform_private.user_schema(text) from public;
--! EndIncluded functions/platform_private/user_schema.sql
--! Included functions/platform_private/user_realm.sql
-- The schema of a tenant whose users are about to be changed, its row locked: one change of its life or its people at a time. Raises TN003,
-- and TN004 for one without users.
create or replace function platform_private.user_realm(
  tenant_id text
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.lock_tenant(tenant_id);
  return platform_private.user_schema(tenant_id);
end
$$;
comment on function platform_private.user_realm(text) is 'Schema of a tenant whose users are about to be changed.';
revoke all on function platform_private.user_realm(text) from public;
--! EndIncluded functions/platform_private/user_realm.sql
--! Included functions/platform_private/add_operator.sql
-- Enters an operator with the hash of a password. `must_change`: it is a first password, made for the operator, and works for three
-- days. Returns false if the e-mail is known.
-- Called by the migrator for the first operator.
create or replace function platform_private.add_operator(
  email text,
  name text,
  role text,
  password_hash text,
  must_change boolean
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
  insert into platform_private.operator_credentials (operator_id, password_hash, must_change, expires_at)
  values (v_id, password_hash, must_change, case when must_change then now() + interval '3 days' end);
  return true;
end
$$;
comment on function platform_private.add_operator(text, text, text, text, boolean) is 'Adds an operator with a password.';
revoke all on function platform_private.add_operator(text, text, text, text, boolean) from public;
--! EndIncluded functions/platform_private/add_operator.sql
--! Included functions/platform_private/set_operator_password.sql
-- Gives an operator a first password again, by the argon2id hash that Node made: it works for three days and must be changed. Ends the
-- operator's sessions and lifts a lock. Called by the migrator's command for who has locked everybody out. Raises TN003.
create or replace function platform_private.set_operator_password(
  email text,
  password_hash text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid;
begin
  select o.id into v_id from platform.operators o where lower(o.email) = lower(set_operator_password.email) and o.status <> 'disabled' for update;
  if v_id is null then
    raise exception 'there is no such operator, or the account is disabled'
      using errcode = 'TN003', hint = 'List them: select email, status from platform.operators.';
  end if;
  insert into platform_private.operator_credentials as c (operator_id, password_hash, must_change, expires_at)
  values (v_id, password_hash, true, now() + interval '3 days')
  on conflict (operator_id) do update
    set password_hash = excluded.password_hash, must_change = true, expires_at = excluded.expires_at;
  update platform.operators o set status = 'active' where o.id = v_id and o.status = 'invited';
  delete from platform_private.sign_in_locks l where l.email_key = lower(set_operator_password.email);
  perform platform_private.end_sessions(null, v_id, 'password');
  perform audit.record('operators.password', null, 'operators:' || v_id);
end
$$;
comment on function platform_private.set_operator_password(text, text) is 'Gives an operator a first password again.';
revoke all on function platform_private.set_operator_password(text, text) from public;
--! EndIncluded functions/platform_private/set_operator_password.sql
--! Included functions/platform_private/change_status.sql
-- Moves a tenant from one status to another and writes the transition down. Called by the functions of schema platform,
-- each with the statuses from which its step is allowed. Closing an active tenant, archiving and deleting need a reason.
-- Raises TN003, TN004 from any other status, TN002 without a reason.
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
  if btrim(coalesce(reason, '')) = '' and (to_status in ('archived', 'deleted') or (v_from = 'active' and to_status = 'suspended')) then
    raise exception 'say why tenant "%" is to become %', tenant_id, to_status
      using errcode = 'TN002', column = 'reason', hint = 'Give a reason; it is kept with the change.';
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
  if to_status = 'active' then
    perform platform_private.order_invitations(tenant_id);
  end if;
  return v_tenant;
end
$$;
comment on function platform_private.change_status(text, text[], text, text, jsonb) is 'Changes a tenant''s status and records it.';
revoke all on function platform_private.change_status(text, text[], text, text, jsonb) from public;
--! EndIncluded functions/platform_private/change_status.sql
--! Included functions/identity/begin_sign_in.sql
-- Begins a sign-in of a tenant's user, or without tenant of an operator: counts the attempt, then answers one hash to compare
-- the password with; for an unknown or disabled account one that no password fits. Locked: no hash, and until when. Callable by
-- tenantry_auth. Raises TN003, and TN010 when the tenant is not active.
create or replace function identity.begin_sign_in(
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
  v_realm constant record := platform_private.realm(tenant_id);
begin
  select a.attempt_id, a.locked_until into attempt_id, locked_until
    from platform_private.begin_attempt(v_realm.schema_name, email) a;
  if attempt_id is null then
    perform audit.record('sign_in.refuse', tenant_id, 'email:' || left(lower(email), 254), 'refused',
                         detail => jsonb_build_object('code', 'ACCOUNT_LOCKED'));
    return;
  end if;
  execute format(
    'select coalesce(c.password_hash, d.password_hash)
       from platform_private.dummy_password d
       left join %s p on lower(p.email) = lower($1) and p.status = ''active''
       left join %s c on c.%I = p.id', v_realm.people, v_realm.credentials, v_realm.person)
    into password_hash using email;
  execute format('update %I.sign_in_attempts set offered = encode(sha256(convert_to($2, ''UTF8'')), ''hex'') where id = $1', v_realm.schema_name)
    using attempt_id, password_hash;
end
$$;
comment on function identity.begin_sign_in(text, text) is 'Counts an attempt to sign in and answers a hash.';
revoke all on function identity.begin_sign_in(text, text) from public;
grant execute on function identity.begin_sign_in(text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/begin_sign_in.sql
--! Included functions/identity/finish_sign_in.sql
-- Ends a sign-in with what the comparison said, once; opens the session when it succeeded. No row else. `refresh_hash` is the
-- SHA-256 of the session's first refresh token. `new_hash` replaces the stored hash: of the same password under newer parameters,
-- or with `is_change` of a new one, which ends the person's other sessions.
-- A first password (must_change) opens a session that ends with its access token and can't be renewed. Once it has run out it opens nothing,
-- nor can it be changed: `session_id` is null then. Callable by tenantry_auth. Raises TN003, and TN010 when the tenant is not active.
create or replace function identity.finish_sign_in(
  tenant_id text,
  attempt_id uuid,
  succeeded boolean,
  refresh_hash text default null,
  new_hash text default null,
  is_change boolean default false,
  address text default null,
  user_agent text default null
)
returns table (
  person_id uuid,
  email text,
  name text,
  role text,
  session_id uuid,
  must_change boolean
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_email_key text;
  v_offered text;
  v_stored text;
  v_expired boolean := false;
  v_holds boolean := false;
begin
  execute format('select a.email_key, a.offered from %I.sign_in_attempts a where a.id = $1', v_realm.schema_name)
    into v_email_key, v_offered using attempt_id;
  if succeeded then
    execute format(
      'select p.id, p.email::text, p.name::text, p.role::text, c.must_change, coalesce(c.must_change and c.expires_at < now(), false),
              encode(sha256(convert_to(c.password_hash, ''UTF8'')), ''hex'')
         from %s p join %s c on c.%I = p.id where lower(p.email) = $1 and p.status = ''active'' for update',
      v_realm.people, v_realm.credentials, v_realm.person)
      into person_id, email, name, role, must_change, v_expired, v_stored using v_email_key;
    -- The password may have been replaced since its hash was handed out: then what matched was the old one.
    v_holds := v_stored = v_offered and not v_expired;
  end if;
  v_email_key := platform_private.finish_attempt(v_realm.schema_name, attempt_id, coalesce(v_holds, false));
  if v_email_key is null or v_holds is not true then
    if v_email_key is not null then
      perform audit.record('sign_in.refuse', tenant_id, 'email:' || v_email_key, 'refused', detail => jsonb_build_object(
        'code', case when v_expired and v_stored = v_offered then 'FIRST_PASSWORD_EXPIRED' else 'BAD_CREDENTIALS' end, 'address', address));
      if v_expired and v_stored = v_offered then
        return next;
      end if;
    end if;
    return;
  end if;
  if new_hash is not null then
    execute format(
      'update %s set password_hash = $2, must_change = must_change and not $3,
              expires_at = case when $3 then null else expires_at end where %I = $1', v_realm.credentials, v_realm.person)
      using person_id, new_hash, is_change;
  end if;
  if is_change then
    must_change := false;
    execute format('delete from %s where %I = $1', v_realm.invitations, v_realm.person) using person_id;
    perform platform_private.end_sessions(tenant_id, person_id, 'password');
  end if;
  execute format('update %s set last_sign_in_at = now() where id = $1', v_realm.people) using person_id;
  if tenant_id is not null then
    update platform.tenants t
       set last_activity_at = date_trunc('minute', now())
     where t.id = finish_sign_in.tenant_id and t.last_activity_at is distinct from date_trunc('minute', now());
  end if;
  execute format(
    'insert into %s (%I, expires_at, address, user_agent) values ($1, now() + $2, left($3, 64), left($4, 200)) returning id',
    v_realm.sessions, v_realm.person)
    into session_id
    using person_id, case when must_change then interval '15 minutes' else interval '24 hours' end, address, user_agent;
  if not must_change then
    execute format('insert into %s (token_hash, session_id, expires_at) values ($1, $2, now() + interval ''24 hours'')', v_realm.tokens)
      using refresh_hash, session_id;
  end if;
  perform audit.record('sign_in.succeed', tenant_id, split_part(v_realm.people, '.', 2) || ':' || person_id,
                       detail => jsonb_build_object('sessionId', session_id, 'address', address, 'passwordChanged', is_change));
  return next;
end
$$;
comment on function identity.finish_sign_in(text, uuid, boolean, text, text, boolean, text, text) is 'Ends a sign-in and opens the session.';
revoke all on function identity.finish_sign_in(text, uuid, boolean, text, text, boolean, text, text) from public;
grant execute on function identity.finish_sign_in(text, uuid, boolean, text, text, boolean, text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/finish_sign_in.sql
--! Included functions/identity/refresh_session.sql
-- Exchanges a refresh token for the next one, once. A token that was exchanged before is in two hands, one of them a thief's: its
-- whole session ends (RFC 9700, 4.14.2). `outcome` is ok, reused, or ended for a token that is unknown, too old or whose session or person
-- is no more. Callable by tenantry_auth. Raises TN003, and TN010 when the tenant is not active.
create or replace function identity.refresh_session(
  tenant_id text,
  token_hash text,
  new_hash text,
  out outcome text,
  out person_id uuid,
  out email text,
  out name text,
  out role text,
  out session_id uuid
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_used_at timestamptz;
  v_open boolean;
begin
  outcome := 'ended';
  execute format(
    'select t.session_id, t.used_at, s.%I, s.ended_at is null and s.expires_at > now() and t.expires_at > now()
       from %s t join %s s on s.id = t.session_id
      where t.token_hash = $1
        for update', v_realm.person, v_realm.tokens, v_realm.sessions)
    into session_id, v_used_at, person_id, v_open using token_hash;
  if session_id is null then
    return;
  end if;
  if v_used_at is not null then
    outcome := 'reused';
    perform platform_private.end_sessions(tenant_id, person_id, 'reuse', session_id);
    perform audit.record('session.reuse', tenant_id, split_part(v_realm.people, '.', 2) || ':' || person_id, 'refused', detail => jsonb_build_object('sessionId', session_id));
    return;
  end if;
  if not v_open then
    return;
  end if;
  execute format('select p.email::text, p.name::text, p.role::text from %s p where p.id = $1 and p.status = ''active''', v_realm.people)
    into email, name, role using person_id;
  if email is null then
    return;
  end if;
  execute format('update %s set used_at = now() where token_hash = $1', v_realm.tokens) using token_hash;
  execute format('update %s set last_used_at = now() where id = $1', v_realm.sessions) using session_id;
  execute format(
    'insert into %s (token_hash, session_id, expires_at) select $1, s.id, s.expires_at from %s s where s.id = $2',
    v_realm.tokens, v_realm.sessions) using new_hash, session_id;
  outcome := 'ok';
end
$$;
comment on function identity.refresh_session(text, text, text) is 'Exchanges a refresh token for the next one.';
revoke all on function identity.refresh_session(text, text, text) from public;
grant execute on function identity.refresh_session(text, text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/refresh_session.sql
--! Included functions/identity/session_standing.sql
-- Whether an access token's session still holds, and what its person may be now: no row for a session that ended or ran out, or
-- whose person is not active. The server asks at a token's first use and after every hint. Callable by tenantry_auth.
create or replace function identity.session_standing(
  tenant_id text,
  session_id uuid
)
returns table (
  person_id uuid,
  role text,
  expires_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
begin
  return query execute format(
    'select p.id, p.role::text, s.expires_at
       from %s s join %s p on p.id = s.%I
      where s.id = $1 and s.ended_at is null and s.expires_at > now() and p.status = ''active''',
    v_realm.sessions, v_realm.people, v_realm.person) using session_id;
end
$$;
comment on function identity.session_standing(text, uuid) is 'Person and role of an open session.';
revoke all on function identity.session_standing(text, uuid) from public;
grant execute on function identity.session_standing(text, uuid) to :ROLE_AUTH;
--! EndIncluded functions/identity/session_standing.sql
--! Included functions/identity/end_session.sql
-- Signs out: ends the session that a refresh token belongs to. Quiet for a token that is unknown. Callable by tenantry_auth.
create or replace function identity.end_session(
  tenant_id text,
  token_hash text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_session uuid;
  v_person uuid;
begin
  execute format('select s.id, s.%I from %s t join %s s on s.id = t.session_id where t.token_hash = $1',
                 v_realm.person, v_realm.tokens, v_realm.sessions)
    into v_session, v_person using token_hash;
  if platform_private.end_sessions(tenant_id, v_person, 'logout', v_session) > 0 then
    perform audit.record('session.end', tenant_id, split_part(v_realm.people, '.', 2) || ':' || v_person, detail => jsonb_build_object('sessionId', v_session));
  end if;
end
$$;
comment on function identity.end_session(text, text) is 'Ends the session of a refresh token.';
revoke all on function identity.end_session(text, text) from public;
grant execute on function identity.end_session(text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/end_session.sql
--! Included functions/identity/sessions.sql
-- The open sessions of the person whose session this is, newest first. Callable by tenantry_auth.
create or replace function identity.sessions(
  tenant_id text,
  session_id uuid
)
returns table (
  id uuid,
  created_at timestamptz,
  last_used_at timestamptz,
  expires_at timestamptz,
  address text,
  user_agent text,
  this_one boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
begin
  return query execute format(
    'select s.id, s.created_at, s.last_used_at, s.expires_at, s.address::text, s.user_agent::text, s.id = own.id
       from %1$s own join %1$s s on s.%2$I = own.%2$I
      where own.id = $1 and own.ended_at is null and s.ended_at is null and s.expires_at > now()
      order by s.created_at desc limit 100', v_realm.sessions, v_realm.person) using session_id;
end
$$;
comment on function identity.sessions(text, uuid) is 'Open sessions of the person who has this one.';
revoke all on function identity.sessions(text, uuid) from public;
grant execute on function identity.sessions(text, uuid) to :ROLE_AUTH;
--! EndIncluded functions/identity/sessions.sql
--! Included functions/identity/revoke_session.sql
-- Ends one session of the person whose session `own` is. False when that person has no such open session. Callable by
-- tenantry_auth.
create or replace function identity.revoke_session(
  tenant_id text,
  own uuid,
  session_id uuid
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_person constant uuid := (select s.person_id from identity.session_standing(tenant_id, own) s);
begin
  if platform_private.end_sessions(tenant_id, v_person, 'revoked', session_id) = 0 then
    return false;
  end if;
  perform audit.record('session.revoke', tenant_id, case when tenant_id is null then 'operators:' else 'users:' end || v_person, detail => jsonb_build_object('sessionId', session_id));
  return true;
end
$$;
comment on function identity.revoke_session(text, uuid, uuid) is 'Ends one of one''s own sessions.';
revoke all on function identity.revoke_session(text, uuid, uuid) from public;
grant execute on function identity.revoke_session(text, uuid, uuid) to :ROLE_AUTH;
--! EndIncluded functions/identity/revoke_session.sql
--! Included functions/identity/request_reset.sql
-- Somebody says they lost their password: orders a message to the account of that e-mail, if there is one
-- and none went out in the last five minutes: else a stranger could fill a mailbox and void every link in it. The work is the same
-- if there is none, so that nothing tells them apart: the order then names nobody and the worker drops it. Callable by tenantry_auth. Raises TN003,
-- TN010.
create or replace function identity.request_reset(
  tenant_id text,
  email text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_person uuid;
begin
  -- Whoever signs in by an issuer alone gets no password beside it.
  execute format(
    'select p.id from %s p join %s c on c.%I = p.id
      where lower(p.email) = lower($1) and p.status = ''active''
        and not exists (select from %s i where i.%5$I = p.id and i.purpose = ''reset'' and i.created_at > now() - interval ''5 minutes'' and i.accepted_at is null)',
    v_realm.people, v_realm.credentials, v_realm.person, v_realm.invitations, v_realm.person)
    into v_person using email;
  if v_person is not null then
    perform platform_private.open_invitation(tenant_id, v_person, 'reset');
  end if;
  perform jobs.enqueue('invitation__send', jsonb_build_object('tenantId', tenant_id, 'personId', v_person),
                       format('invitation:%s:%s', tenant_id, coalesce(v_person, gen_random_uuid())));
  perform audit.record('password.forget', tenant_id, 'email:' || left(lower(email), 254));
end
$$;
comment on function identity.request_reset(text, text) is 'Orders a message with which a lost password can be replaced.';
revoke all on function identity.request_reset(text, text) from public;
grant execute on function identity.request_reset(text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/request_reset.sql
--! Included functions/identity/is_invited.sql
-- Whether a single-use token is one that can be taken up: asked before any work is done with it. Callable by tenantry_auth. Raises TN003, TN010.
create or replace function identity.is_invited(
  tenant_id text,
  token_hash text
)
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_open boolean;
begin
  execute format('select exists (select from %s i where i.token_hash = $1 and i.accepted_at is null and i.expires_at > now())',
                 (platform_private.realm(tenant_id)).invitations)
    into v_open using token_hash;
  return v_open;
end
$$;
comment on function identity.is_invited(text, text) is 'Whether a token of an invitation or reset can be taken up.';
revoke all on function identity.is_invited(text, text) from public;
grant execute on function identity.is_invited(text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/is_invited.sql
--! Included functions/identity/accept_invitation.sql
-- Takes an invitation or a reset up, once: stores the hash of the password chosen, activates who was invited, ends the person's sessions and
-- lifts a lock. Returns the e-mail; null for a token that is unknown, used or too old. Callable by tenantry_auth.
-- Raises TN003, TN010.
create or replace function identity.accept_invitation(
  tenant_id text,
  token_hash text,
  password_hash text
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_person uuid;
  v_email text;
begin
  execute format(
    'update %s i set accepted_at = now(), token_hash = null
      where i.token_hash = $1 and i.accepted_at is null and i.expires_at > now()
     returning i.%I', v_realm.invitations, v_realm.person)
    into v_person using token_hash;
  execute format(
    'update %s p set status = ''active'' where p.id = $1 and p.status in (''invited'', ''active'') returning p.email::text', v_realm.people)
    into v_email using v_person;
  if v_email is null then
    return null;
  end if;
  execute format(
    'insert into %s (%2$I, password_hash, must_change) values ($1, $2, false)
     on conflict (%2$I) do update set password_hash = excluded.password_hash, must_change = false, expires_at = null',
    v_realm.credentials, v_realm.person) using v_person, password_hash;
  perform platform_private.end_sessions(tenant_id, v_person, 'password');
  execute format('delete from %I.sign_in_locks where email_key = lower($1)', v_realm.schema_name) using v_email;
  perform audit.record('invitation.accept', tenant_id, split_part(v_realm.people, '.', 2) || ':' || v_person);
  return v_email;
end
$$;
comment on function identity.accept_invitation(text, text, text) is 'Takes an invitation or a reset up.';
revoke all on function identity.accept_invitation(text, text, text) from public;
grant execute on function identity.accept_invitation(text, text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/accept_invitation.sql
--! Included functions/identity/set_user_password.sql
-- Gives a tenant's user a password, by the argon2id hash that Node made. `must_change`: it is a first
-- password, which works for three days.
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
    'insert into %1$I.user_credentials (user_id, password_hash, must_change, expires_at)
     select u.id, $2, $3, case when $3 then now() + interval ''3 days'' end from %1$I.users u where lower(u.email) = lower($1)
     on conflict (user_id) do update set password_hash = excluded.password_hash, must_change = excluded.must_change,
           expires_at = excluded.expires_at',
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
--! Included functions/jobs/begin_invitation.sql
-- What a message of invitation or reset needs, and the hash of the token that will stand in it. No row when there is nothing to send any
-- more: taken up, expired, the person disabled or gone. Called by the worker. Raises TN003, TN010 for a tenant that is not open.
create or replace function jobs.begin_invitation(
  tenant_id text,
  person_id uuid,
  token_hash text
)
returns table (
  email text,
  name text,
  purpose text,
  realm_name text,
  expires_at timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
begin
  return query execute format(
    'update %s i set token_hash = $2
       from %s p
      where i.%I = $1 and p.id = $1 and p.status <> ''disabled'' and i.accepted_at is null and i.expires_at > now()
     returning p.email::text, p.name::text, i.purpose::text, coalesce((select t.name from platform.tenants t where t.id = $3), ''Tenantry''),
               i.expires_at', v_realm.invitations, v_realm.people, v_realm.person)
    using person_id, token_hash, tenant_id;
end
$$;
comment on function jobs.begin_invitation(text, uuid, text) is 'Address and words of an invitation; stores its token''s hash.';
revoke all on function jobs.begin_invitation(text, uuid, text) from public;
grant execute on function jobs.begin_invitation(text, uuid, text) to :ROLE_WORKER;
--! EndIncluded functions/jobs/begin_invitation.sql
--! Included functions/platform/tenant_users.sql
-- The users of a tenant, by name: identity tables only. May be called by members of tenantry_operator and tenantry_security.
-- Raises TN003, TN004.
create or replace function platform.tenant_users(
  tenant_id text
)
returns setof platform.tenant_user
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return query execute format(
    'select u.id, u.email::text, u.name::text, u.role::text, u.status::text, u.last_sign_in_at,
            (select max(l.locked_until) from %1$I.sign_in_locks l where l.email_key = lower(u.email) and l.locked_until > now()),
            (select count(*)::integer from %1$I.user_sessions s where s.user_id = u.id and s.ended_at is null and s.expires_at > now()),
            u.created_at, u.updated_at
       from %1$I.users u
      order by u.name, u.id', platform_private.user_schema(tenant_id));
end
$$;
comment on function platform.tenant_users(text) is 'The users of a tenant.';
revoke all on function platform.tenant_users(text) from public;
grant execute on function platform.tenant_users(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/tenant_users.sql
--! Included functions/platform_private/tenant_user.sql
-- One user of a tenant. Raises TN003 if there is none.
create or replace function platform_private.tenant_user(
  tenant_id text,
  user_id uuid
)
returns platform.tenant_user
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_user platform.tenant_user;
begin
  select * into v_user from platform.tenant_users(tenant_id) u where u.id = user_id;
  if not found then
    raise exception 'the tenant has no such user' using errcode = 'TN003', hint = 'List them: select * from platform.tenant_users(...).';
  end if;
  return v_user;
end
$$;
comment on function platform_private.tenant_user(text, uuid) is 'One user of a tenant.';
revoke all on function platform_private.tenant_user(text, uuid) from public;
--! EndIncluded functions/platform_private/tenant_user.sql
--! Included functions/platform_private/acts_as_admin.sql
-- Whether the session's role is a member of tenantry_admin: the role that the server set, or the login of a DBA who set none. The owner's
-- own sessions count as well. Neither can be set to a role that the session is not a member of. Called by functions only.
create or replace function platform_private.acts_as_admin()
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select pg_has_role(acting.role, (i.prefix || 'tenantry_admin')::name, 'member') or acting.role = (i.prefix || 'tenantry_owner')::name
    from platform.installation i
   cross join lateral (select case current_setting('role') when 'none' then session_user else current_setting('role')::name end as role) acting
$$;
comment on function platform_private.acts_as_admin() is 'Whether an admin of the platform is asking.';
revoke all on function platform_private.acts_as_admin() from public;
--! EndIncluded functions/platform_private/acts_as_admin.sql
--! Included functions/platform_private/require_grantable_role.sql
-- Refuses an operator below admin who would give a role of a tenant that changes anything there: that would be a way into the tenant without
-- a visit. The first administrator is an exception: a tenant without any active one gets one. Raises TN009.
create or replace function platform_private.require_grantable_role(
  schema_name text,
  role text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_harmless boolean;
begin
  if platform_private.acts_as_admin() then
    return;
  end if;
  execute format(
    'select not exists (select from %1$I.role_permissions p where p.role_name = $1 and p.permission !~ ''\.read$'')
         or ($1 = ''admin'' and not exists (select from %1$I.users u where u.role = ''admin'' and u.status in (''active'', ''invited'')))', schema_name)
    into v_harmless using role;
  if not v_harmless then
    raise exception 'a role that changes anything in a tenant is given by the tenant''s own administrators, or by an admin of the platform'
      using errcode = 'TN009', column = 'role', hint = 'Give a role that only reads, or ask an admin.';
  end if;
end
$$;
comment on function platform_private.require_grantable_role(text, text) is 'Refuses roles of a tenant that an operator below admin may not give.';
revoke all on function platform_private.require_grantable_role(text, text) from public;
--! EndIncluded functions/platform_private/require_grantable_role.sql
--! Included functions/platform/invite_user.sql
-- Enters a user of a tenant as invited and orders the message. May be called by members of tenantry_operator. An operator below admin gives only roles that read, or the first administrator.
-- Raises TN002 with the field as `column`, TN003, TN004, TN009, TN008 for an e-mail that the tenant has already.
create or replace function platform.invite_user(
  tenant_id text,
  email text,
  name text,
  role text
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_id uuid;
  v_constraint text;
begin
  perform platform_private.require_grantable_role(v_schema, role);
  begin
    execute format('insert into %I.users (email, name, role, status) values (btrim($1), btrim($2), $3, ''invited'') returning id', v_schema)
      into v_id using email, name, role;
  exception
    when unique_violation then
      raise exception 'a user with this e-mail is there already'
        using errcode = 'TN008', column = 'email', hint = 'Change that user, or invite them again.';
    when check_violation or not_null_violation or foreign_key_violation then
      get stacked diagnostics v_constraint = constraint_name;
      raise exception 'this value is not accepted'
        using errcode = 'TN002', column = coalesce(nullif(split_part(v_constraint, '_', 2), ''), 'email'),
              hint = 'An e-mail address, a name of 1 to 200 characters, and a role of the tenant.';
  end;
  perform audit.record('users.invite', tenant_id, 'users:' || v_id);
  return platform_private.tenant_user(tenant_id, v_id);
end
$$;
comment on function platform.invite_user(text, text, text, text) is 'Invites a person as a user of a tenant.';
revoke all on function platform.invite_user(text, text, text, text) from public;
grant execute on function platform.invite_user(text, text, text, text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/invite_user.sql
--! Included functions/platform/change_user.sql
-- Changes a user of a tenant: any of name, role and status (active or disabled; who was invited becomes active by taking the
-- invitation up). A disabled user's sessions end at once. May be called by members of tenantry_operator. Raises TN002 with the field as `column`, TN003, TN004, TN009.
create or replace function platform.change_user(
  tenant_id text,
  user_id uuid,
  patch jsonb
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_user constant platform.tenant_user := platform_private.tenant_user(tenant_id, user_id);
  v_key text;
  v_constraint text;
begin
  for v_key in select k from jsonb_object_keys(coalesce(patch, '{}')) k loop
    if v_key not in ('name', 'role', 'status') then
      raise exception 'there is no field "%" to change', v_key
        using errcode = 'TN002', column = v_key, hint = 'Fields: name, role, status.';
    end if;
  end loop;
  if patch ->> 'status' not in ('active', 'disabled') or (patch ->> 'status' = 'active' and v_user.status = 'invited') then
    raise exception 'a user is made active or disabled, and one who was invited only by taking the invitation up'
      using errcode = 'TN002', column = 'status', hint = 'Invite the person again.';
  end if;
  if patch ->> 'role' <> v_user.role then
    perform platform_private.require_grantable_role(v_schema, patch ->> 'role');
  end if;
  begin
    execute format(
      'update %I.users set name = coalesce(btrim($2), name), role = coalesce($3, role), status = coalesce($4, status) where id = $1', v_schema)
      using user_id, patch ->> 'name', patch ->> 'role', patch ->> 'status';
  exception when check_violation or foreign_key_violation then
    get stacked diagnostics v_constraint = constraint_name;
    raise exception 'this value is not accepted'
      using errcode = 'TN002', column = split_part(v_constraint, '_', 2), hint = 'A name of 1 to 200 characters, a role of the tenant.';
  end;
  return platform_private.tenant_user(tenant_id, user_id);
end
$$;
comment on function platform.change_user(text, uuid, jsonb) is 'Changes name, role or status of a user of a tenant.';
revoke all on function platform.change_user(text, uuid, jsonb) from public;
grant execute on function platform.change_user(text, uuid, jsonb) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/change_user.sql
--! Included functions/platform/remove_user.sql
-- Removes a user of a tenant; one whose name stands in approvals can only be disabled. May be called by members of
-- tenantry_operator. Raises TN003, TN004, TN008.
create or replace function platform.remove_user(
  tenant_id text,
  user_id uuid
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_user constant platform.tenant_user := platform_private.tenant_user(tenant_id, user_id);
begin
  execute format('delete from %I.users where id = $1', v_schema) using user_id;
  return v_user;
exception when foreign_key_violation then
  raise exception 'this user asked for or decided approvals'
    using errcode = 'TN008', hint = 'Disable the user: who decided what stays on record.';
end
$$;
comment on function platform.remove_user(text, uuid) is 'Removes a user of a tenant who left no trace in its business.';
revoke all on function platform.remove_user(text, uuid) from public;
grant execute on function platform.remove_user(text, uuid) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/remove_user.sql
--! Included functions/platform/send_user_token.sql
-- Sends a user of a tenant a message with a single-use token: an invitation again to who was invited, else a reset of the password.
-- May be called by members of tenantry_operator. Raises TN002, TN003, TN004.
create or replace function platform.send_user_token(
  tenant_id text,
  user_id uuid,
  purpose text
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_user constant platform.tenant_user := platform_private.tenant_user(tenant_id, user_id);
begin
  if v_user.status is distinct from (case purpose when 'invitation' then 'invited' when 'reset' then 'active' end) then
    raise exception 'this user is %', v_user.status
      using errcode = 'TN004', detail = 'Who was invited is invited again; who is active gets a reset.', hint = 'Choose the other, or activate the user.';
  end if;
  execute format('delete from %I.user_invitations where user_id = $1', v_schema) using user_id;
  execute format('insert into %I.user_invitations (user_id, purpose, expires_at) values ($1, $2, now() + $3)', v_schema)
    using user_id, purpose, case purpose when 'reset' then interval '1 hour' else interval '7 days' end;
  perform platform_private.order_invitations(tenant_id);
  perform audit.record('users.' || purpose, tenant_id, 'users:' || user_id);
  return v_user;
end
$$;
comment on function platform.send_user_token(text, uuid, text) is 'Sends a user an invitation again, or a reset.';
revoke all on function platform.send_user_token(text, uuid, text) from public;
grant execute on function platform.send_user_token(text, uuid, text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/send_user_token.sql
--! Included functions/platform/unlock_user.sql
-- Lifts the lock that failed sign-ins put on a user. May be called by members of tenantry_operator and tenantry_security. Raises TN003,
-- TN004.
create or replace function platform.unlock_user(
  tenant_id text,
  user_id uuid
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_user constant platform.tenant_user := platform_private.tenant_user(tenant_id, user_id);
begin
  execute format('delete from %I.sign_in_locks where email_key = lower($1)', v_schema) using v_user.email;
  perform audit.record('users.unlock', tenant_id, 'users:' || user_id,
                       before => jsonb_build_object('lockedUntil', v_user.locked_until), after => jsonb_build_object('lockedUntil', null));
  return platform_private.tenant_user(tenant_id, user_id);
end
$$;
comment on function platform.unlock_user(text, uuid) is 'Lifts the lock of a user''s account.';
revoke all on function platform.unlock_user(text, uuid) from public;
grant execute on function platform.unlock_user(text, uuid) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/unlock_user.sql
--! Included functions/platform/user_sessions.sql
-- The open sessions of a user of a tenant, newest first. May be called by members of tenantry_operator and tenantry_security. Raises TN003,
-- TN004.
create or replace function platform.user_sessions(
  tenant_id text,
  user_id uuid
)
returns setof platform.user_session
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.tenant_user(tenant_id, user_id);
  return query execute format(
    'select s.id, s.created_at, s.last_used_at, s.expires_at, s.address::text, s.user_agent::text
       from %I.user_sessions s
      where s.user_id = $1 and s.ended_at is null and s.expires_at > now()
      order by s.created_at desc', platform_private.user_schema(tenant_id)) using user_id;
end
$$;
comment on function platform.user_sessions(text, uuid) is 'The open sessions of a user of a tenant.';
revoke all on function platform.user_sessions(text, uuid) from public;
grant execute on function platform.user_sessions(text, uuid) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/user_sessions.sql
--! Included functions/platform/end_user_sessions.sql
-- Ends the sessions of a user of a tenant, all or one; its access tokens stop working at once. Returns how many ended. May be
-- called by members of tenantry_operator and tenantry_security. Raises TN003, TN004.
create or replace function platform.end_user_sessions(
  tenant_id text,
  user_id uuid,
  session_id uuid default null
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_count integer := 0;
  v_session platform.user_session;
begin
  for v_session in select * from platform.user_sessions(tenant_id, user_id) s where session_id is null or s.id = session_id loop
    execute format('update %I.user_sessions set ended_at = now(), ended_because = ''revoked'' where id = $1', platform_private.user_realm(tenant_id))
      using v_session.id;
    perform platform_private.announce_session(tenant_id, v_session.id);
    v_count := v_count + 1;
  end loop;
  perform audit.record('users.end_sessions', tenant_id, 'users:' || user_id, detail => jsonb_build_object('sessions', v_count));
  return v_count;
end
$$;
comment on function platform.end_user_sessions(text, uuid, uuid) is 'Ends sessions of a user of a tenant.';
revoke all on function platform.end_user_sessions(text, uuid, uuid) from public;
grant execute on function platform.end_user_sessions(text, uuid, uuid) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/end_user_sessions.sql
--! Included functions/identity/manage_user.sql
-- What an administrator of a tenant does for a colleague's sign-in: verb is invite, reset, unlock or end_sessions. Whoever has this
-- session must hold users.manage and everything that the colleague's role holds. Callable by tenantry_auth. Raises TN002 for another verb, TN003,
-- TN004, TN009, TN010.
create or replace function identity.manage_user(
  tenant_id text,
  session_id uuid,
  user_id uuid,
  verb text
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
  v_by record;
  v_user platform.tenant_user;
  v_may boolean;
begin
  select * into v_by from identity.session_standing(tenant_id, session_id);
  select * into v_user from platform_private.tenant_user(tenant_id, user_id);
  execute format(
    'select exists (select from %1$I.role_permissions p where p.role_name = $1 and p.permission = ''users.manage'')
        and not exists (select p.permission from %1$I.role_permissions p where p.role_name = $2
                        except
                        select p.permission from %1$I.role_permissions p where p.role_name = $1)', v_schema)
    into v_may using v_by.role, v_user.role;
  if not v_may then
    raise exception 'the role of this request may not do that'
      using errcode = 'TN009', detail = 'It takes users.manage, and whatever the user''s own role holds.', hint = 'Ask an administrator of the tenant.';
  end if;
  perform set_config('tenantry.user_id', v_by.person_id::text, true), set_config('tenantry.role', v_by.role, true);
  case verb
    when 'invite' then return platform.send_user_token(tenant_id, user_id, 'invitation');
    when 'reset' then return platform.send_user_token(tenant_id, user_id, 'reset');
    when 'unlock' then return platform.unlock_user(tenant_id, user_id);
    when 'end_sessions' then
      perform platform.end_user_sessions(tenant_id, user_id);
      return platform_private.tenant_user(tenant_id, user_id);
    else
      raise exception 'there is no such step' using errcode = 'TN002', column = 'verb', hint = 'invite, reset, unlock or end_sessions.';
  end case;
end
$$;
comment on function identity.manage_user(text, uuid, uuid, text) is 'Invites, resets, unlocks or signs out a colleague.';
revoke all on function identity.manage_user(text, uuid, uuid, text) from public;
grant execute on function identity.manage_user(text, uuid, uuid, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/manage_user.sql
--! Included functions/platform_private/begin_visit.sql
-- Writes a visit down and into both trails. Called by the functions that enter.
create or replace function platform_private.begin_visit(
  tenant_id text,
  reason text,
  role text,
  access text
)
returns platform.tenant_visits
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_actor constant text := audit.actor();
  v_visit platform.tenant_visits;
begin
  if v_actor not like 'operator:%' then
    raise exception 'only an operator who is signed in can enter a tenant'
      using errcode = 'TN009', hint = 'POST /api/v1/tenants/{id}/context with an operator''s token.';
  end if;
  if btrim(coalesce(reason, '')) = '' or length(reason) > 2000 then
    raise exception 'say why you enter' using errcode = 'TN002', column = 'reason', hint = 'Up to 2,000 characters; the tenant reads it.';
  end if;
  if role is null or role not in ('viewer', 'user', 'manager', 'admin') then
    raise exception 'there is no such role to enter in' using errcode = 'TN002', column = 'role', hint = 'viewer, user, manager or admin.';
  end if;
  if access is null or access not in ('read', 'write') then
    raise exception 'access is read or write' using errcode = 'TN002', column = 'access', hint = 'Leave it out to read.';
  end if;
  perform platform_private.lock_tenant(tenant_id);
  perform platform_private.active_tenant_schema(tenant_id);
  insert into platform.tenant_visits (tenant_id, operator_id, reason, role, access, expires_at)
  values (tenant_id, substr(v_actor, 10)::uuid, btrim(reason), role, access, now() + interval '15 minutes')
  returning * into v_visit;
  perform audit.record('visit.begin', tenant_id, 'tenants:' || tenant_id,
                       detail => jsonb_build_object('visitId', v_visit.id, 'reason', v_visit.reason, 'role', role, 'access', access));
  return v_visit;
end
$$;
comment on function platform_private.begin_visit(text, text, text, text) is 'Writes a visit of an operator down.';
revoke all on function platform_private.begin_visit(text, text, text, text) from public;
--! EndIncluded functions/platform_private/begin_visit.sql
--! Included functions/platform/enter_tenant.sql
-- An operator enters a tenant, to look: as viewer, read-only, for up to 15 minutes, with a reason. The visit stands in the trail of
-- both sides. The server makes the token. May be called by members of tenantry_operator, through the server only: a visit has an operator.
-- Raises TN002 without a reason, TN003, TN009 for a session without an operator, TN010 for a tenant that is not open.
create or replace function platform.enter_tenant(
  tenant_id text,
  reason text
)
returns platform.tenant_visits
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  select * from platform_private.begin_visit(tenant_id, reason, 'viewer', 'read')
$$;
comment on function platform.enter_tenant(text, text) is 'Begins a visit of an operator in a tenant, as viewer and read-only.';
revoke all on function platform.enter_tenant(text, text) from public;
grant execute on function platform.enter_tenant(text, text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/enter_tenant.sql
--! Included functions/platform/enter_tenant_as.sql
-- Break-glass: an operator enters a tenant in a role of their choice, to read or to write. As enter_tenant otherwise. May be called by
-- members of tenantry_admin. Raises as enter_tenant, and TN002 for a role or access that there isn't.
create or replace function platform.enter_tenant_as(
  tenant_id text,
  reason text,
  role text,
  access text
)
returns platform.tenant_visits
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  select * from platform_private.begin_visit(tenant_id, reason, role, access)
$$;
comment on function platform.enter_tenant_as(text, text, text, text) is 'Begins a visit of an operator in a tenant, in any built-in role, to read or to write.';
revoke all on function platform.enter_tenant_as(text, text, text, text) from public;
grant execute on function platform.enter_tenant_as(text, text, text, text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/enter_tenant_as.sql
--! Included functions/platform/leave_tenant.sql
-- Ends a visit before its time; its token stops working at once. One's own, or anybody's for security and admins. May be called by members of
-- tenantry_operator and tenantry_security. Raises TN003.
create or replace function platform.leave_tenant(
  visit_id uuid
)
returns platform.tenant_visits
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_visit platform.tenant_visits;
begin
  update platform.tenant_visits v
     set ended_at = coalesce(v.ended_at, now())
   where v.id = visit_id
     and platform_private.reaches_tenant(v.tenant_id)
     and ('operator:' || v.operator_id = audit.actor() or current_setting('tenantry.role', true) in ('tenantry_admin', 'tenantry_security')
          or audit.actor() like 'login:%')
  returning * into v_visit;
  if not found then
    raise exception 'there is no such visit of yours' using errcode = 'TN003', hint = 'List them: select * from platform.tenant_visits.';
  end if;
  perform platform_private.announce_session(v_visit.tenant_id, v_visit.id);
  perform audit.record('visit.end', v_visit.tenant_id, 'tenants:' || v_visit.tenant_id, detail => jsonb_build_object('visitId', v_visit.id));
  return v_visit;
end
$$;
comment on function platform.leave_tenant(uuid) is 'Ends a visit of an operator in a tenant.';
revoke all on function platform.leave_tenant(uuid) from public;
grant execute on function platform.leave_tenant(uuid) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/leave_tenant.sql
--! Included functions/identity/service_standing.sql
-- Whether a service account may still act in a tenant by one of its secrets, and as what. Callable by tenantry_auth.
create or replace function identity.service_standing(
  tenant_id text,
  secret_id uuid
)
returns table (
  account_id uuid,
  role text,
  expires_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select a.id, 'service_' || replace(a.id::text, '-', ''), coalesce(s.expires_at, now() + interval '1 day')
    from platform_private.service_secrets s
    join platform.service_accounts a on a.id = s.account_id and a.status = 'active'
    join platform.service_account_grants g on g.account_id = a.id and g.tenant_id = service_standing.tenant_id
   where s.id = secret_id and (s.expires_at is null or s.expires_at > now())
$$;
comment on function identity.service_standing(text, uuid) is 'Account and role behind a service account''s token.';
revoke all on function identity.service_standing(text, uuid) from public;
grant execute on function identity.service_standing(text, uuid) to :ROLE_AUTH;
--! EndIncluded functions/identity/service_standing.sql
--! Included functions/identity/begin_service_token.sql
-- Client credentials (RFC 6749, 4.4): the secret by which a service account may act in a tenant, and its role there. No row for a wrong
-- secret, one that has run out, or a tenant that the account was not granted. Callable by tenantry_auth. Raises TN003, TN010.
create or replace function identity.begin_service_token(
  client_id uuid,
  secret_hash text,
  tenant_id text
)
returns table (
  account_id uuid,
  secret_id uuid,
  role text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  select s.account_id, s.id into account_id, secret_id
    from platform_private.service_secrets s
    join platform.service_accounts a on a.id = s.account_id and a.status = 'active'
   where s.account_id = client_id and s.secret_hash = begin_service_token.secret_hash and (s.expires_at is null or s.expires_at > now());
  if account_id is not null then
    perform platform_private.active_tenant_schema(tenant_id);
    select p.role into role from identity.service_standing(tenant_id, secret_id) p;
  end if;
  if role is null then
    perform audit.record('service_token.refuse', tenant_id, 'service_accounts:' || client_id, 'refused');
    return;
  end if;
  update platform.service_accounts a set last_used_at = now() where a.id = client_id;
  perform audit.record('service_token.issue', tenant_id, 'service_accounts:' || client_id);
  return next;
end
$$;
comment on function identity.begin_service_token(uuid, text, text) is 'Checks a service account''s secret for one tenant.';
revoke all on function identity.begin_service_token(uuid, text, text) from public;
grant execute on function identity.begin_service_token(uuid, text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/begin_service_token.sql
--! Included functions/platform/create_service_account.sql
-- Enters a service account: a program that signs in by a secret instead of a password. It may nothing until it is granted something,
-- and has no secret until one is made. May be called by members of tenantry_admin. Raises TN002, TN008 for a name that is taken,
-- TN009 to an operator limited to tenants: whoever holds its secret could enter what it is granted later.
create or replace function platform.create_service_account(
  name text,
  description text default null
)
returns platform.service_accounts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_account platform.service_accounts;
begin
  perform platform_private.require_unlimited();
  insert into platform.service_accounts (name, description) values (btrim(name), description) returning * into v_account;
  perform audit.record('service_accounts.create', null, 'service_accounts:' || v_account.id, after => jsonb_build_object('name', v_account.name));
  return v_account;
exception
  when unique_violation then
    raise exception 'a service account of this name is there already' using errcode = 'TN008', column = 'name', hint = 'Choose another name.';
  when check_violation or not_null_violation then
    raise exception 'a service account has a name of 1 to 100 characters, and a description of up to 500'
      using errcode = 'TN002', column = 'name', hint = 'For example: Royalty import.';
end
$$;
comment on function platform.create_service_account(text, text) is 'Enters a service account, without rights or secret.';
revoke all on function platform.create_service_account(text, text) from public;
grant execute on function platform.create_service_account(text, text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/create_service_account.sql
--! Included functions/platform/grant_service_account.sql
-- Says what a service account may do in one tenant: exactly these permissions, in place of what it could there before; none takes the
-- tenant away from it. In the tenant it is a role of its own, which its people see and cannot change. May be called by members of
-- tenantry_admin; to one limited to tenants only accounts granted there are known. Raises TN002 for a permission that there isn't, TN003, TN004.
create or replace function platform.grant_service_account(
  account_id uuid,
  tenant_id text,
  permissions text[]
)
returns platform.service_accounts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_role constant text := 'service_' || replace(account_id::text, '-', '');
  v_account platform.service_accounts;
  v_before text[];
  v_unknown text;
begin
  select * into v_account from platform.service_accounts a where a.id = account_id
     and (platform_private.listed_tenants() is null
          or exists (select from platform.service_account_grants g where g.account_id = a.id and platform_private.reaches_tenant(g.tenant_id)))
     for update;
  if not found then
    raise exception 'there is no such service account' using errcode = 'TN003', hint = 'List them: select * from platform.service_accounts.';
  end if;
  execute format('select p from unnest($1) as p except select name from %I.permissions limit 1', v_schema) into v_unknown using permissions;
  if v_unknown is not null or permissions is null then
    raise exception 'there is no permission "%"', v_unknown
      using errcode = 'TN002', column = 'permissions', hint = 'See the table permissions of the tenant.';
  end if;
  select g.permissions into v_before
    from platform.service_account_grants g
   where g.account_id = v_account.id and g.tenant_id = grant_service_account.tenant_id;
  execute format('delete from %I.roles where name = $1', v_schema) using v_role;
  delete from platform.service_account_grants g where g.account_id = v_account.id and g.tenant_id = grant_service_account.tenant_id;
  if cardinality(permissions) > 0 then
    execute format('insert into %I.roles (name, description, builtin) values ($1, $2, true)', v_schema)
      using v_role, 'Service account: ' || v_account.name;
    execute format('insert into %I.role_permissions (role_name, permission) select distinct $1, p from unnest($2) as p', v_schema)
      using v_role, permissions;
    insert into platform.service_account_grants (account_id, tenant_id, permissions) values (v_account.id, tenant_id, permissions);
  end if;
  perform platform_private.announce_session(tenant_id, s.id) from platform_private.service_secrets s where s.account_id = v_account.id;
  perform audit.record('service_accounts.grant', tenant_id, 'service_accounts:' || v_account.id,
                       before => jsonb_build_object('permissions', v_before), after => jsonb_build_object('permissions', permissions));
  return v_account;
end
$$;
comment on function platform.grant_service_account(uuid, text, text[]) is 'Sets the permissions of a service account in one tenant.';
revoke all on function platform.grant_service_account(uuid, text, text[]) from public;
grant execute on function platform.grant_service_account(uuid, text, text[]) to :ROLE_ADMIN;
--! EndIncluded functions/platform/grant_service_account.sql
--! Included functions/platform/rotate_service_secret.sql
-- Makes a new secret for a service account, shown this once and kept as a hash. Earlier secrets work for the overlap and no longer.
-- 244 random bits: two random UUIDs from PostgreSQL's strong source. May be called by members of tenantry_admin. Raises TN002 for an
-- overlap of more than 7 days, TN003, TN009 to an operator limited to tenants: the secret opens every tenant that was granted.
create or replace function platform.rotate_service_secret(
  account_id uuid,
  overlap_seconds integer default 86400,
  out client_id uuid,
  out client_secret text,
  out earlier_secrets_end_at timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_secret record;
begin
  perform platform_private.require_unlimited();
  if overlap_seconds is null or overlap_seconds not between 0 and 604800 then
    raise exception 'secrets overlap for 0 to 604,800 seconds' using errcode = 'TN002', column = 'overlap_seconds', hint = '86,400 is a day.';
  end if;
  select a.id into client_id from platform.service_accounts a where a.id = account_id and a.status = 'active' for update;
  if client_id is null then
    raise exception 'there is no such active service account' using errcode = 'TN003', hint = 'List them: select * from platform.service_accounts.';
  end if;
  earlier_secrets_end_at := now() + make_interval(secs => overlap_seconds);
  for v_secret in
    update platform_private.service_secrets s
       set expires_at = least(coalesce(s.expires_at, earlier_secrets_end_at), earlier_secrets_end_at)
     where s.account_id = client_id and (s.expires_at is null or s.expires_at > now())
    returning s.id
  loop
    perform platform_private.announce_session(g.tenant_id, v_secret.id)
      from platform.service_account_grants g where g.account_id = client_id;
  end loop;
  client_secret := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
  insert into platform_private.service_secrets (account_id, secret_hash)
  values (client_id, encode(sha256(convert_to(client_secret, 'UTF8')), 'hex'));
  perform audit.record('service_accounts.rotate', null, 'service_accounts:' || client_id,
                       detail => jsonb_build_object('overlapSeconds', overlap_seconds));
end
$$;
comment on function platform.rotate_service_secret(uuid, integer) is E'@resultFieldName secret\nMakes a new secret for a service account, shown once.';
revoke all on function platform.rotate_service_secret(uuid, integer) from public;
grant execute on function platform.rotate_service_secret(uuid, integer) to :ROLE_ADMIN;
--! EndIncluded functions/platform/rotate_service_secret.sql
--! Included functions/platform/disable_service_account.sql
-- Closes a service account for good: its tokens stop working at once, its roles in tenants go, and its name is free again. May be called by members of
-- tenantry_admin. Raises TN003, TN009 to an operator limited to tenants.
create or replace function platform.disable_service_account(
  account_id uuid
)
returns platform.service_accounts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_account platform.service_accounts;
  v_tenant text;
begin
  perform platform_private.require_unlimited();
  update platform.service_accounts a
     set status = 'disabled'
   where a.id = account_id and a.status = 'active'
  returning * into v_account;
  if not found then
    raise exception 'there is no such active service account' using errcode = 'TN003', hint = 'List them: select * from platform.service_accounts.';
  end if;
  for v_tenant in
    select g.tenant_id
      from platform.service_account_grants g
      join platform.tenants t on t.id = g.tenant_id
     where g.account_id = v_account.id and t.schema_version is not null and t.status not in ('deleted', 'purged', 'cancelled', 'failed')
     order by 1
  loop
    perform platform.grant_service_account(account_id, v_tenant, '{}');
  end loop;
  perform audit.record('service_accounts.disable', null, 'service_accounts:' || v_account.id);
  return v_account;
end
$$;
comment on function platform.disable_service_account(uuid) is 'Closes a service account for good.';
revoke all on function platform.disable_service_account(uuid) from public;
grant execute on function platform.disable_service_account(uuid) to :ROLE_ADMIN;
--! EndIncluded functions/platform/disable_service_account.sql
--! Included functions/platform/register_issuer.sql
-- Lets the people of one tenant sign in by an OpenID issuer of their own, in place of what was said of that issuer before. `role_map` says which
-- role of the tenant each value of the claim gives. May be called by members of tenantry_admin. Raises TN002 with the field as
-- `column`, TN003, TN004.
create or replace function platform.register_issuer(
  tenant_id text,
  issuer text,
  jwks_url text,
  audience text,
  role_map jsonb,
  role_claim text default 'roles'
)
returns platform.external_issuers
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_issuer platform.external_issuers;
  v_constraint text;
  v_unknown text;
begin
  if jsonb_typeof(role_map) is distinct from 'object' or role_map = '{}' then
    raise exception 'say which role each value of the claim gives'
      using errcode = 'TN002', column = 'role_map', hint = 'For example: {"brand-managers": "manager"}.';
  end if;
  execute format('select m.value from jsonb_each_text($1) m where m.value not in (select name from %I.roles where name !~ ''^service_[0-9a-f]{32}$'') limit 1', v_schema)
    into v_unknown using role_map;
  if v_unknown is not null then
    raise exception 'the tenant has no role "%"', v_unknown using errcode = 'TN002', column = 'role_map', hint = 'See its table roles.';
  end if;
  begin
    insert into platform.external_issuers as i (tenant_id, issuer, jwks_url, audience, role_claim, role_map)
    values (tenant_id, issuer, jwks_url, audience, role_claim, role_map)
    on conflict on constraint external_issuers_tenant_id_issuer_key do update
      set jwks_url = excluded.jwks_url, audience = excluded.audience, role_claim = excluded.role_claim, role_map = excluded.role_map
    returning * into v_issuer;
  exception when check_violation or not_null_violation then
    get stacked diagnostics v_constraint = constraint_name;
    raise exception 'this value is not accepted'
      using errcode = 'TN002', column = coalesce(nullif(replace(replace(v_constraint, 'external_issuers_', ''), '_form', ''), ''), 'issuer'),
            hint = 'issuer and jwks_url begin with https://, audience and role_claim have up to 200 characters.';
  end;
  perform audit.record('issuers.register', tenant_id, 'external_issuers:' || v_issuer.id, after => to_jsonb(v_issuer));
  return v_issuer;
end
$$;
comment on function platform.register_issuer(text, text, text, text, jsonb, text) is 'Lets a tenant''s people sign in by an OpenID issuer of their own.';
revoke all on function platform.register_issuer(text, text, text, text, jsonb, text) from public;
grant execute on function platform.register_issuer(text, text, text, text, jsonb, text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/register_issuer.sql
--! Included functions/platform/remove_issuer.sql
-- Takes an OpenID issuer away from a tenant: its people sign in by it no more, and the sessions it opened end. May be called by members of
-- tenantry_admin. Raises TN003.
create or replace function platform.remove_issuer(
  issuer_id uuid
)
returns platform.external_issuers
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_issuer platform.external_issuers;
  v_user uuid;
begin
  select * into v_issuer from platform.external_issuers i where i.id = issuer_id and platform_private.reaches_tenant(i.tenant_id) for update;
  if not found then
    raise exception 'there is no such issuer' using errcode = 'TN003', hint = 'List them: select * from platform.external_issuers.';
  end if;
  for v_user in select e.user_id from platform_private.external_identities e where e.issuer_id = v_issuer.id loop
    perform platform.end_user_sessions(v_issuer.tenant_id, v_user);
  end loop;
  delete from platform.external_issuers i where i.id = v_issuer.id;
  perform audit.record('issuers.remove', v_issuer.tenant_id, 'external_issuers:' || v_issuer.id, before => to_jsonb(v_issuer));
  return v_issuer;
end
$$;
comment on function platform.remove_issuer(uuid) is 'Takes an OpenID issuer away from a tenant.';
revoke all on function platform.remove_issuer(uuid) from public;
grant execute on function platform.remove_issuer(uuid) to :ROLE_ADMIN;
--! EndIncluded functions/platform/remove_issuer.sql
--! Included functions/identity/external_issuer.sql
-- What is known of an issuer in one tenant. No row for an issuer that this tenant did not register, whoever else did. Callable by tenantry_auth.
-- Raises TN003, TN010.
create or replace function identity.external_issuer(
  tenant_id text,
  issuer text
)
returns table (
  id uuid,
  jwks_url text,
  audience text,
  role_claim text,
  role_map jsonb
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.active_tenant_schema(tenant_id);
  return query
    select i.id, i.jwks_url, i.audience, i.role_claim, i.role_map
      from platform.external_issuers i
     where i.tenant_id = external_issuer.tenant_id and i.issuer = external_issuer.issuer;
end
$$;
comment on function identity.external_issuer(text, text) is 'An OpenID issuer that a tenant registered.';
revoke all on function identity.external_issuer(text, text) from public;
grant execute on function identity.external_issuer(text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/external_issuer.sql
--! Included functions/identity/exchange_token.sql
-- Opens a session for somebody whom a tenant's own issuer vouches for, once the server has verified that issuer's token. A person is known by issuer
-- and subject; one seen for the first time takes the invited user of that e-mail over if that one signs in no other way, else becomes a new user. The role is
-- what the issuer says, each time. Callable by tenantry_auth. Raises TN002, TN003, TN008 for an e-mail that signs in by password, TN009 for a
-- user who is disabled, TN010.
create or replace function identity.exchange_token(
  tenant_id text,
  issuer_id uuid,
  subject text,
  email text,
  name text,
  role text,
  refresh_hash text,
  address text default null,
  user_agent text default null
)
returns table (
  person_id uuid,
  session_id uuid,
  person_email text,
  person_name text,
  person_role text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
  v_status text;
  v_password boolean;
begin
  perform from platform.external_issuers i where i.id = issuer_id and i.tenant_id = exchange_token.tenant_id for update;
  if not found then
    raise exception 'the tenant has no such issuer' using errcode = 'TN003', hint = 'Register it first.';
  end if;
  select e.user_id into person_id
    from platform_private.external_identities e
   where e.issuer_id = exchange_token.issuer_id and e.subject = exchange_token.subject;
  if person_id is null then
    execute format(
      'select u.id, exists (select from %1$I.user_credentials c where c.user_id = u.id)
                 or exists (select from platform_private.external_identities e join platform.external_issuers i on i.id = e.issuer_id
                             where e.user_id = u.id and i.tenant_id = $2)
         from %1$I.users u where lower(u.email) = lower($1)', v_schema)
      into person_id, v_password using email, tenant_id;
    if v_password then
      raise exception 'this e-mail signs in another way here'
        using errcode = 'TN008', hint = 'An administrator of the tenant removes that user first, or changes its e-mail.';
    end if;
    if person_id is null then
      begin
        execute format('insert into %I.users (email, name, role, status) values ($1, $2, $3, ''active'') returning id', v_schema)
          into person_id using email, name, role;
      exception when check_violation or not_null_violation or foreign_key_violation then
        raise exception 'the issuer''s token lacks an e-mail address, a name or a known role'
          using errcode = 'TN002', column = 'idToken', hint = 'It needs the claims email and name.';
      end;
    end if;
    insert into platform_private.external_identities (issuer_id, subject, user_id) values (issuer_id, subject, person_id);
    execute format('delete from %I.user_invitations where user_id = $1', v_schema) using person_id;
  end if;
  execute format('select status from %I.users where id = $1 for update', v_schema) into v_status using person_id;
  if v_status is null then
    raise exception 'this user was removed' using errcode = 'TN009', hint = 'An operator removes the issuer and registers it again, or invites the person.';
  elsif v_status = 'disabled' then
    perform audit.record('sign_in.refuse', tenant_id, 'users:' || person_id, 'refused', detail => jsonb_build_object('issuerId', issuer_id));
    raise exception 'this user is disabled' using errcode = 'TN009', hint = 'Ask an administrator of the tenant.';
  end if;
  execute format(
    'update %I.users set role = $2, status = ''active'', last_sign_in_at = now() where id = $1 returning email::text, name::text, role::text', v_schema)
    into person_email, person_name, person_role using person_id, role;
  execute format(
    'insert into %I.user_sessions (user_id, expires_at, address, user_agent)
     values ($1, now() + interval ''24 hours'', left($2, 64), left($3, 200)) returning id', v_schema)
    into session_id using person_id, address, user_agent;
  execute format('insert into %I.refresh_tokens (token_hash, session_id, expires_at) values ($1, $2, now() + interval ''24 hours'')', v_schema)
    using refresh_hash, session_id;
  perform audit.record('sign_in.succeed', tenant_id, 'users:' || person_id,
                       detail => jsonb_build_object('sessionId', session_id, 'issuerId', issuer_id, 'address', address));
  return next;
end
$$;
comment on function identity.exchange_token(text, uuid, text, text, text, text, text, text, text) is 'Opens a session for somebody whom a tenant''s own issuer vouches for.';
revoke all on function identity.exchange_token(text, uuid, text, text, text, text, text, text, text) from public;
grant execute on function identity.exchange_token(text, uuid, text, text, text, text, text, text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/exchange_token.sql

create trigger operators_follow_sessions after update of role, status on platform.operators
  for each row when (old.role <> new.role or old.status <> new.status) execute function platform_private.follow_operator();

-- Rights inside a tenant
--! Included functions/audit/tenant_trail.sql
-- The events of one tenant for its own people, the newest first: what stands behind `audit_trail` in every tenant's schema, which
-- is its only caller and names the tenant by a literal. One function for all tenants, so that theirs stays a line.
-- The next page is asked for by the time of the last event; a page never ends between events of the same microsecond, and no
-- event's number is shown, since those count the whole platform's.
-- A reader of the trail is no reader of everything: changed values are shown to those who may see the rows themselves, otherwise
-- the names of the columns; of users, role and status are shown always, addresses only to those who run users. Raises TN009 without audit.read, TN002 for a bad size.
create or replace function audit.tenant_trail(
  schema_name text,
  older_than timestamptz,
  size integer,
  about text
)
returns table (
  at timestamptz,
  action text,
  outcome text,
  actor text,
  actor_role text,
  subject text,
  changed text[],
  before jsonb,
  after jsonb,
  detail jsonb,
  request_id text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_held text[];
  v_people boolean;
begin
  execute format('select array(select permission::text from %I.role_permissions where role_name = $1)', schema_name)
    into v_held using current_setting('tenantry.role', true);
  if not 'audit.read' = any (v_held) then
    raise exception 'the role of this request may not do that'
      using errcode = 'TN009', detail = 'It takes the permission audit.read.', hint = 'Ask an administrator of the tenant.';
  end if;
  v_people := 'users.manage' = any (v_held);
  if size is null or size not between 1 and 200 then
    raise exception 'a page of the trail has 1 to 200 events'
      using errcode = 'TN002', column = 'size', detail = format('Asked for: %s.', size),
        hint = 'Ask for the next page with the time of the last event.';
  end if;
  return query
    select e.at, e.action, e.outcome,
           case when e.actor ^@ 'login:' then 'login' else e.actor end,
           e.actor_role, case when e.subject ^@ 'email:' and not v_people then 'email' else e.subject end,
           array(select jsonb_object_keys(coalesce(e.before, '{}') || coalesce(e.after, '{}')) order by 1),
           case when r.seen then e.before else r.before end,
           case when r.seen then e.after else r.after end,
           case when v_people then e.detail else e.detail - 'email' end,
           e.request_id
      from (
        select *
          from audit.events
         where tenant_id = substr(schema_name, 8)
           and (older_than is null or events.at < older_than)
           and (about is null or (events.subject = about and (v_people or not about ^@ 'email:')))
         order by events.at desc
         fetch first (size) rows with ties
      ) e
      cross join lateral (select split_part(e.action, '.', 1)) t (name)
      cross join lateral (
        select case
                 when t.name in ('roles', 'role_permissions') then true
                 when t.name in ('brands', 'licensees', 'agreements', 'approvals') then t.name || '.read' = any (v_held)
                 when t.name in ('settings', 'notification_rules') then 'settings.manage' = any (v_held)
                 else v_people
               end,
               case when t.name = 'users' then nullif(jsonb_strip_nulls(jsonb_build_object(
                 'role', e.before -> 'role', 'status', e.before -> 'status')), '{}') end,
               case when t.name = 'users' then nullif(jsonb_strip_nulls(jsonb_build_object(
                 'role', e.after -> 'role', 'status', e.after -> 'status')), '{}') end
      ) r (seen, before, after)
     order by e.at desc, e.id desc;
end
$$;
comment on function audit.tenant_trail(text, timestamptz, integer, text) is 'A page of one tenant''s events, for its own people.';
revoke all on function audit.tenant_trail(text, timestamptz, integer, text) from public;
--! EndIncluded functions/audit/tenant_trail.sql
--! Included functions/platform_private/guard_users.sql
-- Row trigger of a tenant's users, for whoever changes them: the last active admin stays one, and nobody changes or removes the
-- account they act by. With the owner's rights, since row security could hide the other admins from the caller.
-- Two admins who demote each other at once meet at the row of the role: the second waits, then sees what the first has done.
-- That needs a transaction that looks again, so stricter levels, which nothing here uses, are refused.
-- Raises TN009 and TN015.
create or replace function platform_private.guard_users()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_left boolean;
begin
  if old.id::text = current_setting('tenantry.user_id', true) and (tg_op = 'DELETE' or new.status <> old.status) then
    raise exception 'nobody changes the status of their own account or removes it'
      using errcode = 'TN009', column = 'status', detail = 'The account is the one that the request comes from.',
        hint = 'Let another administrator do it.';
  end if;
  if old.role <> 'admin' or old.status <> 'active' or (tg_op = 'UPDATE' and new.role = 'admin' and new.status = 'active') then
    return null;
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'administrators are removed in transactions of level read committed only'
      using errcode = 'TN015', detail = format('The level is %s.', current_setting('transaction_isolation')),
        hint = 'Begin the transaction with: begin isolation level read committed.';
  end if;
  execute format('select from %I.roles where name = ''admin'' for no key update', tg_table_schema);
  execute format('select exists (select from %I.users where role = ''admin'' and status = ''active'')', tg_table_schema) into v_left;
  if not v_left then
    raise exception 'the last active administrator stays'
      using errcode = 'TN015', detail = 'Without this one nobody could run the tenant''s users and roles.',
        hint = 'Make another active user an administrator first.';
  end if;
  return null;
end
$$;
comment on function platform_private.guard_users() is 'Trigger of a tenant''s users: the last active admin stays, nobody changes their own status.';
revoke all on function platform_private.guard_users() from public;
--! EndIncluded functions/platform_private/guard_users.sql
--! Included functions/platform_private/guard_roles.sql
-- Row trigger before a tenant's role is deleted: it has no users. The foreign key would say so too, to nobody who could act on it;
-- with the owner's rights, since who runs roles need not see the users. Raises TN016.
create or replace function platform_private.guard_roles()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_users bigint;
begin
  execute format('select count(*) from %I.users where role = $1', tg_table_schema) into v_users using old.name;
  if v_users > 0 then
    raise exception 'the role is in use'
      using errcode = 'TN016', column = 'name', detail = format('Users that have it: %s.', v_users),
        hint = 'Give them another role first.';
  end if;
  return old;
end
$$;
comment on function platform_private.guard_roles() is 'Trigger of a tenant''s roles: a role in use stays.';
revoke all on function platform_private.guard_roles() from public;
--! EndIncluded functions/platform_private/guard_roles.sql
--! Included functions/platform_private/fingerprint_schema.sql
-- A digest of everything a tenant's schema is made of: relations with their options, owners and grants, columns,
-- constraints, indexes, triggers, policies, functions, comments but those of functions (sql/tenant/blueprint.sql). Two schemas with one digest are the same but for their
-- name and the name of their role. Not the schema's own grant: that is open or closed with the tenant's status.
-- Owner and tenant's role are written as @owner and @tenant wherever a role's name can stand, and the schema's name as @schema
-- where it is a literal in a function: another tenant's there is a difference.
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
                     pg_get_function_arguments(f.oid), pg_get_function_result(f.oid),
                     replace(f.prosrc, quote_literal(schema_name), '''@schema'''),
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
-- Operators: limits to tenants, and what each role sees.
comment on column platform.operators.status is 'invited until a password is chosen, then active; disabled keeps somebody out.';

create table platform.operator_tenants (
  operator_id uuid not null references platform.operators (id) on delete cascade,
  tenant_id text not null references platform.tenants (id) on delete restrict,
  created_at timestamptz not null default now(),
  primary key (operator_id, tenant_id)
);
comment on table platform.operator_tenants is 'Tenants an operator is limited to. Without a row here, all of them. Changed by limit_operator.';
comment on column platform.operator_tenants.tenant_id is 'A tenant within the limit. Tenants'' rows stay for ever, so a limit is never lifted by a purge.';
create index operator_tenants_tenant_id_idx on platform.operator_tenants (tenant_id);
alter table platform.operator_tenants enable row level security;

--! Included functions/identity/visit_standing.sql
-- Whether an operator's visit still holds, and in what role and access: no row for one that ended or ran out, or whose operator is not
-- active or is limited to other tenants. Callable by tenantry_auth.
create or replace function identity.visit_standing(
  tenant_id text,
  visit_id uuid
)
returns table (
  operator_id uuid,
  role text,
  access text,
  expires_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select v.operator_id, v.role, v.access, v.expires_at
    from platform.tenant_visits v
    join platform.operators o on o.id = v.operator_id and o.status = 'active'
   where v.id = visit_id and v.tenant_id = visit_standing.tenant_id and v.ended_at is null and v.expires_at > now()
     and (not exists (select from platform.operator_tenants ot where ot.operator_id = v.operator_id)
          or exists (select from platform.operator_tenants ot where ot.operator_id = v.operator_id and ot.tenant_id = v.tenant_id))
$$;
comment on function identity.visit_standing(text, uuid) is 'Operator, role and access of an open visit.';
revoke all on function identity.visit_standing(text, uuid) from public;
grant execute on function identity.visit_standing(text, uuid) to :ROLE_AUTH;
--! EndIncluded functions/identity/visit_standing.sql
--! Included functions/platform_private/listed_tenants.sql
-- The tenants that the operator of this request is limited to; null for one who is not limited, and for every session that is not the
-- server's: a DBA is limited by grants, and could set the claim to anybody's. Row security and functions ask it once a statement.
create or replace function platform_private.listed_tenants()
returns text[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select array_agg(ot.tenant_id)
    from platform.installation i
    join platform.operator_tenants ot
      on session_user = i.prefix || 'tenantry_api'
     and ot.operator_id = nullif(current_setting('tenantry.operator_id', true), '')::uuid
$$;
comment on function platform_private.listed_tenants() is 'Tenants that the asking operator is limited to; null: no limit.';
revoke all on function platform_private.listed_tenants() from public;
grant execute on function platform_private.listed_tenants() to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
--! EndIncluded functions/platform_private/listed_tenants.sql
--! Included functions/platform_private/reaches_tenant.sql
-- Whether the operator of this request may have to do with a tenant at all. True in every session that is not limited to tenants.
-- Called by functions only; policies ask listed_tenants themselves, once a statement.
create or replace function platform_private.reaches_tenant(
  tenant_id text
)
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(reaches_tenant.tenant_id = any (platform_private.listed_tenants()), true)
$$;
comment on function platform_private.reaches_tenant(text) is 'May the asking operator have to do with this tenant?';
revoke all on function platform_private.reaches_tenant(text) from public;
--! EndIncluded functions/platform_private/reaches_tenant.sql
--! Included functions/platform_private/require_unlimited.sql
-- Refuses an operator limited to tenants what concerns all of them. Called by functions only. Raises TN009.
create or replace function platform_private.require_unlimited()
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if platform_private.listed_tenants() is not null then
    raise exception 'this concerns every tenant, and you are limited to some'
      using errcode = 'TN009', hint = 'Ask an operator without that limit.';
  end if;
end
$$;
comment on function platform_private.require_unlimited() is 'Refuses an operator who is limited to tenants.';
revoke all on function platform_private.require_unlimited() from public;
--! EndIncluded functions/platform_private/require_unlimited.sql
--! Included functions/platform_private/lock_tenant.sql
-- The tenant's row, locked for a change of its life: one change at a time. Raises TN003 if there is none, or none that the asking
-- operator may have to do with: the two can't be told apart.
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
  select * into v_tenant from platform.tenants t where t.id = lock_tenant.tenant_id and platform_private.reaches_tenant(t.id) for update;
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
--! Included functions/platform_private/check_new_tenant.sql
-- Words for what is wrong with a new tenant, field by field, before a constraint says it in its own. Raises TN002 with the
-- field as `column`, TN001 for an id that is taken, now or ever, TN009 for an operator limited to tenants. Called by create_tenant.
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
  perform platform_private.require_unlimited();
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
--! Included functions/platform_private/require_operator_admin.sql
-- Refuses whoever may not manage operators although the request runs as an admin: a token outlives a demotion by minutes, and an admin
-- limited to tenants could lift the limit. A DBA's login has proven its membership in tenantry_admin by getting here. Raises TN009.
create or replace function platform_private.require_operator_admin()
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if session_user = (select i.prefix || 'tenantry_api' from platform.installation i)
     and (platform_private.listed_tenants() is not null
          or not exists (select from platform.operators o
                          where o.id = nullif(current_setting('tenantry.operator_id', true), '')::uuid
                            and o.role = 'admin' and o.status = 'active')) then
    raise exception 'operators are managed by active admins who are not limited to tenants'
      using errcode = 'TN009', hint = 'Ask an admin of the platform.';
  end if;
end
$$;
comment on function platform_private.require_operator_admin() is 'Refuses whoever may not manage operators.';
revoke all on function platform_private.require_operator_admin() from public;
--! EndIncluded functions/platform_private/require_operator_admin.sql
--! Included functions/platform_private/require_some_admin.sql
-- Refuses the change just made if it left no active admin without a limit: nobody could manage operators any more. The caller holds
-- the locks of lock_operator, so two admins can't take the role from each other at once. Raises TN008.
create or replace function platform_private.require_some_admin()
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from platform.operators o
                  where o.role = 'admin' and o.status = 'active'
                    and not exists (select from platform.operator_tenants ot where ot.operator_id = o.id)) then
    raise exception 'this is the last active admin of all tenants'
      using errcode = 'TN008', hint = 'Make somebody else an admin first.';
  end if;
end
$$;
comment on function platform_private.require_some_admin() is 'Refuses a change that leaves no active admin.';
revoke all on function platform_private.require_some_admin() from public;
--! EndIncluded functions/platform_private/require_some_admin.sql
--! Included functions/platform_private/lock_operator.sql
-- An operator's row for a change, locked together with the rows of all admins, in one order: changes of admins come one after the other.
-- Raises TN003 if there is none. Called by the functions that change operators.
create or replace function platform_private.lock_operator(
  operator_id uuid
)
returns platform.operators
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_operator platform.operators;
begin
  perform from platform.operators o where o.role = 'admin' or o.id = lock_operator.operator_id order by o.id for update;
  select * into v_operator from platform.operators o where o.id = lock_operator.operator_id;
  if not found then
    raise exception 'there is no operator of this id'
      using errcode = 'TN003', hint = 'List them: select id, email from platform.operators.';
  end if;
  return v_operator;
end
$$;
comment on function platform_private.lock_operator(uuid) is 'Locks and returns an operator''s row, with those of all admins.';
revoke all on function platform_private.lock_operator(uuid) from public;
--! EndIncluded functions/platform_private/lock_operator.sql
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
  select t.schema_version into v_version from platform.tenants t where t.id = tenant_drift.id and platform_private.reaches_tenant(t.id);
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
--! Included functions/platform_private/user_schema.sql
-- The schema of a tenant whose users may be looked at: one that has a schema, open or not. Raises TN003, and TN004 for one without.
create or replace function platform_private.user_schema(
  tenant_id text
)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
begin
  select * into v_tenant from platform.tenants t where t.id = tenant_id and platform_private.reaches_tenant(t.id);
  if not found then
    raise exception 'there is no tenant "%"', tenant_id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  if v_tenant.schema_version is null or v_tenant.status in ('deleted', 'purged', 'cancelled', 'failed') then
    raise exception 'tenant "%" is %, it has no users', tenant_id, v_tenant.status
      using errcode = 'TN004', hint = 'Wait until it is ready, or restore it.';
  end if;
  return platform_private.tenant_schema(tenant_id);
end
$$;
comment on function platform_private.user_schema(text) is 'Schema of a tenant whose users may be looked at.';
revoke all on function platform_private.user_schema(text) from public;
--! EndIncluded functions/platform_private/user_schema.sql
--! Included functions/platform/remove_issuer.sql
-- Takes an OpenID issuer away from a tenant: its people sign in by it no more, and the sessions it opened end. May be called by members of
-- tenantry_admin. Raises TN003.
create or replace function platform.remove_issuer(
  issuer_id uuid
)
returns platform.external_issuers
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_issuer platform.external_issuers;
  v_user uuid;
begin
  select * into v_issuer from platform.external_issuers i where i.id = issuer_id and platform_private.reaches_tenant(i.tenant_id) for update;
  if not found then
    raise exception 'there is no such issuer' using errcode = 'TN003', hint = 'List them: select * from platform.external_issuers.';
  end if;
  for v_user in select e.user_id from platform_private.external_identities e where e.issuer_id = v_issuer.id loop
    perform platform.end_user_sessions(v_issuer.tenant_id, v_user);
  end loop;
  delete from platform.external_issuers i where i.id = v_issuer.id;
  perform audit.record('issuers.remove', v_issuer.tenant_id, 'external_issuers:' || v_issuer.id, before => to_jsonb(v_issuer));
  return v_issuer;
end
$$;
comment on function platform.remove_issuer(uuid) is 'Takes an OpenID issuer away from a tenant.';
revoke all on function platform.remove_issuer(uuid) from public;
grant execute on function platform.remove_issuer(uuid) to :ROLE_ADMIN;
--! EndIncluded functions/platform/remove_issuer.sql
--! Included functions/platform/invite_operator.sql
-- Enters an operator, who is `invited` until a password is chosen, and orders the message; for one who is invited already, another
-- message with a token in place of the earlier one's. Holds and returns no secret. May be called by members of
-- tenantry_admin. Raises TN002 with the field as `column`, TN008 when the e-mail is known, TN009.
create or replace function platform.invite_operator(
  email text,
  name text,
  role text
)
returns platform.operators
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_operator platform.operators;
begin
  perform platform_private.require_operator_admin();
  if email is null or length(email) > 320 or email !~ '^[^@\s]+@[^@\s]+$' then
    raise exception 'this is no e-mail address'
      using errcode = 'TN002', column = 'email', hint = 'For example: anna@platform.example.';
  end if;
  if name is null or length(btrim(name)) not between 1 and 120 then
    raise exception 'an operator''s name is 1 to 120 characters' using errcode = 'TN002', column = 'name', hint = 'Give a name.';
  end if;
  if role is null or role not in ('admin', 'operator', 'security', 'developer') then
    raise exception 'there is no such role'
      using errcode = 'TN002', column = 'role', hint = 'Roles: admin, operator, security, developer.';
  end if;
  insert into platform.operators (email, name, role, status)
  values (invite_operator.email, btrim(invite_operator.name), invite_operator.role, 'invited')
  on conflict do nothing
  returning * into v_operator;
  if v_operator.id is null then
    select * into v_operator from platform.operators o where lower(o.email) = lower(invite_operator.email) and o.status = 'invited';
  end if;
  if v_operator.id is null then
    raise exception 'an operator has this e-mail already'
      using errcode = 'TN008', column = 'email', hint = 'Change that one: platform.change_operator.';
  end if;
  perform platform_private.open_invitation(null, v_operator.id, 'invitation');
  perform jobs.enqueue('invitation__send', jsonb_build_object('tenantId', null, 'personId', v_operator.id), 'invitation::' || v_operator.id);
  perform audit.record('operators.invite', null, 'operators:' || v_operator.id, 'ok', null,
                       jsonb_build_object('email', v_operator.email, 'name', v_operator.name, 'role', v_operator.role, 'status', v_operator.status));
  return v_operator;
end
$$;
comment on function platform.invite_operator(text, text, text) is 'Enters an operator, who is invited until a password is chosen.';
revoke all on function platform.invite_operator(text, text, text) from public;
grant execute on function platform.invite_operator(text, text, text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/invite_operator.sql
--! Included functions/platform/change_operator.sql
-- Changes what an operator is, or whether: what is null stays. Sessions end, so that the next sign-in brings the new role. `active` for one
-- who never chose a password is `invited`. Only admins get here, so one's own role can only fall. May be called by members of
-- tenantry_admin. Raises TN002 with the field as `column`, TN003, TN008 for the last active admin, TN009.
create or replace function platform.change_operator(
  id uuid,
  role text default null,
  status text default null
)
returns platform.operators
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_before platform.operators;
  v_after platform.operators;
begin
  v_before := platform_private.lock_operator(id);
  perform platform_private.require_operator_admin();
  if role not in ('admin', 'operator', 'security', 'developer') then
    raise exception 'there is no such role'
      using errcode = 'TN002', column = 'role', hint = 'Roles: admin, operator, security, developer.';
  end if;
  if status not in ('active', 'disabled') then
    raise exception 'an operator is made active or disabled'
      using errcode = 'TN002', column = 'status', hint = 'One who never chose a password becomes invited by being made active.';
  end if;
  update platform.operators o
     set role = coalesce(change_operator.role, o.role),
         status = case
                    when change_operator.status = 'active'
                         and not exists (select from platform_private.operator_credentials c where c.operator_id = o.id) then 'invited'
                    else coalesce(change_operator.status, o.status)
                  end
   where o.id = change_operator.id
  returning * into v_after;
  if v_after is distinct from v_before then
    perform platform_private.require_some_admin();
    perform audit.record('operators.change', null, 'operators:' || id, 'ok',
                         jsonb_build_object('role', v_before.role, 'status', v_before.status),
                         jsonb_build_object('role', v_after.role, 'status', v_after.status));
  end if;
  return v_after;
end
$$;
comment on function platform.change_operator(uuid, text, text) is 'Changes an operator''s role or status.';
revoke all on function platform.change_operator(uuid, text, text) from public;
grant execute on function platform.change_operator(uuid, text, text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/change_operator.sql
--! Included functions/platform/limit_operator.sql
-- Limits an operator to the tenants listed, in place of those listed before; null or an empty list lifts the limit. For everything the
-- operator does from then on, other tenants are not there; visits in them end. May be called by members of tenantry_admin. Raises TN003 for an operator or
-- a tenant that is not there, TN008 for the last active admin, TN009.
create or replace function platform.limit_operator(
  id uuid,
  tenant_ids text[]
)
returns platform.operators
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_operator platform.operators;
  v_before jsonb;
  v_after jsonb;
  v_unknown text;
begin
  v_operator := platform_private.lock_operator(id);
  perform platform_private.require_operator_admin();
  select wanted.tenant_id into v_unknown
    from unnest(tenant_ids) as wanted (tenant_id)
   where wanted.tenant_id is null or not exists (select from platform.tenants t where t.id = wanted.tenant_id)
   limit 1;
  if found then
    raise exception 'there is no tenant "%"', v_unknown
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  select coalesce(jsonb_agg(ot.tenant_id order by ot.tenant_id), '[]') into v_before
    from platform.operator_tenants ot where ot.operator_id = limit_operator.id;
  delete from platform.operator_tenants ot where ot.operator_id = limit_operator.id;
  insert into platform.operator_tenants (operator_id, tenant_id)
  select distinct limit_operator.id, wanted.tenant_id from unnest(tenant_ids) as wanted (tenant_id);
  select coalesce(jsonb_agg(ot.tenant_id order by ot.tenant_id), '[]') into v_after
    from platform.operator_tenants ot where ot.operator_id = limit_operator.id;
  if v_after <> v_before then
    perform platform_private.require_some_admin();
    if v_after <> '[]' then
      perform platform_private.end_visits(id, tenant_ids);
    end if;
    perform audit.record('operators.limit', null, 'operators:' || id, 'ok',
                         jsonb_build_object('tenants', v_before), jsonb_build_object('tenants', v_after));
  end if;
  return v_operator;
end
$$;
comment on function platform.limit_operator(uuid, text[]) is 'Limits an operator to the tenants listed; an empty list lifts the limit.';
revoke all on function platform.limit_operator(uuid, text[]) from public;
grant execute on function platform.limit_operator(uuid, text[]) to :ROLE_ADMIN;
--! EndIncluded functions/platform/limit_operator.sql

-- Ids of other tenants are among what a limit hides.
create policy admins_read on platform.operator_tenants for select to :ROLE_ADMIN, :ROLE_SECURITY
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
create policy everybody_reads_themselves on platform.operator_tenants for select to :ROLE_OPERATOR, :ROLE_DEVELOPER
  using (operator_id = (select nullif(current_setting('tenantry.operator_id', true), '')::uuid));
grant select on platform.operator_tenants to :ROLE_ADMIN, :ROLE_SECURITY, :ROLE_OPERATOR, :ROLE_DEVELOPER;

-- The tenants are looked up once a statement; null means no limit.
alter policy operators_read on platform.tenants
  using ((select platform_private.listed_tenants()) is null or id = any ((select platform_private.listed_tenants())::text[]));
alter policy operators_read on platform.provisioning_runs
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
alter policy operators_read on platform.tenant_transitions
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
alter policy operators_read on platform.tenant_visits
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
alter policy operators_read on platform.service_account_grants
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
-- Whose grants are seen; the policy above says which those are.
alter policy operators_read on platform.service_accounts
  using ((select platform_private.listed_tenants()) is null or id in (select g.account_id from platform.service_account_grants g));
alter policy operators_read on platform.external_issuers
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
-- Events of no tenant belong to the platform, so they are for those who are not limited.
alter policy security_reads on audit.events
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));

-- Whoever develops needs no name or address of a tenant's people.
revoke select on platform.provisioning_runs from :ROLE_DEVELOPER;
grant select (id, tenant_id, status, activate, steps, failed_step, sqlstate, error, created_at, started_at, finished_at)
  on platform.provisioning_runs to :ROLE_DEVELOPER;

-- Tenant configuration, webhooks, domain jobs

create table platform.setting_sections (
  section text primary key,
  key text not null unique,
  held_by text not null constraint setting_sections_held_by_known check (held_by in ('tenant', 'operators')),
  schema jsonb not null,
  registered_at timestamptz not null default now()
);
comment on table platform.setting_sections is 'What each section of a tenant''s settings may hold. Registered by the migrator from sql/settings.';
comment on column platform.setting_sections.section is 'Key of the row in the tenant''s own table settings.';
comment on column platform.setting_sections.key is 'Name of the section in JSON: in a tenant''s settings, in paths of refusals.';
comment on column platform.setting_sections.held_by is 'tenant: the truth is in the tenant''s own table; operators: on the tenant''s row here.';
comment on column platform.setting_sections.schema is 'JSON Schema 2020-12, in the subset of docs/how-to/configure-a-tenant.md. Its default is what null puts back.';

create table platform.setting_changes (
  id bigint generated always as identity primary key,
  tenant_id text not null references platform.tenants on delete no action,
  section text not null,
  version integer not null,
  at timestamptz not null default now(),
  actor text not null,
  before jsonb,
  after jsonb
);
comment on table platform.setting_changes is 'History of the sections of settings that tenants hold.';
comment on column platform.setting_changes.version is 'The section''s version that the change made.';
comment on column platform.setting_changes.actor is 'As in the audit trail: operator:<id>, user:<id>, login:<name>.';
comment on column platform.setting_changes.before is 'What changed, as it was.';
comment on column platform.setting_changes.after is 'What changed, as it became.';
create index setting_changes_tenant_id_idx on platform.setting_changes (tenant_id, id);

alter table platform.setting_sections enable row level security;
alter table platform.setting_changes enable row level security;
create policy operators_read on platform.setting_sections for select
  to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER using (true);
create policy operators_read on platform.setting_changes for select to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
grant select on platform.setting_sections to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
grant select on platform.setting_changes to :ROLE_ADMIN, :ROLE_OPERATOR, :ROLE_SECURITY;

--! Included functions/platform_private/setting_flaw.sql
-- What is wrong with a value by a JSON Schema: the path of the first flaw and words for it; two nulls if nothing is. Knows the
-- keywords that platform_private.unsupported_keyword lets pass, with the meaning of JSON Schema 2020-12, and no others.
-- Called by functions only, and by itself for what lies inside.
create or replace function platform_private.setting_flaw(
  schema jsonb,
  value jsonb,
  path text,
  out at text,
  out flaw text
)
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_type constant text := jsonb_typeof(value);
  v_types constant text[] := case jsonb_typeof(schema -> 'type')
    when 'array' then array(select jsonb_array_elements_text(schema -> 'type'))
    when 'string' then array[schema ->> 'type'] end;
  v_text constant text := value #>> '{}';
  v_key text;
  v_place text;
  v_item jsonb;
  v_index bigint;
begin
  at := path;
  flaw := case
    when v_type <> all (v_types) and not (
      v_type = 'number' and 'integer' = any (v_types) and case v_type when 'number' then v_text::numeric % 1 = 0 end
    ) then 'must be of type ' || array_to_string(v_types, ' or ')
    when not (schema -> 'enum') @> jsonb_build_array(value) then
      'must be one of ' || (select string_agg(e.allowed, ', ') from jsonb_array_elements_text(schema -> 'enum') as e (allowed))
  end;
  if flaw is not null then
    return;
  end if;
  flaw := case v_type
    when 'number' then case
      when v_text::numeric < (schema ->> 'minimum')::numeric then 'must be at least ' || (schema ->> 'minimum')
      when v_text::numeric > (schema ->> 'maximum')::numeric then 'must be at most ' || (schema ->> 'maximum') end
    when 'string' then case
      when length(v_text) < (schema ->> 'minLength')::integer then format('must have %s characters or more', schema ->> 'minLength')
      when length(v_text) > (schema ->> 'maxLength')::integer then format('must have %s characters or fewer', schema ->> 'maxLength')
      when v_text !~ (schema ->> 'pattern') then 'must match the pattern ' || (schema ->> 'pattern') end
    when 'array' then case
      when jsonb_array_length(value) < (schema ->> 'minItems')::integer then format('must have %s items or more', schema ->> 'minItems')
      when jsonb_array_length(value) > (schema ->> 'maxItems')::integer then format('must have %s items or fewer', schema ->> 'maxItems') end
    when 'object' then case
      when (select count(*) from jsonb_object_keys(value)) > (schema ->> 'maxProperties')::integer
        then format('must have %s entries or fewer', schema ->> 'maxProperties') end
  end;
  if flaw is not null then
    return;
  end if;

  if v_type = 'array' and schema ? 'items' then
    for v_item, v_index in select i.item, i.place from jsonb_array_elements(value) with ordinality as i (item, place) loop
      select f.at, f.flaw into at, flaw
        from platform_private.setting_flaw(schema -> 'items', v_item, format('%s.%s', path, v_index - 1)) f;
      if flaw is not null then
        return;
      end if;
    end loop;
  elsif v_type = 'object' then
    for v_key in select r.name from jsonb_array_elements_text(schema -> 'required') as r (name) where not value ? r.name loop
      at := path || '.' || v_key;
      flaw := 'is missing';
      return;
    end loop;
    for v_key, v_item in select e.key, e.value from jsonb_each(value) e loop
      v_place := path || '.' || left(v_key, 100);
      if schema -> 'properties' ? v_key then
        select f.at, f.flaw into at, flaw from platform_private.setting_flaw(schema -> 'properties' -> v_key, v_item, v_place) f;
      elsif schema -> 'additionalProperties' = 'false' then
        at := v_place;
        flaw := 'is unknown';
      else
        select f.at, f.flaw into at, flaw
          from platform_private.setting_flaw(coalesce(schema -> 'propertyNames', '{}'), to_jsonb(v_key), v_place) f;
        if flaw is null and jsonb_typeof(schema -> 'additionalProperties') = 'object' then
          select f.at, f.flaw into at, flaw from platform_private.setting_flaw(schema -> 'additionalProperties', v_item, v_place) f;
        end if;
      end if;
      if flaw is not null then
        return;
      end if;
    end loop;
  end if;
  at := null;
end
$$;
comment on function platform_private.setting_flaw(jsonb, jsonb, text) is 'The first flaw of a value by a JSON Schema; nulls for a good one.';
revoke all on function platform_private.setting_flaw(jsonb, jsonb, text) from public;
--! EndIncluded functions/platform_private/setting_flaw.sql
--! Included functions/platform_private/unsupported_keyword.sql
-- The path of the first thing in a JSON Schema that platform_private.setting_flaw would not understand; null if there is none.
-- A schema that says more than is checked would be a promise nobody keeps. `default` stands at the top alone: the value of a
-- section that was taken back. Called by functions only, and by itself for the schemas inside.
create or replace function platform_private.unsupported_keyword(
  schema jsonb,
  path text
)
returns text
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_key text;
  v_value jsonb;
  v_found text;
begin
  if jsonb_typeof(schema) is distinct from 'object' then
    return path;
  end if;
  for v_key, v_value in select e.key, e.value from jsonb_each(schema) e loop
    v_found := case
      when v_key in ('title', 'description', '$schema', 'pattern') then case when jsonb_typeof(v_value) <> 'string' then '' end
      when v_key = 'default' then case when path <> '$' then '' end
      when v_key = 'type' then case when not
        '["object", "array", "string", "integer", "number", "boolean", "null"]' @> v_value
        or jsonb_typeof(v_value) not in ('string', 'array') then '' end
      when v_key in ('enum', 'required') then case when jsonb_typeof(v_value) <> 'array' then '' end
      when v_key in ('minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'maxProperties')
        then case when jsonb_typeof(v_value) <> 'number' then '' end
      when v_key in ('items', 'propertyNames') then platform_private.unsupported_keyword(v_value, '')
      when v_key = 'additionalProperties'
        then case when jsonb_typeof(v_value) <> 'boolean' then platform_private.unsupported_keyword(v_value, '') end
      when v_key = 'properties' and jsonb_typeof(v_value) = 'object' then (
        select min('.' || p.key || platform_private.unsupported_keyword(p.value, ''))
          from jsonb_each(v_value) p)
      else ''
    end;
    if v_found is not null then
      return path || '.' || v_key || v_found;
    end if;
  end loop;
  return null;
end
$$;
comment on function platform_private.unsupported_keyword(jsonb, text) is 'Where a JSON Schema says more than settings are checked for.';
revoke all on function platform_private.unsupported_keyword(jsonb, text) from public;
--! EndIncluded functions/platform_private/unsupported_keyword.sql
--! Included functions/platform_private/vet_setting_schema.sql
-- Row trigger of platform.setting_sections: refuses a schema with keywords that are not checked, and a default that is not
-- accepted by its own schema. Raises TN002 with the place in the schema as `column`.
create or replace function platform_private.vet_setting_schema()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_place constant text := platform_private.unsupported_keyword(new.schema, '$');
  v_flaw record;
begin
  if v_place is not null then
    raise exception 'the schema of section % is beyond the subset that is checked, at %', new.section, v_place
      using errcode = 'TN002', column = v_place, hint = 'The subset stands in docs/how-to/configure-a-tenant.md.';
  end if;
  select f.at, f.flaw into v_flaw
    from platform_private.setting_flaw(new.schema, coalesce(new.schema -> 'default', 'null'), 'default') f;
  if v_flaw.flaw is not null then
    raise exception 'the default of section % is not accepted by its schema: % %', new.section, v_flaw.at, v_flaw.flaw
      using errcode = 'TN002', column = v_flaw.at, hint = 'Correct the default or the schema.';
  end if;
  return new;
end
$$;
comment on function platform_private.vet_setting_schema() is 'Trigger: only schemas that are checked in full.';
revoke all on function platform_private.vet_setting_schema() from public;
--! EndIncluded functions/platform_private/vet_setting_schema.sql
create trigger setting_sections_vet before insert or update on platform.setting_sections
  for each row execute function platform_private.vet_setting_schema();
--! Included functions/platform_private/require_setting.sql
-- Refuses a section of settings that its schema does not accept. Raises TN002 with the path as `column`, such as
-- settings.businessRules.approvalsRequired. Called by functions only.
create or replace function platform_private.require_setting(
  section text,
  value jsonb
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema platform.setting_sections;
  v_at text;
  v_flaw text;
begin
  select * into v_schema from platform.setting_sections s where s.section = require_setting.section;
  if not found then
    raise exception 'no schema is registered for the settings of section %', section
      using errcode = 'TN014', hint = 'Run the migrator.';
  end if;
  select f.at, f.flaw into v_at, v_flaw
    from platform_private.setting_flaw(v_schema.schema, value, 'settings.' || v_schema.key) f;
  if v_flaw is null and section = 'integrations' then
    select format('settings.integrations.webhooks.%s.id', max(w.place) - 1), 'must be unique' into v_at, v_flaw
      from jsonb_array_elements(value -> 'webhooks') with ordinality as w (webhook, place)
     group by w.webhook ->> 'id'
    having count(*) > 1
     limit 1;
  end if;
  if v_flaw is not null then
    raise exception 'a setting is not accepted: % %', v_at, v_flaw
      using errcode = 'TN002', column = v_at,
        hint = 'The accepted form: select schema from platform.setting_sections, or GET /api/v1/settings/schemas.';
  end if;
end
$$;
comment on function platform_private.require_setting(text, jsonb) is 'Refuses a section of settings that its schema does not accept.';
revoke all on function platform_private.require_setting(text, jsonb) from public;
--! EndIncluded functions/platform_private/require_setting.sql
--! Included functions/platform_private/require_settings.sql
-- Refuses settings, section by section under their names in JSON, unless each is known and accepted. With `null_resets` a null
-- is accepted too. Raises TN002 with the path as `column`. Called by create_tenant and update_tenant.
create or replace function platform_private.require_settings(
  settings jsonb,
  null_resets boolean
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_key text;
  v_value jsonb;
  v_section text;
begin
  if jsonb_typeof(settings) is distinct from 'object' then
    raise exception 'settings are an object'
      using errcode = 'TN002', column = 'settings', hint = 'For example: {"features": {"artworkReview": true}}.';
  end if;
  for v_key, v_value in select s.key, s.value from jsonb_each(settings) s loop
    select c.section into v_section from platform.setting_sections c where c.key = v_key;
    if not found then
      raise exception 'there is no section of settings of this name'
        using errcode = 'TN002', column = 'settings.' || left(v_key, 100),
          hint = 'Sections: branding, businessRules, integrations, features, security.';
    end if;
    if not (null_resets and jsonb_typeof(v_value) = 'null') then
      perform platform_private.require_setting(v_section, v_value);
    end if;
  end loop;
end
$$;
comment on function platform_private.require_settings(jsonb, boolean) is 'Refuses settings with a section that is unknown or not accepted.';
revoke all on function platform_private.require_settings(jsonb, boolean) from public;
--! EndIncluded functions/platform_private/require_settings.sql
--! Included functions/platform_private/check_setting.sql
-- Row trigger of a tenant's settings, before a section is written: its schema accepts it, and its version counts up. Raises
-- TN002 with the path as `column`.
create or replace function platform_private.check_setting()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.require_setting(new.section, new.value);
  if tg_op = 'UPDATE' then
    new.version := old.version + (new.value <> old.value)::integer;
  end if;
  return new;
end
$$;
comment on function platform_private.check_setting() is 'Trigger: checks a section of settings and counts its versions.';
revoke all on function platform_private.check_setting() from public;
--! EndIncluded functions/platform_private/check_setting.sql
--! Included functions/platform_private/record_setting.sql
-- Row trigger of a tenant's settings, after a section was written: history and audit trail get what changed, the registry a
-- copy of the section, and signing secrets of webhooks that are gone go too. The copy is announced to nobody: NOTIFY takes a
-- lock that all commits of the database wait for, and this is a write of the data plane.
create or replace function platform_private.record_setting()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant text := case when tg_table_schema ^@ 'tenant_' then substr(tg_table_schema, 8) end;
  v_old constant jsonb := case tg_op when 'UPDATE' then old.value else '{}' end;
  v_before jsonb;
  v_after jsonb;
begin
  if v_tenant is null or v_old = new.value then
    return null;
  end if;
  select jsonb_object_agg(e.key, e.value) into v_before from jsonb_each(v_old) e where e.value is distinct from new.value -> e.key;
  select jsonb_object_agg(e.key, e.value) into v_after from jsonb_each(new.value) e where e.value is distinct from v_old -> e.key;
  update platform.tenants t
     set settings = t.settings || jsonb_build_object(c.key, new.value), version = t.version + 1, updated_at = now()
    from platform.setting_sections c
   where t.id = v_tenant and c.section = new.section;
  insert into platform.setting_changes (tenant_id, section, version, actor, before, after)
  values (v_tenant, new.section, new.version, audit.actor(), v_before, v_after);
  perform audit.record('settings.update', v_tenant, 'settings:' || new.section, 'ok', v_before, v_after,
                       jsonb_build_object('version', new.version));
  if new.section = 'integrations' then
    execute format('delete from %I.webhook_secrets where not $1 ? webhook', tg_table_schema)
      using (select coalesce(jsonb_agg(w.webhook -> 'id'), '[]')
               from jsonb_array_elements(new.value -> 'webhooks') as w (webhook));
  end if;
  return null;
end
$$;
comment on function platform_private.record_setting() is 'Trigger: history, audit and the registry''s copy of a section of settings.';
revoke all on function platform_private.record_setting() from public;
--! EndIncluded functions/platform_private/record_setting.sql
--! Included functions/platform_private/has_schema.sql
-- Whether a tenant's schema is built. Called by functions only.
create or replace function platform_private.has_schema(
  tenant_id text
)
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from platform.tenants t
     where t.id = has_schema.tenant_id
       and to_regclass(format('%I.settings', platform_private.tenant_schema(t.id))) is not null
  )
$$;
comment on function platform_private.has_schema(text) is 'Is the tenant''s schema there?';
revoke all on function platform_private.has_schema(text) from public;
--! EndIncluded functions/platform_private/has_schema.sql
--! Included functions/platform_private/lock_settings.sql
-- Locks the settings of a tenant that has a schema. Its own administrators lock a section first and the registry's row then;
-- whoever means to change both takes them in this order too. Called by update_tenant. Quiet when there is no such schema.
create or replace function platform_private.lock_settings(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if platform_private.has_schema(tenant_id) then
    execute format('select from %I.settings order by section for update', platform_private.tenant_schema(tenant_id));
  end if;
end
$$;
comment on function platform_private.lock_settings(text) is 'Locks the rows of a tenant''s settings.';
revoke all on function platform_private.lock_settings(text) from public;
--! EndIncluded functions/platform_private/lock_settings.sql
--! Included functions/platform_private/write_settings.sql
-- Writes sections of settings, under their names in JSON, into the tenant's own table; null puts a section back to its default.
-- The triggers there check, record and copy them. Sections of the operators are none of its business. Called by
-- update_tenant and provision_tenant, for tenants that have a schema.
create or replace function platform_private.write_settings(
  tenant_id text,
  settings jsonb
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_section text;
  v_value jsonb;
begin
  for v_section, v_value in
    select c.section, case jsonb_typeof(s.value) when 'null' then c.schema -> 'default' else s.value end
      from jsonb_each(settings) s
      join platform.setting_sections c on c.key = s.key and c.held_by = 'tenant'
     order by c.section
  loop
    execute format('update %I.settings set value = $1 where section = $2', platform_private.tenant_schema(tenant_id))
      using v_value, v_section;
  end loop;
end
$$;
comment on function platform_private.write_settings(text, jsonb) is 'Writes sections of settings into the tenant''s own table.';
revoke all on function platform_private.write_settings(text, jsonb) from public;
--! EndIncluded functions/platform_private/write_settings.sql
--! Included functions/platform_private/adopt_settings.sql
-- Gives a schema that was just built the settings with which its tenant was created, and the registry a copy of those that were
-- not given. Called by provision_tenant.
create or replace function platform_private.adopt_settings(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_all jsonb;
begin
  perform platform_private.write_settings(tenant_id, (select t.settings from platform.tenants t where t.id = adopt_settings.tenant_id));
  execute format(
    'select jsonb_object_agg(c.key, s.value) from %I.settings s join platform.setting_sections c on c.section = s.section',
    platform_private.tenant_schema(tenant_id)
  ) into v_all;
  update platform.tenants t set settings = t.settings || coalesce(v_all, '{}') where t.id = adopt_settings.tenant_id;
end
$$;
comment on function platform_private.adopt_settings(text) is 'Settings of a new tenant: from its creation into its schema, and back as a copy.';
revoke all on function platform_private.adopt_settings(text) from public;
--! EndIncluded functions/platform_private/adopt_settings.sql
--! Included functions/platform/create_tenant.sql
-- Registers a tenant and orders its provisioning: row, run and job in one transaction. Settings wait on the row until the tenant's
-- own table is there.
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
  perform platform_private.require_settings(coalesce(settings, '{}'), false);
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
--! Included functions/platform/update_tenant.sql
-- Changes a tenant's name, description, domain, tier or settings: a section given is replaced whole, null puts it back to its
-- default. Sections that the tenant holds are written into its own table, whose triggers copy them onto the row here.
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
  v_tenant platform.tenants;
  v_settings jsonb;
  v_security jsonb;
  v_key text;
  v_constraint text;
begin
  if patch ? 'settings' then
    perform platform_private.lock_settings(id);
  end if;
  v_tenant := platform_private.lock_tenant(id);
  v_security := v_tenant.settings -> 'security';
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
  if patch ? 'settings' then
    perform platform_private.require_settings(patch -> 'settings', true);
    v_settings := patch -> 'settings';
    if platform_private.has_schema(id) then
      select jsonb_object_agg(s.key, s.value) into v_settings
        from jsonb_each(v_settings) s
        join platform.setting_sections c on c.key = s.key and c.held_by = 'operators';
    end if;
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
           settings = case when v_settings is null then t.settings else (
             select coalesce(jsonb_object_agg(s.key, s.value), '{}')
               from jsonb_each(t.settings || v_settings) s
              where jsonb_typeof(s.value) <> 'null'
           ) end,
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
  if v_tenant.settings -> 'security' is distinct from v_security then
    insert into platform.setting_changes (tenant_id, section, version, actor, before, after)
    values (id, 'security', v_tenant.version, audit.actor(), v_security, v_tenant.settings -> 'security');
    perform audit.record('settings.update', id, 'settings:security', 'ok', v_security, v_tenant.settings -> 'security');
  end if;
  if patch ? 'settings' and platform_private.has_schema(id) then
    perform platform_private.write_settings(id, patch -> 'settings');
    select * into v_tenant from platform.tenants t where t.id = update_tenant.id;
  end if;
  return v_tenant;
end
$$;
comment on function platform.update_tenant(text, jsonb, integer) is 'Changes a tenant''s name, description, domain, tier or settings.';
revoke all on function platform.update_tenant(text, jsonb, integer) from public;
grant execute on function platform.update_tenant(text, jsonb, integer) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/update_tenant.sql
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
    perform platform_private.adopt_settings(id);
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

-- A tenant that changes its own settings changes its row here as well; nobody needs to hear of that, see record_setting.
drop trigger tenants_announce on platform.tenants;
create trigger tenants_announce_new after insert on platform.tenants
  for each row execute function platform_private.announce_tenant();
create trigger tenants_announce after update on platform.tenants
  for each row when (
    to_jsonb(old) - array['settings', 'version', 'updated_at'] is distinct from to_jsonb(new) - array['settings', 'version', 'updated_at']
    or old.settings -> 'security' is distinct from new.settings -> 'security')
  execute function platform_private.announce_tenant();

alter table jobs.outbox drop constraint outbox_task_known;
-- The table holds what no worker has fetched yet, seldom more than a few rows.
-- squawk-ignore constraint-missing-not-valid
alter table jobs.outbox add constraint outbox_task_known check (
  task in ('tenant__provision', 'worker__test', 'invitation__send', 'webhook__deliver', 'agreements__expire'));

--! Included functions/jobs/enqueue_quietly.sql
-- Orders a job without telling anybody, in the caller's transaction: for writes of the data plane, which must not NOTIFY. The worker
-- finds the order within two seconds. Callable by the owner's functions.
create or replace function jobs.enqueue_quietly(
  task text,
  payload jsonb,
  job_key text
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into jobs.outbox (task, payload, job_key) values (task, payload, job_key)
$$;
comment on function jobs.enqueue_quietly(text, jsonb, text) is 'Orders a job that the worker finds within two seconds.';
revoke all on function jobs.enqueue_quietly(text, jsonb, text) from public;
--! EndIncluded functions/jobs/enqueue_quietly.sql
--! Included functions/jobs/fetch_orders.sql
-- Moves ordered jobs into graphile-worker's queue, in one statement and so whole or not at all. Runs with the worker's rights, and
-- only the worker may. A starting worker's self-test goes before whatever has piled up, and webhooks come after everything
-- else: two at a time, since each may wait for a stranger's server, and for hours until it answers. Returns how many there were.
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
           identifier => taken.task, payload => taken.payload::json, job_key => taken.job_key,
           max_attempts => case taken.task when 'webhook__deliver' then 10 else 6 end,
           queue_name => case taken.task when 'webhook__deliver'
                         then 'webhooks_' || abs(hashtext(taken.payload ->> 'tenantId') % 2) end,
           priority => case taken.task when 'worker__test' then -100 when 'webhook__deliver' then 100 else 0 end))
    into v_count
    from taken;
  return v_count;
end
$$;
comment on function jobs.fetch_orders() is 'Moves ordered jobs into the queue; returns how many.';
revoke all on function jobs.fetch_orders() from public;
grant execute on function jobs.fetch_orders() to :ROLE_WORKER;
--! EndIncluded functions/jobs/fetch_orders.sql
--! Included functions/tenantry_shared/approvals_guard.sql
-- Before an approval changes: it is decided once, by somebody other than its requester, and signed by the
-- server's claim rather than by what the caller says. Rows that the owner loads are inserts and come as they are.
-- Of the approvals that one submission of an agreement asks for, nobody decides two. The agreement's row is locked first: of
-- two decisions at the same moment the second sees the first.
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
  if new.kind = 'agreement' then
    perform from agreements where id = new.agreement_id for update;
    if exists (
      select from approvals
      where agreement_id = new.agreement_id and kind = 'agreement' and created_at = new.created_at and id <> new.id
        and decided_by = new.decided_by and status = 'approved'
    ) then
      raise exception 'this user has approved the agreement already'
        using errcode = 'TN009', column = 'decided_by',
          detail = 'The tenant asks for the approval of several users.', hint = 'Let another colleague decide this one.';
    end if;
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
--
-- One submission asks for as many approvals as the tenant's business rules say: the first row brings the others, and all of
-- one submission have one created_at, that of its transaction. The agreement is active when the last of them is given; one
-- refusal sends it back to draft and closes those still open. How many were asked for stays as it was, whatever the rules
-- say later.
create or replace function tenantry_shared.approvals_move_agreement()
returns trigger
language plpgsql
volatile
as $$
declare
  v_from text := case new.status when 'pending' then 'draft' else 'pending_approval' end;
  v_to text := case new.status when 'pending' then 'pending_approval' when 'approved' then 'active' else 'draft' end;
  v_required integer;
begin
  -- Deeper than one are the rows that this trigger writes itself.
  if not row_security_active(tg_relid) or pg_trigger_depth() > 1 or (tg_op = 'UPDATE' and new.status = 'pending') then
    return null;
  end if;
  if new.status = 'approved' and exists (
    select from approvals where agreement_id = new.agreement_id and kind = 'agreement' and status = 'pending'
  ) then
    return null;
  end if;
  if new.status = 'rejected' then
    update approvals set status = 'rejected', comment = new.comment
    where agreement_id = new.agreement_id and kind = 'agreement' and status = 'pending';
  end if;
  update agreements set status = v_to where id = new.agreement_id and status = v_from;
  if not found then
    raise exception 'the agreement is not %', replace(v_from, '_', ' ')
      using errcode = 'TN004', column = 'status',
        detail = format('An approval of an agreement moves it from %s to %s.', v_from, v_to),
        hint = 'Read the agreement again; somebody else may have moved it.';
  end if;
  if new.status = 'pending' then
    select (value ->> 'approvalsRequired')::integer into v_required from settings where section = 'business_rules';
    insert into approvals (agreement_id, kind, comment)
    select new.agreement_id, 'agreement', new.comment from generate_series(2, v_required);
  end if;
  return null;
end
$$;

comment on function tenantry_shared.approvals_move_agreement() is
  'Trigger of approvals: moves the agreement that an approval is about.';

revoke all on function tenantry_shared.approvals_move_agreement() from public;
grant execute on function tenantry_shared.approvals_move_agreement() to public;
--! EndIncluded functions/tenantry_shared/approvals_move_agreement.sql
--! Included functions/platform_private/end_webhook_delivery.sql
-- Writes down how an attempt to deliver went: pending (it will be tried again), delivered or failed. Deliveries older than 30 days
-- go on this occasion, so the table stays small without a job of its own. Called by the worker.
create or replace function platform_private.end_webhook_delivery(
  tenant_id text,
  delivery_id uuid,
  status text,
  response_status integer,
  error text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.tenant_schema(tenant_id);
begin
  if not platform_private.has_schema(tenant_id) then
    return;
  end if;
  execute format(
    'update %I.webhook_deliveries
        set status = $2, attempts = attempts + 1, response_status = $3, last_error = left($4, 200),
            finished_at = case when $2 <> ''pending'' then now() end
      where id = $1 and status = ''pending''', v_schema)
    using delivery_id, status, response_status, error;
  execute format('delete from %I.webhook_deliveries where created_at < now() - interval ''30 days''', v_schema);
end
$$;
comment on function platform_private.end_webhook_delivery(text, uuid, text, integer, text) is 'Writes down how a delivery went.';
revoke all on function platform_private.end_webhook_delivery(text, uuid, text, integer, text) from public;
grant execute on function platform_private.end_webhook_delivery(text, uuid, text, integer, text) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/end_webhook_delivery.sql
--! Included functions/platform_private/begin_webhook_delivery.sql
-- What a delivery of a webhook sends, to where, sealed with what: read anew from the tenant, ids and status only. No row when
-- there is nothing to send any more: decided already, the tenant closed, the webhook switched off or without a secret, the
-- subject gone; a delivery that can't be made any more is closed with the reason. Called by the worker.
create or replace function platform_private.begin_webhook_delivery(
  tenant_id text,
  delivery_id uuid
)
returns table (
  webhook text,
  url text,
  event text,
  occurred_at timestamptz,
  data jsonb,
  sealed text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
  v_schema constant text := platform_private.tenant_schema(tenant_id);
  v_delivery record;
  v_webhook jsonb;
  v_sealed text;
  v_data jsonb;
  v_refusal text;
begin
  select * into v_tenant from platform.tenants t where t.id = begin_webhook_delivery.tenant_id;
  if not platform_private.has_schema(tenant_id) then
    return;
  end if;
  execute format(
    'select d.webhook, d.event, d.subject_id, d.created_at, s.sealed
       from %1$I.webhook_deliveries d left join %1$I.webhook_secrets s on s.webhook = d.webhook
      where d.id = $1 and d.status = ''pending''', v_schema)
    into v_delivery using delivery_id;
  if v_delivery.webhook is null then
    return;
  end if;
  select w.webhook into v_webhook
    from jsonb_path_query(v_tenant.settings, '$.integrations.webhooks[*]') as w (webhook)
   where w.webhook ->> 'id' = v_delivery.webhook and w.webhook -> 'enabled' = 'true';
  if v_delivery.event ^@ 'approval.' then
    execute format(
      'select jsonb_build_object(''approvalId'', id, ''agreementId'', agreement_id, ''kind'', kind, ''status'', status)
         from %I.approvals where id = $1', v_schema)
      into v_data using v_delivery.subject_id;
  else
    execute format('select jsonb_build_object(''agreementId'', id, ''status'', status) from %I.agreements where id = $1', v_schema)
      into v_data using v_delivery.subject_id;
  end if;
  v_refusal := case
    when v_tenant.status <> 'active' then 'The tenant is not open.'
    when v_webhook is null then 'The webhook was removed or switched off.'
    when v_delivery.sealed is null then 'The webhook has no signing secret. Make one.'
    when v_data is null then 'What it is about was deleted.'
  end;
  if v_refusal is not null then
    perform platform_private.end_webhook_delivery(tenant_id, delivery_id, 'failed', null, v_refusal);
    return;
  end if;
  webhook := v_delivery.webhook;
  url := v_webhook ->> 'url';
  event := v_delivery.event;
  occurred_at := v_delivery.created_at;
  data := v_data;
  sealed := v_delivery.sealed;
  return next;
end
$$;
comment on function platform_private.begin_webhook_delivery(text, uuid) is 'What a delivery sends and where; no row when it is not to be sent.';
revoke all on function platform_private.begin_webhook_delivery(text, uuid) from public;
grant execute on function platform_private.begin_webhook_delivery(text, uuid) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/begin_webhook_delivery.sql
--! Included functions/platform_private/order_webhooks.sql
-- Row trigger of agreements and approvals: what happened becomes one delivery for each webhook of the tenant that is switched
-- on for it, and a job each, in the transaction of the change. No NOTIFY: it takes a lock that all commits of the database wait
-- for, and this is a write of the data plane. The worker looks for orders every two seconds.
create or replace function platform_private.order_webhooks()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant text := case when tg_table_schema ^@ 'tenant_' then substr(tg_table_schema, 8) end;
  v_event constant text := case
    when tg_table_name = 'approvals' then case new.status when 'pending' then 'approval.requested' else 'approval.decided' end
    else 'agreement.' || case new.status when 'active' then 'activated' else new.status end end;
  v_webhook text;
  v_delivery uuid;
begin
  for v_webhook in
    select w.webhook ->> 'id'
      from platform.tenants t
     cross join jsonb_path_query(t.settings, '$.integrations.webhooks[*]') as w (webhook)
     where t.id = v_tenant and w.webhook -> 'enabled' = 'true' and w.webhook -> 'events' ? v_event
  loop
    execute format('insert into %I.webhook_deliveries (webhook, event, subject_id) values ($1, $2, $3) returning id', tg_table_schema)
      into v_delivery
      using v_webhook, v_event, new.id;
    perform jobs.enqueue_quietly(
      'webhook__deliver', jsonb_build_object('tenantId', v_tenant, 'deliveryId', v_delivery), 'webhook:' || v_delivery);
  end loop;
  return null;
end
$$;
comment on function platform_private.order_webhooks() is 'Trigger: orders a delivery for each webhook that wants to know.';
revoke all on function platform_private.order_webhooks() from public;
--! EndIncluded functions/platform_private/order_webhooks.sql
--! Included functions/platform_private/record_webhook_secret.sql
-- Row trigger of a tenant's webhook_secrets: that a secret was made, replaced or removed, and never what it is, enters the trail.
create or replace function platform_private.record_webhook_secret()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.record(
    case tg_op when 'INSERT' then 'webhook_secrets.make' when 'UPDATE' then 'webhook_secrets.rotate' else 'webhook_secrets.remove' end,
    case when tg_table_schema ^@ 'tenant_' then substr(tg_table_schema, 8) end,
    'webhook_secrets:' || case tg_op when 'DELETE' then old.webhook else new.webhook end);
  return null;
end
$$;
comment on function platform_private.record_webhook_secret() is 'Trigger: records that a webhook''s secret was made, replaced or removed.';
revoke all on function platform_private.record_webhook_secret() from public;
--! EndIncluded functions/platform_private/record_webhook_secret.sql
--! Included functions/platform_private/active_tenants.sql
-- Ids of active tenants behind `after`, in order, at most `count`: for jobs that go through the fleet in batches. Called by the worker.
create or replace function platform_private.active_tenants(
  after text,
  count integer
)
returns setof text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select t.id
    from platform.tenants t
   where t.status = 'active' and t.id > active_tenants.after
   order by t.id
   limit active_tenants.count
$$;
comment on function platform_private.active_tenants(text, integer) is 'The next active tenants by id.';
revoke all on function platform_private.active_tenants(text, integer) from public;
grant execute on function platform_private.active_tenants(text, integer) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/active_tenants.sql
--! Included functions/platform_private/expire_agreements.sql
-- Ends the active agreements of one tenant whose last day has passed, each with its event in the audit trail; returns how many.
-- Takes the tenant's path for the while, as the triggers of agreements expect, and hands the caller's back. Raises TN003, and
-- TN010 for a tenant that is not active. Called by the worker.
create or replace function platform_private.expire_agreements(
  tenant_id text
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
  v_id uuid;
  v_count integer := 0;
begin
  perform set_config('search_path', format('%I, tenantry_shared, pg_temp', v_schema), true);
  for v_id in execute format(
    'update %I.agreements set status = ''expired'' where status = ''active'' and ends_on < current_date returning id', v_schema)
  loop
    perform audit.record('agreements.expire', tenant_id, 'agreements:' || v_id, 'ok', '{"status": "active"}', '{"status": "expired"}');
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function platform_private.expire_agreements(text) is 'Expires a tenant''s agreements whose last day has passed.';
revoke all on function platform_private.expire_agreements(text) from public;
grant execute on function platform_private.expire_agreements(text) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/expire_agreements.sql
--! Included functions/platform/expire_agreements.sql
-- Orders the job that ends agreements past their last day, now instead of tonight: in one tenant, or in all without an id.
-- May be called by members of tenantry_operator. Raises TN003, TN004 for a tenant that is not active,
-- TN009 for all tenants to an operator limited to some.
create or replace function platform.expire_agreements(
  id text default null
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_status text;
begin
  if id is not null then
    select t.status into v_status from platform.tenants t where t.id = expire_agreements.id and platform_private.reaches_tenant(t.id);
    if not found then
      raise exception 'there is no tenant "%"', id
        using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
    end if;
    if v_status <> 'active' then
      raise exception 'tenant "%" is %, its agreements rest', id, v_status
        using errcode = 'TN004', detail = 'Allowed from: active.', hint = 'Activate it first.';
    end if;
  else
    perform platform_private.require_unlimited();
  end if;
  perform audit.record('agreements.order_expiry', id);
  perform jobs.enqueue('agreements__expire', jsonb_strip_nulls(jsonb_build_object('tenantId', id)), 'expire:' || coalesce(id, '*'));
end
$$;
comment on function platform.expire_agreements(text) is 'Orders the job that ends agreements past their last day.';
revoke all on function platform.expire_agreements(text) from public;
grant execute on function platform.expire_agreements(text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/expire_agreements.sql

-- Signing keys: next, current, previous, revoked.
alter table platform_private.signing_keys
  add column encryption bytea,
  add column state_since timestamptz not null default now();
-- squawk-ignore constraint-missing-not-valid
alter table platform_private.signing_keys add constraint signing_keys_revoked_destroyed
  check ((state = 'revoked') = (sealed = '') and (state <> 'revoked' or encryption is null));
comment on column platform_private.signing_keys.state is
  'next: published ahead; current: signs; previous: verifies until its last token has expired, then the row goes; revoked: trusted by nobody.';
comment on column platform_private.signing_keys.state_since is 'When the key entered its state.';
comment on column platform_private.signing_keys.sealed is 'The private half, sealed; emptied when the key is revoked.';
comment on column platform_private.signing_keys.encryption is 'The secret key that encrypts this tenant''s tokens if they are to be, sealed. It comes and goes with the signing key.';
-- squawk-ignore require-concurrent-index-creation
create unique index signing_keys_one_next on platform_private.signing_keys (coalesce(tenant_id, '')) where state = 'next';

alter table platform.installation add column seal_header bytea;
comment on column platform.installation.seal_header is
  'How values sealed under the present master key begin; another beginning means an earlier one. Written by the migrator.';

alter table jobs.outbox drop constraint outbox_task_known;
-- squawk-ignore constraint-missing-not-valid
alter table jobs.outbox add constraint outbox_task_known
  check (task in ('tenant__provision', 'worker__test', 'invitation__send', 'webhook__deliver', 'agreements__expire',
                  'keys__rotate', 'keys__reseal'));

drop function identity.signing_key(text);
drop function identity.verification_keys(text);
drop function platform_private.store_signing_key(text, text, text, jsonb, bytea);
--! Included functions/platform_private/encrypts_tokens.sql
-- Whether a tenant's access tokens are encrypted as well as signed: its setting security.encryptTokens. The platform's own never
-- are. Called by functions only.
create or replace function platform_private.encrypts_tokens(
  tenant_id text
)
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
           (select t.settings #> '{security,encryptTokens}' = 'true' from platform.tenants t where t.id = encrypts_tokens.tenant_id),
           false)
$$;
comment on function platform_private.encrypts_tokens(text) is 'Are this tenant''s access tokens encrypted?';
revoke all on function platform_private.encrypts_tokens(text) from public;
--! EndIncluded functions/platform_private/encrypts_tokens.sql
--! Included functions/identity/signing_key.sql
-- The current signing key of a tenant, sealed; null: the platform's. `encryption` is the sealed key with which its tokens are
-- encrypted, null unless `encrypted` says that they are. Callable by tenantry_auth.
create or replace function identity.signing_key(
  tenant_id text
)
returns table (
  kid text,
  alg text,
  sealed bytea,
  encrypted boolean,
  encryption bytea
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.kid, k.alg, k.sealed, mode.encrypted, case when mode.encrypted then k.encryption end
    from platform_private.signing_keys k
   cross join (select platform_private.encrypts_tokens(signing_key.tenant_id) as encrypted) mode
   where k.tenant_id is not distinct from signing_key.tenant_id
     and k.state = 'current'
$$;
comment on function identity.signing_key(text) is 'The sealed current signing key of a tenant or of the platform.';
revoke all on function identity.signing_key(text) from public;
grant execute on function identity.signing_key(text) to :ROLE_AUTH;
--! EndIncluded functions/identity/signing_key.sql
--! Included functions/identity/verification_keys.sql
-- Public keys with which tokens of a tenant may be checked; null: the platform's. Revoked keys are not among them. Where tokens are
-- encrypted, each comes with the sealed key that opens them. The current key is the first. Callable by tenantry_auth.
create or replace function identity.verification_keys(
  tenant_id text
)
returns table (
  kid text,
  public_jwk jsonb,
  state text,
  encrypted boolean,
  encryption bytea
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.kid, k.public_jwk, k.state, mode.encrypted, case when mode.encrypted then k.encryption end
    from platform_private.signing_keys k
   cross join (select platform_private.encrypts_tokens(verification_keys.tenant_id) as encrypted) mode
   where k.tenant_id is not distinct from verification_keys.tenant_id
     and k.state <> 'revoked'
   order by k.state, k.state_since desc
$$;
comment on function identity.verification_keys(text) is 'Public signing keys of a tenant or of the platform.';
revoke all on function identity.verification_keys(text) from public;
grant execute on function identity.verification_keys(text) to :ROLE_AUTH;
--! EndIncluded functions/identity/verification_keys.sql
--! Included functions/platform_private/store_signing_key.sql
-- Keeps a signing key of a tenant, sealed; without tenant one of the platform. It becomes the current key if there is none, else
-- the next; with both there it is not kept, and false is returned. `encryption` is the sealed key that encrypts tokens, if they are to
-- be. Raises TN003, and TN004 for a tenant that came to nothing or is purged. Called by the worker and the migrator, which make keys.
create or replace function platform_private.store_signing_key(
  tenant_id text,
  kid text,
  alg text,
  public_jwk jsonb,
  sealed bytea,
  encryption bytea default null
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_status text;
  v_state text;
begin
  if tenant_id is not null then
    v_status := (platform_private.lock_tenant(tenant_id)).status;
    if v_status in ('failed', 'cancelled', 'purged') then
      raise exception 'tenant "%" is %, it gets no keys', tenant_id, v_status
        using errcode = 'TN004', hint = 'Keys are made for tenants that are being provisioned or have been.';
    end if;
  end if;
  select case when not coalesce(bool_or(k.state = 'current'), false) then 'current'
              when not coalesce(bool_or(k.state = 'next'), false) then 'next' end
    into v_state
    from platform_private.signing_keys k
   where k.tenant_id is not distinct from store_signing_key.tenant_id;
  if v_state is null then
    return false;
  end if;
  insert into platform_private.signing_keys (kid, tenant_id, alg, state, public_jwk, sealed, encryption)
  values (kid, tenant_id, alg, v_state, public_jwk, sealed, encryption)
  on conflict do nothing;
  return found;
end
$$;
comment on function platform_private.store_signing_key(text, text, text, jsonb, bytea, bytea) is 'Stores a sealed signing key as the current or the next.';
revoke all on function platform_private.store_signing_key(text, text, text, jsonb, bytea, bytea) from public;
grant execute on function platform_private.store_signing_key(text, text, text, jsonb, bytea, bytea) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/store_signing_key.sql
--! Included functions/platform_private/lacks_signing_key.sql
-- Whether a tenant (null: the platform) lacks one of the two keys it should always have, the current and the next. Called by the
-- worker and the migrator, which make them.
create or replace function platform_private.lacks_signing_key(
  tenant_id text
)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select count(*) < 2
    from platform_private.signing_keys k
   where k.tenant_id is not distinct from lacks_signing_key.tenant_id
     and k.state in ('current', 'next')
$$;
comment on function platform_private.lacks_signing_key(text) is 'Is the current or the next signing key missing?';
revoke all on function platform_private.lacks_signing_key(text) from public;
grant execute on function platform_private.lacks_signing_key(text) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/lacks_signing_key.sql
--! Included functions/platform_private/announce_keys.sql
-- Tells listeners that an issuer's keys changed: a tenant's id, nothing for the platform. Only a hint, as announce_tenant; fired by
-- the table itself, so that a change by hand is heard like any other.
create or replace function platform_private.announce_keys()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_notify('tenantry_keys', coalesce(case tg_op when 'DELETE' then old.tenant_id else new.tenant_id end, ''));
  return null;
end
$$;
comment on function platform_private.announce_keys() is 'Trigger: NOTIFY tenantry_keys with the tenant''s id.';
revoke all on function platform_private.announce_keys() from public;
--! EndIncluded functions/platform_private/announce_keys.sql
--! Included functions/platform_private/rotate_issuer.sql
-- Lets the next key of a tenant (null: the platform) sign from now on. The one that signed verifies for as long as a token of it may
-- live; a worker makes a new next one. Under the lock of the issuer's row. Returns the kid that signs. Raises TN002 without a reason,
-- TN004 while the next key is missing or was published less than two minutes ago: whoever keeps our keys for a minute, as
-- jwks.json allows, and every server process must know a key before it signs.
create or replace function platform_private.rotate_issuer(
  tenant_id text,
  reason text
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_next platform_private.signing_keys;
  v_retired text;
begin
  if btrim(coalesce(reason, '')) = '' then
    raise exception 'say why the keys are to change'
      using errcode = 'TN002', column = 'reason', hint = 'Give a reason; it is kept in the audit trail.';
  end if;
  select * into v_next
    from platform_private.signing_keys k
   where k.tenant_id is not distinct from rotate_issuer.tenant_id and k.state = 'next';
  if v_next.kid is null or v_next.state_since > now() - interval '2 minutes' then
    raise exception 'the next key has not been published long enough'
      using errcode = 'TN004',
            detail = case when v_next.kid is null then 'It is still being made.'
                          else format('It was published at %s.', v_next.state_since) end,
            hint = 'Rotate two minutes after that. If a key has leaked, revoke: platform.revoke_keys.';
  end if;
  update platform_private.signing_keys k
     set state = 'previous', state_since = now()
   where k.tenant_id is not distinct from rotate_issuer.tenant_id and k.state = 'current'
  returning k.kid into v_retired;
  update platform_private.signing_keys k
     set state = 'current', state_since = now()
   where k.kid = v_next.kid;
  perform jobs.enqueue('keys__rotate', jsonb_build_object('tenantId', tenant_id), 'keys:' || coalesce(tenant_id, ''));
  perform audit.record('keys.rotate', tenant_id, 'signing_keys:' || v_next.kid, 'ok',
                       jsonb_build_object('current', v_retired), jsonb_build_object('current', v_next.kid),
                       jsonb_build_object('reason', reason));
  return v_next.kid;
end
$$;
comment on function platform_private.rotate_issuer(text, text) is 'Next key becomes current, current becomes previous.';
revoke all on function platform_private.rotate_issuer(text, text) from public;
--! EndIncluded functions/platform_private/rotate_issuer.sql
--! Included functions/platform_private/revoke_issuer.sql
-- Revokes every key of a tenant (null: the platform) that may have signed, and the next one, and destroys their private halves. A worker
-- makes new ones. Under the lock of the issuer's row. Returns how many were revoked. Raises TN002 without a reason.
create or replace function platform_private.revoke_issuer(
  tenant_id text,
  reason text
)
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_revoked jsonb;
begin
  if btrim(coalesce(reason, '')) = '' then
    raise exception 'say why the keys are to be revoked'
      using errcode = 'TN002', column = 'reason', hint = 'Give a reason; it is kept in the audit trail.';
  end if;
  select coalesce(jsonb_object_agg(k.kid, k.state), '{}') into v_revoked
    from platform_private.signing_keys k
   where k.tenant_id is not distinct from revoke_issuer.tenant_id and k.state <> 'revoked';
  update platform_private.signing_keys k
     set state = 'revoked', state_since = now(), sealed = '', encryption = null
   where k.tenant_id is not distinct from revoke_issuer.tenant_id and k.state <> 'revoked';
  perform jobs.enqueue('keys__rotate', jsonb_build_object('tenantId', tenant_id), 'keys:' || coalesce(tenant_id, ''));
  perform audit.record('keys.revoke', tenant_id, 'signing_keys:' || coalesce(tenant_id, 'platform'), 'ok',
                       v_revoked, null, jsonb_build_object('reason', reason));
  return (select count(*) from jsonb_object_keys(v_revoked));
end
$$;
comment on function platform_private.revoke_issuer(text, text) is 'Revokes every key of an issuer.';
revoke all on function platform_private.revoke_issuer(text, text) from public;
--! EndIncluded functions/platform_private/revoke_issuer.sql
--! Included functions/platform_private/tend_keys.sql
-- What time does to keys, a few hundred tenants a call: removes previous keys 25 hours after they signed last, since no token lives
-- longer than 24; rotates issuers whose current key has signed for `max_age`, or has no encryption key although tokens are to be
-- encrypted; orders keys where one is missing. Called by the worker every ten minutes. Returns how many of each.
create or replace function platform_private.tend_keys(
  max_age interval,
  out retired integer,
  out rotated integer,
  out ordered integer
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_key record;
begin
  retired := 0;
  rotated := 0;
  ordered := 0;
  for v_key in
    delete from platform_private.signing_keys k
     where k.state = 'previous' and k.state_since < now() - interval '25 hours'
    returning k.tenant_id, k.kid
  loop
    perform audit.record('keys.retire', v_key.tenant_id, 'signing_keys:' || v_key.kid);
    retired := retired + 1;
  end loop;
  for v_key in
    select t.id
      from platform.tenants t
     where t.status in ('ready', 'active', 'suspended', 'archived', 'deleted')
       and (select count(*) from platform_private.signing_keys k where k.tenant_id = t.id and k.state in ('current', 'next')) < 2
    union all
    select null where platform_private.lacks_signing_key(null)
     limit 300
  loop
    perform jobs.enqueue('keys__rotate', jsonb_build_object('tenantId', v_key.id), 'keys:' || coalesce(v_key.id, ''));
    ordered := ordered + 1;
  end loop;
  -- The issuers' rows are locked in one order, as two workers may tend at once.
  for v_key in
    select c.tenant_id
      from platform_private.signing_keys c
      join platform_private.signing_keys n
        on n.tenant_id is not distinct from c.tenant_id and n.state = 'next' and n.state_since < now() - interval '2 minutes'
     where c.state = 'current'
       and (c.state_since < now() - max_age or (c.encryption is null and platform_private.encrypts_tokens(c.tenant_id)))
     order by c.tenant_id
     limit 300
  loop
    if v_key.tenant_id is null then
      perform from platform.installation for update;
    else
      perform platform_private.lock_tenant(v_key.tenant_id);
    end if;
    -- Somebody else may have rotated before the row was ours; then the next key is too young, and there is nothing to do.
    if exists (select from platform_private.signing_keys k
                where k.tenant_id is not distinct from v_key.tenant_id and k.state = 'next'
                  and k.state_since < now() - interval '2 minutes') then
      perform platform_private.rotate_issuer(v_key.tenant_id, 'its time had come');
      rotated := rotated + 1;
    end if;
  end loop;
end
$$;
comment on function platform_private.tend_keys(interval) is 'Retires, rotates and completes signing keys by their age.';
revoke all on function platform_private.tend_keys(interval) from public;
grant execute on function platform_private.tend_keys(interval) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/tend_keys.sql
--! Included functions/platform_private/keys_to_reseal.sql
-- Keys that are sealed under another master key than the installation's, in the order of their ids after a given one. What is sealed
-- under the installation's begins with its seal_header. Called by the worker's job, which can open and seal.
create or replace function platform_private.keys_to_reseal(
  after_kid text,
  most integer
)
returns table (
  kid text,
  tenant_id text,
  sealed bytea,
  encryption bytea
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.kid, k.tenant_id, k.sealed, k.encryption
    from platform_private.signing_keys k
    join platform.installation i on i.seal_header is not null
   where k.kid > after_kid
     and k.state <> 'revoked'
     and (substr(k.sealed, 1, length(i.seal_header)) <> i.seal_header
          or substr(k.encryption, 1, length(i.seal_header)) <> i.seal_header)
   order by k.kid
   limit most
$$;
comment on function platform_private.keys_to_reseal(text, integer) is 'Keys sealed under an earlier master key.';
revoke all on function platform_private.keys_to_reseal(text, integer) from public;
grant execute on function platform_private.keys_to_reseal(text, integer) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/keys_to_reseal.sql
--! Included functions/platform_private/store_resealed.sql
-- Puts newly sealed values in the place of those that the job opened; quiet when the key was revoked or resealed meanwhile. Returns
-- whether anything was stored. Called by the worker.
create or replace function platform_private.store_resealed(
  kid text,
  opened bytea,
  sealed bytea,
  encryption bytea
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update platform_private.signing_keys k
     set sealed = store_resealed.sealed, encryption = store_resealed.encryption
   where k.kid = store_resealed.kid and k.sealed = opened;
  return found;
end
$$;
comment on function platform_private.store_resealed(text, bytea, bytea, bytea) is 'Replaces sealed values by newly sealed ones.';
revoke all on function platform_private.store_resealed(text, bytea, bytea, bytea) from public;
grant execute on function platform_private.store_resealed(text, bytea, bytea, bytea) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/store_resealed.sql
--! Included functions/platform/rotate_keys.sql
-- Changes the key that signs a tenant's access tokens: the one published ahead takes over at once, tokens of the old one stay
-- good until they expire, and a worker publishes a new next key. Returns the id of the key that signs now. May be called by members of
-- tenantry_operator. Raises TN002 without a reason, TN003, TN004 within two minutes of the next key's publication.
create or replace function platform.rotate_keys(
  id text,
  reason text
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.lock_tenant(id);
  return platform_private.rotate_issuer(id, reason);
end
$$;
comment on function platform.rotate_keys(text, text) is 'Changes the key that signs a tenant''s tokens; those already issued stay good.';
revoke all on function platform.rotate_keys(text, text) from public;
grant execute on function platform.rotate_keys(text, text) to :ROLE_OPERATOR;
--! EndIncluded functions/platform/rotate_keys.sql
--! Included functions/platform/revoke_keys.sql
-- Emergency: every key of a tenant is revoked in this transaction, and with its commit each access token of the tenant is refused
-- (TOKEN_INVALID). A worker makes new keys within a moment; until then signing in answers UNAVAILABLE. Returns how many keys were
-- revoked. May be called by members of tenantry_operator and tenantry_security. Raises TN002 without a reason, TN003.
create or replace function platform.revoke_keys(
  id text,
  reason text
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.lock_tenant(id);
  return platform_private.revoke_issuer(id, reason);
end
$$;
comment on function platform.revoke_keys(text, text) is 'Emergency: revokes every key of a tenant, and so each of its tokens, at once.';
revoke all on function platform.revoke_keys(text, text) from public;
grant execute on function platform.revoke_keys(text, text) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/revoke_keys.sql
--! Included functions/platform/rotate_platform_keys.sql
-- The same as rotate_keys for the platform's own key, which signs operators' tokens. May be called by members of tenantry_admin.
-- Raises TN002, TN004, TN009 for one who is limited to tenants.
create or replace function platform.rotate_platform_keys(
  reason text
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if platform_private.listed_tenants() is not null then
    raise exception 'the platform''s keys are changed by admins who are not limited to tenants'
      using errcode = 'TN009', hint = 'Ask an admin of the platform.';
  end if;
  perform from platform.installation for update;
  return platform_private.rotate_issuer(null, reason);
end
$$;
comment on function platform.rotate_platform_keys(text) is 'Changes the key that signs operators'' tokens; those already issued stay good.';
revoke all on function platform.rotate_platform_keys(text) from public;
grant execute on function platform.rotate_platform_keys(text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/rotate_platform_keys.sql
--! Included functions/platform/revoke_platform_keys.sql
-- The same as revoke_keys for the platform's own keys: every operator has to sign in again, whoever calls this among them. May be
-- called by members of tenantry_admin. Raises TN002, TN009 for one who is limited to tenants.
create or replace function platform.revoke_platform_keys(
  reason text
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if platform_private.listed_tenants() is not null then
    raise exception 'the platform''s keys are changed by admins who are not limited to tenants'
      using errcode = 'TN009', hint = 'Ask an admin of the platform.';
  end if;
  perform from platform.installation for update;
  return platform_private.revoke_issuer(null, reason);
end
$$;
comment on function platform.revoke_platform_keys(text) is 'Emergency: revokes every key of the platform, and so each operator''s token, at once.';
revoke all on function platform.revoke_platform_keys(text) from public;
grant execute on function platform.revoke_platform_keys(text) to :ROLE_ADMIN;
--! EndIncluded functions/platform/revoke_platform_keys.sql
--! Included functions/platform/signing_keys.sql
-- The signing keys of one tenant, or of all and of the platform (tenant_id null), without anything secret: which states they are in and
-- how old they are. An operator who is limited to tenants sees theirs. May be called by operators and security officers.
create or replace function platform.signing_keys(
  id text default null
)
returns table (
  tenant_id text,
  kid text,
  alg text,
  state text,
  created_at timestamptz,
  state_since timestamptz,
  age_days integer
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.tenant_id, k.kid, k.alg, k.state, k.created_at, k.state_since,
         extract(day from now() - k.created_at)::integer
    from platform_private.signing_keys k
   where (signing_keys.id is null or k.tenant_id = signing_keys.id)
     and ((select platform_private.listed_tenants()) is null or k.tenant_id = any ((select platform_private.listed_tenants())::text[]))
   order by k.tenant_id nulls first, k.state, k.created_at
$$;
comment on function platform.signing_keys(text) is 'Signing keys with their states and ages; without an id, those of all tenants and of the platform.';
revoke all on function platform.signing_keys(text) from public;
grant execute on function platform.signing_keys(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
--! EndIncluded functions/platform/signing_keys.sql
--! Included functions/platform_private/secrets_to_reseal.sql
-- Signing secrets of webhooks, of all tenants that have a schema, that are sealed under another master key than the installation's. Called
-- by the worker's job, which can open and seal.
create or replace function platform_private.secrets_to_reseal()
returns table (
  tenant_id text,
  webhook text,
  sealed text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_header constant bytea := (select i.seal_header from platform.installation i);
begin
  if v_header is null then
    return;
  end if;
  for tenant_id in
    select t.id from platform.tenants t where t.schema_version >= 9 and t.status not in ('purged', 'cancelled', 'failed') order by t.id
  loop
    for webhook, sealed in execute format(
      'select w.webhook::text, w.sealed::text from %I.webhook_secrets w
        where substr(decode(w.sealed, ''base64''), 1, length($1)) <> $1', platform_private.tenant_schema(tenant_id)) using v_header
    loop
      return next;
    end loop;
  end loop;
end
$$;
comment on function platform_private.secrets_to_reseal() is 'Webhooks'' secrets sealed under an earlier master key.';
revoke all on function platform_private.secrets_to_reseal() from public;
grant execute on function platform_private.secrets_to_reseal() to :ROLE_WORKER;
--! EndIncluded functions/platform_private/secrets_to_reseal.sql
--! Included functions/platform_private/store_resealed_secret.sql
-- Puts a newly sealed webhook's secret in the place of the one that the job opened; quiet when it was replaced meanwhile. Called by the
-- worker. Raises TN003.
create or replace function platform_private.store_resealed_secret(
  tenant_id text,
  webhook text,
  opened text,
  sealed text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.lock_tenant(tenant_id);
  execute format('update %I.webhook_secrets set sealed = $3 where webhook = $1 and sealed = $2', platform_private.tenant_schema(tenant_id))
    using webhook, opened, sealed;
end
$$;
comment on function platform_private.store_resealed_secret(text, text, text, text) is 'Replaces a webhook''s secret by the newly sealed one.';
revoke all on function platform_private.store_resealed_secret(text, text, text, text) from public;
grant execute on function platform_private.store_resealed_secret(text, text, text, text) to :ROLE_WORKER;
--! EndIncluded functions/platform_private/store_resealed_secret.sql
--! Included functions/platform/reseal_keys.sql
-- Orders a job that seals anew whatever is sealed under an earlier master key, and returns how many values that are, keys and webhooks' secrets; 0: the earlier master
-- key is no longer needed. May be called by members of tenantry_admin who are not limited to tenants; the migrator does at a change of the master key.
create or replace function platform.reseal_keys()
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_count integer;
begin
  perform platform_private.require_unlimited();
  select (select count(*) from platform_private.keys_to_reseal('', 2147483647)) + (select count(*) from platform_private.secrets_to_reseal())
    into v_count;
  if v_count > 0 then
    perform jobs.enqueue('keys__reseal', '{}', 'keys:reseal');
    perform audit.record('keys.reseal', null, 'signing_keys', 'ok', null, null, jsonb_build_object('keys', v_count));
  end if;
  return v_count;
end
$$;
comment on function platform.reseal_keys() is 'Orders that keys sealed under an earlier master key are sealed anew; returns how many there are.';
revoke all on function platform.reseal_keys() from public;
grant execute on function platform.reseal_keys() to :ROLE_ADMIN;
--! EndIncluded functions/platform/reseal_keys.sql

create trigger signing_keys_announce after insert or delete or update of state on platform_private.signing_keys
  for each row execute function platform_private.announce_keys();
