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

--!include functions/audit/actor.sql
--!include functions/audit/record.sql
--!include functions/audit/record_change.sql

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

--!include functions/platform_private/realm.sql
--!include functions/platform_private/announce_session.sql
--!include functions/platform_private/end_sessions.sql
--!include functions/platform_private/follow_user.sql
--!include functions/platform_private/end_visits.sql
--!include functions/platform_private/follow_operator.sql
--!include functions/platform_private/invite.sql
--!include functions/platform_private/invite_new_user.sql
--!include functions/platform_private/invite_administrator.sql
--!include functions/platform_private/open_invitation.sql
--!include functions/platform_private/order_invitations.sql
--!include functions/platform_private/user_schema.sql
--!include functions/platform_private/user_realm.sql
--!include functions/platform_private/add_operator.sql
--!include functions/platform_private/set_operator_password.sql
--!include functions/platform_private/change_status.sql
--!include functions/identity/begin_sign_in.sql
--!include functions/identity/finish_sign_in.sql
--!include functions/identity/refresh_session.sql
--!include functions/identity/session_standing.sql
--!include functions/identity/end_session.sql
--!include functions/identity/sessions.sql
--!include functions/identity/revoke_session.sql
--!include functions/identity/request_reset.sql
--!include functions/identity/is_invited.sql
--!include functions/identity/accept_invitation.sql
--!include functions/identity/set_user_password.sql
--!include functions/jobs/begin_invitation.sql
--!include functions/platform/tenant_users.sql
--!include functions/platform_private/tenant_user.sql
--!include functions/platform_private/acts_as_admin.sql
--!include functions/platform_private/require_grantable_role.sql
--!include functions/platform/invite_user.sql
--!include functions/platform/change_user.sql
--!include functions/platform/remove_user.sql
--!include functions/platform/send_user_token.sql
--!include functions/platform/unlock_user.sql
--!include functions/platform/user_sessions.sql
--!include functions/platform/end_user_sessions.sql
--!include functions/identity/manage_user.sql
--!include functions/platform_private/begin_visit.sql
--!include functions/platform/enter_tenant.sql
--!include functions/platform/enter_tenant_as.sql
--!include functions/platform/leave_tenant.sql
--!include functions/identity/service_standing.sql
--!include functions/identity/begin_service_token.sql
--!include functions/platform/create_service_account.sql
--!include functions/platform/grant_service_account.sql
--!include functions/platform/rotate_service_secret.sql
--!include functions/platform/disable_service_account.sql
--!include functions/platform/register_issuer.sql
--!include functions/platform/remove_issuer.sql
--!include functions/identity/external_issuer.sql
--!include functions/identity/exchange_token.sql

create trigger operators_follow_sessions after update of role, status on platform.operators
  for each row when (old.role <> new.role or old.status <> new.status) execute function platform_private.follow_operator();

-- Rights inside a tenant
--!include functions/audit/tenant_trail.sql
--!include functions/platform_private/guard_users.sql
--!include functions/platform_private/guard_roles.sql
--!include functions/platform_private/fingerprint_schema.sql
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

--!include functions/identity/visit_standing.sql
--!include functions/platform_private/listed_tenants.sql
--!include functions/platform_private/reaches_tenant.sql
--!include functions/platform_private/require_unlimited.sql
--!include functions/platform_private/lock_tenant.sql
--!include functions/platform_private/check_new_tenant.sql
--!include functions/platform_private/require_operator_admin.sql
--!include functions/platform_private/require_some_admin.sql
--!include functions/platform_private/lock_operator.sql
--!include functions/platform/tenant_drift.sql
--!include functions/platform_private/user_schema.sql
--!include functions/platform/remove_issuer.sql
--!include functions/platform/invite_operator.sql
--!include functions/platform/change_operator.sql
--!include functions/platform/limit_operator.sql

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

--!include functions/platform_private/setting_flaw.sql
--!include functions/platform_private/unsupported_keyword.sql
--!include functions/platform_private/vet_setting_schema.sql
create trigger setting_sections_vet before insert or update on platform.setting_sections
  for each row execute function platform_private.vet_setting_schema();
--!include functions/platform_private/require_setting.sql
--!include functions/platform_private/require_settings.sql
--!include functions/platform_private/check_setting.sql
--!include functions/platform_private/record_setting.sql
--!include functions/platform_private/has_schema.sql
--!include functions/platform_private/lock_settings.sql
--!include functions/platform_private/write_settings.sql
--!include functions/platform_private/adopt_settings.sql
--!include functions/platform/create_tenant.sql
--!include functions/platform/update_tenant.sql
--!include functions/platform/provision_tenant.sql

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

--!include functions/jobs/enqueue_quietly.sql
--!include functions/jobs/fetch_orders.sql
--!include functions/tenantry_shared/approvals_guard.sql
--!include functions/tenantry_shared/approvals_move_agreement.sql
--!include functions/platform_private/end_webhook_delivery.sql
--!include functions/platform_private/begin_webhook_delivery.sql
--!include functions/platform_private/order_webhooks.sql
--!include functions/platform_private/record_webhook_secret.sql
--!include functions/platform_private/active_tenants.sql
--!include functions/platform_private/expire_agreements.sql
--!include functions/platform/expire_agreements.sql

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
--!include functions/platform_private/encrypts_tokens.sql
--!include functions/identity/signing_key.sql
--!include functions/identity/verification_keys.sql
--!include functions/platform_private/store_signing_key.sql
--!include functions/platform_private/lacks_signing_key.sql
--!include functions/platform_private/announce_keys.sql
--!include functions/platform_private/rotate_issuer.sql
--!include functions/platform_private/revoke_issuer.sql
--!include functions/platform_private/tend_keys.sql
--!include functions/platform_private/keys_to_reseal.sql
--!include functions/platform_private/store_resealed.sql
--!include functions/platform/rotate_keys.sql
--!include functions/platform/revoke_keys.sql
--!include functions/platform/rotate_platform_keys.sql
--!include functions/platform/revoke_platform_keys.sql
--!include functions/platform/signing_keys.sql
--!include functions/platform_private/secrets_to_reseal.sql
--!include functions/platform_private/store_resealed_secret.sql
--!include functions/platform/reseal_keys.sql

create trigger signing_keys_announce after insert or delete or update of state on platform_private.signing_keys
  for each row execute function platform_private.announce_keys();
