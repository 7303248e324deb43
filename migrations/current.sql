-- The migration being written: see docs/how-to/change-the-database.md.
-- Tables made here are new or hold what waits for seconds: a scan or a lock of them is nothing.
-- squawk-ignore-file constraint-missing-not-valid, renaming-table, renaming-column, require-concurrent-index-creation, adding-not-nullable-field, require-concurrent-index-deletion

-- The audit store. What transactions and servers record waits in the buffer; the worker numbers it, seals its values and chains it.
alter table audit.events rename to buffer;
alter table audit.buffer rename constraint events_pkey to buffer_pkey;
alter table audit.buffer rename constraint events_source_known to buffer_source_known;
alter table audit.buffer rename constraint events_action_form to buffer_action_form;
alter table audit.buffer rename constraint events_outcome_known to buffer_outcome_known;
alter sequence audit.events_id_seq rename to buffer_id_seq;
drop index audit.events_tenant_id_idx;
drop index audit.events_action_idx;
alter table audit.buffer
  add column on_behalf_of text;
comment on table audit.buffer is 'What happened and is not sealed yet. Written in the transaction of the change, or by the server for what changes nothing.';
comment on column audit.buffer.on_behalf_of is 'For whom the actor acted: the visit of an operator, the user of a service.';
grant insert (on_behalf_of) on audit.buffer to :ROLE_AUDIT;

create table audit.data_keys (
  id bigint generated always as identity primary key,
  chain text not null,
  person text,
  sealed bytea,
  created_at timestamptz not null default now(),
  destroyed_at timestamptz,
  constraint data_keys_destroyed check ((sealed is null) = (destroyed_at is not null))
);
comment on table audit.data_keys is 'Keys that sealed values are encrypted with, themselves sealed under the master key: one a tenant, one a person.';
comment on column audit.data_keys.chain is 'The tenant''s id; empty for the platform.';
comment on column audit.data_keys.person is 'users:<id>, whose values this key closes; null for the tenant''s own.';
comment on column audit.data_keys.sealed is 'The key, sealed; null once it is destroyed, and with it what it closed.';
comment on column audit.data_keys.created_at is 'When it was made.';
comment on column audit.data_keys.destroyed_at is 'When it was destroyed, by a purge or a person''s erasure.';
create unique index data_keys_in_use on audit.data_keys (chain, coalesce(person, '')) where destroyed_at is null;

create table audit.events (
  chain text not null,
  seq bigint not null,
  at timestamptz not null,
  retention text not null constraint events_retention_known check (retention in ('90d', '1y', '7y', 'hold')),
  source text not null,
  action text not null,
  outcome text not null,
  actor text not null,
  actor_role text,
  on_behalf_of text,
  subject text,
  session_id text,
  request_id text,
  changed text,
  before jsonb,
  after jsonb,
  detail jsonb,
  key_id bigint references audit.data_keys (id) on delete restrict,
  sealed bytea,
  hash bytea not null,
  primary key (chain, seq, at, retention)
) partition by list (retention);
comment on table audit.events is 'Sealed events: numbered without gaps and chained in each tenant. Nobody but the owner touches a row.';
comment on column audit.events.chain is 'The tenant concerned; empty for the platform itself.';
comment on column audit.events.seq is 'Number in its chain, from 1.';
comment on column audit.events.at is 'When it happened.';
comment on column audit.events.retention is 'How long it is kept: 90 days, 1 year, 7 years, or as long as a legal hold lasts. Not part of what is hashed.';
comment on column audit.events.source is 'database: written by the transaction itself; server: as a server states it.';
comment on column audit.events.action is 'What was done: sign_in.succeed, agreements.update, request.refuse.';
comment on column audit.events.outcome is 'ok, refused (not allowed) or failed.';
comment on column audit.events.actor is 'operator:<id>, user:<id>, service:<id>, worker, server, anonymous, or login:<name>.';
comment on column audit.events.actor_role is 'The role in which the actor acted.';
comment on column audit.events.on_behalf_of is 'For whom the actor acted: the visit of an operator, the user of a service.';
comment on column audit.events.subject is 'What it is about, such as users:<id>.';
comment on column audit.events.session_id is 'The session or visit it happened in.';
comment on column audit.events.request_id is 'The request it happened in, as the server names it.';
comment on column audit.events.changed is 'Names of the changed columns, with commas between.';
comment on column audit.events.before is 'Changed values as they were, where they may be read by whoever may read the trail.';
comment on column audit.events.after is 'Changed values as they became, likewise.';
comment on column audit.events.detail is 'Further facts that are nobody''s secret: the code of a refusal, the route, rows, duration.';
comment on column audit.events.key_id is 'The key that closes the sealed values.';
comment on column audit.events.sealed is 'Values that are confidential or personal, encrypted with AES-256-GCM: before, after, subject and detail as JSON.';
comment on column audit.events.hash is 'SHA-256 over the hash of the event before and the bytes of this one: audit.event_bytes.';
create index events_at_idx on audit.events (at);
create index events_chain_at_idx on audit.events (chain, at);
create index events_key_id_idx on audit.events (key_id) where key_id is not null;

create table audit.events_90d partition of audit.events for values in ('90d') partition by range (at);
create table audit.events_1y partition of audit.events for values in ('1y') partition by range (at);
create table audit.events_7y partition of audit.events for values in ('7y') partition by range (at);
create table audit.events_hold partition of audit.events for values in ('hold') partition by range (at);
create table audit.events_90d_rest partition of audit.events_90d default;
create table audit.events_1y_rest partition of audit.events_1y default;
create table audit.events_7y_rest partition of audit.events_7y default;
create table audit.events_hold_rest partition of audit.events_hold default;
-- Partitions are read through audit.events alone; a grant of their own would go past its policy.
alter table audit.events_90d enable row level security;
alter table audit.events_1y enable row level security;
alter table audit.events_7y enable row level security;
alter table audit.events_hold enable row level security;
alter table audit.events_90d_rest enable row level security;
alter table audit.events_1y_rest enable row level security;
alter table audit.events_7y_rest enable row level security;
alter table audit.events_hold_rest enable row level security;

create table audit.heads (
  chain text primary key,
  seq bigint not null,
  hash bytea not null,
  sealed_at timestamptz not null default now(),
  checkpoint_seq bigint,
  verified_seq bigint,
  verified_at timestamptz,
  flaw text
);
comment on table audit.heads is 'How far each chain has come.';
comment on column audit.heads.chain is 'The tenant''s id; empty for the platform.';
comment on column audit.heads.seq is 'Number of the chain''s last event.';
comment on column audit.heads.hash is 'Hash of the chain''s last event.';
comment on column audit.heads.sealed_at is 'When it was sealed.';
comment on column audit.heads.checkpoint_seq is 'Up to which event a checkpoint names the chain''s head.';
comment on column audit.heads.verified_seq is 'Up to which event the chain was last verified by the nightly job.';
comment on column audit.heads.verified_at is 'When that was.';
comment on column audit.heads.flaw is 'What that found: the first bad event and why; null if nothing.';

create table audit.statement_keys (
  kid text primary key,
  public_jwk jsonb not null,
  sealed bytea,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  constraint statement_keys_retired check ((sealed is null) = (retired_at is not null))
);
comment on table audit.statement_keys is 'Keys that sign statements: checkpoints, cuts, attestations, evidence. Public halves stay for ever, since statements do.';
comment on column audit.statement_keys.kid is 'Thumbprint of the public key (RFC 7638).';
comment on column audit.statement_keys.public_jwk is 'The public half.';
comment on column audit.statement_keys.sealed is 'The private half, sealed; null once the key is retired.';
comment on column audit.statement_keys.created_at is 'When it was made.';
comment on column audit.statement_keys.retired_at is 'When it signed for the last time.';
create unique index statement_keys_one_in_use on audit.statement_keys ((true)) where retired_at is null;

create table audit.cut_statements (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  partition text not null,
  statement text not null
);
comment on table audit.cut_statements is 'What was removed when its time was over: partition and stretches, signed.';
comment on column audit.cut_statements.at is 'When it was removed.';
comment on column audit.cut_statements.partition is 'The partition of audit.events that was dropped.';
comment on column audit.cut_statements.statement is 'Partition, class and the stretches of each chain, signed (compact JWS).';

create table audit.cuts (
  chain text not null,
  first_seq bigint not null,
  last_seq bigint not null,
  previous_hash bytea not null,
  last_hash bytea not null,
  events bigint not null,
  retention text not null,
  statement_id bigint not null references audit.cut_statements (id) on delete restrict,
  primary key (chain, first_seq),
  constraint cuts_whole check (events = last_seq - first_seq + 1)
);
comment on table audit.cuts is 'Stretches of a chain that were removed when their time was over: what verification goes on from.';
comment on column audit.cuts.chain is 'The tenant''s id; empty for the platform.';
comment on column audit.cuts.first_seq is 'First event of the stretch.';
comment on column audit.cuts.last_seq is 'Last event of the stretch.';
comment on column audit.cuts.previous_hash is 'Hash of the event before the stretch.';
comment on column audit.cuts.last_hash is 'Hash of its last event, from which the chain goes on.';
comment on column audit.cuts.events is 'How many events it had.';
comment on column audit.cuts.retention is 'The class whose time was over.';
comment on column audit.cuts.statement_id is 'The signed statement that names it.';
create index cuts_statement_id_idx on audit.cuts (statement_id);

create table audit.retention (
  tenant_id text primary key references platform.tenants (id) on delete cascade,
  class text not null default '1y' constraint retention_class_known check (class in ('90d', '1y', '7y')),
  hold_reason text,
  held_at timestamptz,
  constraint retention_hold_whole check ((hold_reason is null) = (held_at is null))
);
comment on table audit.retention is 'How long a tenant''s events are kept, where it is not one year, and whether a legal hold keeps them.';
comment on column audit.retention.tenant_id is 'The tenant.';
comment on column audit.retention.class is 'Class of its new events.';
comment on column audit.retention.hold_reason is 'Why nothing of it may be removed; null without a hold.';
comment on column audit.retention.held_at is 'Since when.';

create table audit.checkpoints (
  number bigint primary key,
  at timestamptz not null default now(),
  statement text not null
);
comment on table audit.checkpoints is 'Signed statements of how far each chain had come, chained among themselves, each written outside before it counts.';
comment on column audit.checkpoints.number is 'Number, from 1 without gaps.';
comment on column audit.checkpoints.at is 'When it was stored here.';
comment on column audit.checkpoints.statement is 'Number, time, hash of the one before, and heads, signed (compact JWS).';

alter table audit.data_keys enable row level security;
alter table audit.events enable row level security;
alter table audit.heads enable row level security;
alter table audit.cuts enable row level security;
alter table audit.retention enable row level security;
alter table audit.checkpoints enable row level security;
alter table audit.statement_keys enable row level security;
alter table audit.cut_statements enable row level security;
create policy security_reads on audit.events for select to :ROLE_SECURITY, :ROLE_ADMIN
  using ((select platform_private.listed_tenants()) is null or chain = any ((select platform_private.listed_tenants())::text[]));
create policy security_reads on audit.heads for select to :ROLE_SECURITY, :ROLE_ADMIN
  using ((select platform_private.listed_tenants()) is null or chain = any ((select platform_private.listed_tenants())::text[]));
create policy security_reads on audit.cuts for select to :ROLE_SECURITY, :ROLE_ADMIN
  using ((select platform_private.listed_tenants()) is null or chain = any ((select platform_private.listed_tenants())::text[]));
create policy security_reads on audit.retention for select to :ROLE_SECURITY, :ROLE_ADMIN
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
create policy security_reads on audit.cut_statements for select to :ROLE_SECURITY, :ROLE_ADMIN
  using ((select platform_private.listed_tenants()) is null);
create policy security_reads on audit.checkpoints for select to :ROLE_SECURITY, :ROLE_ADMIN
  using ((select platform_private.listed_tenants()) is null);
grant select on audit.events, audit.heads, audit.cuts, audit.retention, audit.checkpoints, audit.cut_statements to :ROLE_SECURITY, :ROLE_ADMIN;
grant usage on schema audit to :ROLE_WORKER, :ROLE_OPERATOR;

--!include functions/audit/record.sql
--!include functions/audit/tenant_trail.sql
--!include functions/audit/ensure_partitions.sql
--!include functions/audit/private_part.sql
--!include functions/audit/take.sql
--!include functions/audit/data_key.sql
--!include functions/audit/event_bytes.sql
--!include functions/audit/move_head.sql
--!include functions/audit/seal.sql
--!include functions/audit/verify.sql
--!include functions/audit/statement_key.sql
--!include functions/audit/store_statement_key.sql
--!include functions/audit/retire_statement_key.sql
--!include functions/identity/statement_keys.sql
--!include functions/audit/next_checkpoint.sql
--!include functions/audit/store_checkpoint.sql
--!include functions/audit/note_verdicts.sql
--!include functions/audit/stretches.sql
--!include functions/audit/expired_partitions.sql
--!include functions/audit/cut.sql
--!include functions/platform/set_audit_retention.sql
--!include functions/platform/hold_audit.sql
--!include functions/platform/release_audit.sql
select audit.ensure_partitions();

-- Clearing what is over
alter table platform_private.sign_in_locks add column updated_at timestamptz not null default now();
comment on column platform_private.sign_in_locks.updated_at is 'When the count last changed.';
create trigger sign_in_locks_touch before update on platform_private.sign_in_locks
  for each row execute function tenantry_shared.touch_updated_at();
--!include functions/platform_private/kept_for.sql
--!include functions/platform_private/clear_past.sql
--!include functions/platform_private/built_tenants.sql
--!include functions/platform_private/end_webhook_delivery.sql

-- Webhooks: a queue for each tenant, a cap on what waits, two secrets while one is rotated
drop function platform_private.begin_webhook_delivery(text, uuid);
--!include functions/platform_private/keep_earlier_secret.sql
--!include functions/platform_private/begin_webhook_delivery.sql
--!include functions/platform_private/secrets_to_reseal.sql
--!include functions/platform_private/store_resealed_secret.sql
--!include functions/platform_private/order_webhooks.sql
--!include functions/jobs/fetch_orders.sql

-- Who is told of what
alter table jobs.outbox drop constraint outbox_task_known;
-- The table holds what no worker has fetched yet, seldom more than a few rows.
-- squawk-ignore constraint-missing-not-valid
alter table jobs.outbox add constraint outbox_task_known
  check (task in ('tenant__provision', 'worker__test', 'invitation__send', 'webhook__deliver', 'agreements__expire',
                  'keys__rotate', 'keys__reseal', 'notice__send'));
--!include functions/platform_private/people_told.sql
--!include functions/platform_private/order_notices.sql
--!include functions/platform_private/tell_people.sql
--!include functions/platform_private/remind_agreements.sql
--!include functions/platform_private/begin_notice.sql

-- A bound on invitations
create table platform_private.invitation_counts (
  tenant_id text primary key references platform.tenants (id) on delete cascade,
  day date not null,
  sent integer not null
);
comment on table platform_private.invitation_counts is 'How many messages of invitation or reset the administrators of a tenant had sent on its last such day (UTC).';
alter table platform_private.invitation_counts enable row level security;
--!include functions/platform_private/count_invitation.sql
--!include functions/platform_private/invite.sql
--!include functions/platform/send_user_token.sql
-- Emergency: lock-downs and incidents.
create table platform.lock_downs (
  id bigint generated always as identity primary key,
  scope text not null constraint lock_downs_scope_known check (scope in ('all', 'lane', 'tenants')),
  tenant_ids text[],
  lane integer,
  reason text not null,
  locked_by text not null,
  locked_at timestamptz not null default now(),
  lift_reason text,
  lifted_by text,
  lifted_at timestamptz,
  findings jsonb,
  constraint lock_downs_scope_complete check (
    case scope when 'lane' then lane is not null and tenant_ids is null
               when 'tenants' then tenant_ids is not null and lane is null
               else tenant_ids is null and lane is null end)
);
comment on table platform.lock_downs is 'Emergency stops of access, those that were lifted too. Several may be in force at once.';
comment on column platform.lock_downs.scope is 'What is stopped: all tenants, those of one lane, or those named.';
comment on column platform.lock_downs.tenant_ids is 'Tenants named, for scope tenants.';
comment on column platform.lock_downs.lane is 'The lane, for scope lane.';
comment on column platform.lock_downs.reason is 'Why; for operators, since it may name tenants.';
comment on column platform.lock_downs.locked_by is 'Operator id as the server states it, or login:<name>.';
comment on column platform.lock_downs.lift_reason is 'What was said when it was lifted.';
comment on column platform.lock_downs.lifted_by is 'Operator id as the server states it, or login:<name>.';
comment on column platform.lock_downs.lifted_at is 'When it was lifted; null while it is in force.';
comment on column platform.lock_downs.findings is 'Memberships that somebody else granted and that stayed: ways in that are left.';
create index lock_downs_in_force_idx on platform.lock_downs (id) where lifted_at is null;
alter table platform.lock_downs enable row level security;
create policy operators_read on platform.lock_downs for select to :ROLE_OPERATOR, :ROLE_SECURITY
  using ((select platform_private.listed_tenants()) is null or scope <> 'tenants'
         or tenant_ids <@ (select platform_private.listed_tenants())::text[]);
grant select on platform.lock_downs to :ROLE_OPERATOR, :ROLE_SECURITY;

create table platform.incidents (
  id uuid primary key default gen_random_uuid(),
  severity text not null constraint incidents_severity_known check (severity in ('low', 'medium', 'high', 'critical')),
  status text not null default 'open' constraint incidents_status_known check (status in ('open', 'closed')),
  summary text not null,
  tenant_ids text[] not null default '{}',
  notice text,
  about_request text,
  events text[] not null default '{}',
  reported_by text not null,
  reported_at timestamptz not null default now(),
  resolution text,
  closed_by text,
  closed_at timestamptz,
  constraint incidents_closed_whole check ((status = 'closed') = (resolution is not null and closed_by is not null and closed_at is not null))
);
comment on table platform.incidents is 'What was seen that should not be, from the report to its resolution.';
comment on column platform.incidents.severity is 'low, medium, high or critical.';
comment on column platform.incidents.summary is 'What was seen; for operators, since it may name tenants.';
comment on column platform.incidents.tenant_ids is 'Tenants that it concerns.';
comment on column platform.incidents.notice is 'What those tenants were told, in their trails.';
comment on column platform.incidents.about_request is 'The requestId of a refusal or answer that showed it.';
comment on column platform.incidents.events is 'Events of the audit trail that show it, each as its chain and number in it: aurora/17, or /17 of the platform.';
comment on column platform.incidents.reported_by is 'Operator id as the server states it, or login:<name>.';
comment on column platform.incidents.resolution is 'What came of it.';
create index incidents_reported_at_idx on platform.incidents (reported_at desc, id);
alter table platform.incidents enable row level security;
create policy operators_read on platform.incidents for select to :ROLE_OPERATOR, :ROLE_SECURITY
  using ((select platform_private.listed_tenants()) is null
         or (tenant_ids <> '{}' and tenant_ids <@ (select platform_private.listed_tenants())::text[]));
grant select on platform.incidents to :ROLE_OPERATOR, :ROLE_SECURITY;
create view audit.incident with (security_invoker = true) as
  select id, severity, status, summary, tenant_ids, notice, about_request, events, reported_by, reported_at, resolution, closed_by, closed_at
    from platform.incidents;
comment on view audit.incident is 'Incidents, beside the trail that shows them: platform.incidents under the name auditors look for.';
grant select on audit.incident to :ROLE_ADMIN, :ROLE_SECURITY;

--!include functions/platform_private/gate_role.sql
--!include functions/platform_private/locked_down.sql
--!include functions/platform_private/is_open_by_status.sql
set local role :ROLE_PROVISIONER;
--!include functions/platform_private/settle_gate.sql
--!include functions/platform_private/open_lane.sql
--!include functions/platform_private/close_lane.sql
set local role :ROLE_OWNER;
--!include functions/platform_private/gate_tenants.sql
--!include functions/platform_private/open_tenant.sql
--!include functions/platform_private/locked_lanes.sql
--!include functions/platform_private/ways_past_gates.sql
--!include functions/platform_private/record_lock_down.sql
--!include functions/platform_private/announce_lock_down.sql
create trigger lock_downs_announce after insert or update on platform.lock_downs
  for each statement execute function platform_private.announce_lock_down();
--!include functions/platform/lock_down.sql
--!include functions/platform/lift_lock_down.sql
--!include functions/platform/report_incident.sql
--!include functions/platform/close_incident.sql
--!include functions/identity/locked_scope.sql
--!include functions/identity/tenant_route.sql
--!include functions/platform_private/active_tenant_schema.sql
--!include functions/platform_private/active_tenants.sql
--!include functions/platform_private/begin_webhook_delivery.sql

-- Hardening of sign-in.

drop function identity.exchange_token(text, uuid, text, text, text, text, text, text, text);
create table platform_private.exchanged_tokens (
  tenant_id text not null references platform.tenants (id) on delete cascade,
  token_hash text not null,
  expires_at timestamptz not null,
  primary key (tenant_id, token_hash)
);
create index exchanged_tokens_expires_at_idx on platform_private.exchanged_tokens (expires_at);
comment on table platform_private.exchanged_tokens is 'Tokens of external issuers that opened a session: each does so once.';
comment on column platform_private.exchanged_tokens.token_hash is 'SHA-256 of what the issuer signed.';
comment on column platform_private.exchanged_tokens.expires_at is 'From when on the token is too old to be taken.';
alter table platform_private.exchanged_tokens enable row level security;
--!include functions/identity/exchange_token.sql
--!include functions/platform/remove_issuer.sql
create table platform_private.reset_requests (
  id uuid primary key default gen_random_uuid(),
  tenant_id text references platform.tenants (id) on delete cascade,
  email_key text not null,
  requested_at timestamptz not null default now(),
  person_id uuid
);
create index reset_requests_tenant_id_idx on platform_private.reset_requests (tenant_id);
create index reset_requests_requested_at_idx on platform_private.reset_requests (requested_at);
comment on table platform_private.reset_requests is 'Who said that a password was lost, until the worker has looked; kept for a day.';
comment on column platform_private.reset_requests.tenant_id is 'null: an operator.';
comment on column platform_private.reset_requests.email_key is 'What was typed, in lower case; perhaps nobody''s.';
comment on column platform_private.reset_requests.person_id is 'Whose account it is; null before the worker has looked.';
alter table platform_private.reset_requests enable row level security;
--!include functions/identity/request_reset.sql
--!include functions/jobs/begin_reset.sql
--!include functions/platform_private/require_schema_version.sql
--!include functions/platform_private/active_tenant_schema.sql
--!include functions/audit/tenant_trail.sql
--!include functions/platform_private/has_signing_key.sql
revoke execute on function platform_private.has_signing_key(text) from :ROLE_WORKER;
-- The server's trail: its login writes what the server itself sees, and can't claim that something was done in the database.
drop policy if exists servers_write on audit.buffer;
create policy servers_write on audit.buffer for insert to :ROLE_AUDIT with check (source = 'server' and action ~ '^(request|call)\.');

-- Refusals name what is accepted.
--!include functions/platform_private/user_flaw.sql
--!include functions/platform/invite_user.sql
--!include functions/platform/change_user.sql
--!include functions/platform/register_issuer.sql

-- Second factors ------------------------------------------------------------------------------------------------------------------------

create table platform_private.second_factors (
  id uuid primary key default gen_random_uuid(),
  tenant_id text references platform.tenants (id) on delete restrict,
  person_id uuid not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz,
  last_step bigint,
  recovery_hashes text[] not null default '{}',
  constraint second_factors_tenant_id_person_id_key unique nulls not distinct (tenant_id, person_id),
  constraint second_factors_confirmed_whole check ((confirmed_at is null) = (last_step is null))
);
comment on table platform_private.second_factors is 'What people show beside their password: a secret for time-based codes (RFC 6238).';
comment on column platform_private.second_factors.tenant_id is 'Whose user it is; empty: an operator.';
comment on column platform_private.second_factors.person_id is 'The user in the tenant''s schema, or the operator.';
comment on column platform_private.second_factors.sealed is 'The secret, encrypted under the master key for this person alone.';
comment on column platform_private.second_factors.confirmed_at is 'When a code showed that it works; until then nobody is asked for one.';
comment on column platform_private.second_factors.last_step is 'Time step of the newest code that was used: none up to it counts again.';
comment on column platform_private.second_factors.recovery_hashes is 'SHA-256 of the recovery codes that are left, 120 random bits each.';
alter table platform_private.second_factors enable row level security;

--!include functions/platform_private/requires_second_factor.sql
--!include functions/platform_private/has_second_factor.sql
--!include functions/platform_private/use_second_factor.sql
--!include functions/platform_private/waive_attempt.sql
-- They answer more than before.
drop function identity.session_standing(text, uuid);
drop function identity.finish_sign_in(text, uuid, boolean, text, text, boolean, text, text);
--!include functions/identity/session_standing.sql
--!include functions/identity/finish_sign_in.sql
--!include functions/platform_private/finish_proof.sql
--!include functions/identity/second_factor_of_attempt.sql
--!include functions/identity/own_second_factor.sql
--!include functions/identity/begin_proof.sql
--!include functions/identity/enrol_second_factor.sql
--!include functions/identity/confirm_second_factor.sql
--!include functions/identity/remove_second_factor.sql
--!include functions/platform/remove_user_second_factor.sql
--!include functions/platform/remove_operator_second_factor.sql
--!include functions/identity/manage_user.sql
--!include functions/platform_private/follow_user.sql
--!include functions/platform_private/drop_tenant_schema.sql
--!include functions/platform_private/factors_to_reseal.sql
--!include functions/platform_private/store_resealed_factor.sql
--!include functions/platform/reseal_keys.sql

-- Ways in.
--!include functions/platform_private/role_writes.sql
--!include functions/platform_private/require_grantable_role.sql
--!include functions/platform_private/require_movable_user.sql
--!include functions/platform_private/lock_user.sql
--!include functions/platform/remove_user.sql
-- squawk-ignore adding-foreign-key-constraint
alter table platform.tenant_visits add column session_id uuid references platform_private.operator_sessions (id) on delete set null;
comment on column platform.tenant_visits.session_id is E'@behavior -*\nThe operator''s session in which it was begun; the visit ends with it.';
-- squawk-ignore require-concurrent-index-creation
create index tenant_visits_session_id_idx on platform.tenant_visits (session_id);
--!include functions/platform_private/visit_role_allowed.sql
--!include functions/platform_private/begin_visit.sql
--!include functions/identity/visit_standing.sql
drop function platform_private.invite(text, uuid);
--!include functions/platform_private/invite.sql
--!include functions/platform_private/invite_new_user.sql
--!include functions/platform_private/follow_operator.sql
--!include functions/platform/unlock_operator.sql
--!include functions/identity/set_user_password.sql
drop function identity.is_invited(text, text);
--!include functions/identity/invited_email.sql
alter table platform.external_issuers drop constraint external_issuers_role_map_form;
update platform.external_issuers i
   set role_map = (select coalesce(jsonb_agg(jsonb_build_object('value', m.key, 'role', m.value)), '[]') from jsonb_each(i.role_map) m);
-- squawk-ignore constraint-missing-not-valid
alter table platform.external_issuers add constraint external_issuers_role_map_form check (jsonb_typeof(role_map) = 'array');
comment on column platform.external_issuers.role_map is
  'Pairs of value and role: which role of the tenant a value of the claim gives; the first pair that fits counts.';
--!include functions/platform_private/url_origin.sql
--!include functions/platform_private/shown_setting.sql
--!include functions/platform_private/restored_integrations.sql
--!include functions/platform_private/require_own_settings.sql
--!include functions/platform_private/tenant_facts.sql
--!include functions/platform_private/require_setting.sql
--!include functions/platform_private/check_setting.sql
--!include functions/platform_private/record_setting.sql
--!include functions/platform_private/adopt_settings.sql
--!include functions/platform_private/fail_run.sql
--!include functions/platform/update_tenant.sql
update platform.tenants t
   set settings = t.settings || jsonb_build_object('integrations', platform_private.shown_setting('integrations', t.settings -> 'integrations'))
 where t.settings ? 'integrations' and platform_private.has_schema(t.id);
update platform.setting_changes c
   set before = platform_private.shown_setting('integrations', c.before), after = platform_private.shown_setting('integrations', c.after)
 where c.section = 'integrations';
--!include functions/platform_private/change_status.sql
--!include functions/platform/tenant_drift.sql
-- What it names is found by the path of whoever calls.
set local check_function_bodies = off;
--!include functions/tenantry_shared/agreements_guard.sql
set local check_function_bodies = on;

-- The isolation proof

create schema platform_probe;
comment on schema platform_probe is 'The canary of the isolation proof. Holds no table; PUBLIC may use it.';
grant usage on schema platform_probe to public;
--!include functions/platform_probe/canary.sql

create table platform.isolation_runs (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null references platform.tenants on delete restrict,
  cause text not null constraint isolation_runs_cause_known check (cause in ('provision', 'migration', 'restore', 'schedule', 'demand')),
  status text not null default 'running' constraint isolation_runs_status_known check (status in ('running', 'passed', 'failed')),
  started_at timestamptz not null,
  finished_at timestamptz,
  duration_ms numeric,
  posture_checks integer,
  posture_failures integer,
  posture_ms numeric,
  attempts integer,
  attempt_failures integer,
  attempts_ms numeric,
  broken text,
  checks jsonb not null default '[]',
  observed jsonb not null default '[]',
  sampled integer not null default 0,
  rivals text[] not null default '{}',
  schema_version integer not null,
  fingerprint text,
  server_version text not null
);
comment on table platform.isolation_runs is
  'One proof of a tenant''s isolation. Kept: the newest that passed, and all that failed.';
comment on column platform.isolation_runs.cause is 'What asked for it: provision, migration, restore, schedule or demand.';
comment on column platform.isolation_runs.status is 'running: its attempts are still to come; passed; failed.';
comment on column platform.isolation_runs.duration_ms is 'Milliseconds from its beginning to its end, waiting for a worker included.';
comment on column platform.isolation_runs.posture_checks is 'How many things the catalogs were asked.';
comment on column platform.isolation_runs.posture_failures is 'How many of the answers were not as they should be.';
comment on column platform.isolation_runs.posture_ms is 'Milliseconds that the posture took.';
comment on column platform.isolation_runs.attempts is 'How many statements were tried as the tenant''s role.';
comment on column platform.isolation_runs.attempt_failures is 'How many ended otherwise than they have to.';
comment on column platform.isolation_runs.attempts_ms is 'Milliseconds that the attempts took.';
comment on column platform.isolation_runs.broken is 'Why the prover could not have seen a breach; empty if it could.';
comment on column platform.isolation_runs.checks is 'Array of {half, kind, tried, failed}, half being posture or attempts.';
comment on column platform.isolation_runs.observed is
  'Array of {kind, open, count}: what PostgreSQL can''t refuse and was found open. Names and statistics, no row of anybody.';
comment on column platform.isolation_runs.sampled is 'How many other tenants were reached for.';
comment on column platform.isolation_runs.rivals is E'@behavior -*\nThe tenants that were reached for.';
comment on column platform.isolation_runs.schema_version is 'Version of the tenant''s schema that was proven.';
comment on column platform.isolation_runs.fingerprint is 'Fingerprint of the schema that was proven.';
comment on column platform.isolation_runs.server_version is 'Version of PostgreSQL.';
create unique index isolation_runs_one_open on platform.isolation_runs (tenant_id) where status = 'running';
create index isolation_runs_tenant_id_idx on platform.isolation_runs (tenant_id, started_at desc);

create table platform.isolation_failures (
  id bigint generated always as identity primary key,
  run_id uuid not null references platform.isolation_runs on delete cascade,
  half text not null constraint isolation_failures_half_known check (half in ('posture', 'attempts')),
  kind text not null,
  target text not null,
  expected text not null,
  seen text not null
);
comment on table platform.isolation_failures is 'What failed in a proof of isolation: names of objects and roles, never a row''s value.';
comment on column platform.isolation_failures.half is 'posture: asked of the catalogs; attempts: tried as the tenant''s role.';
comment on column platform.isolation_failures.kind is 'The kind of check, as in the run''s checks.';
comment on column platform.isolation_failures.target is 'What was looked at or reached for.';
comment on column platform.isolation_failures.expected is 'What should have been seen; of an attempt, its SQLSTATE.';
comment on column platform.isolation_failures.seen is 'What was seen; ok is an attempt that succeeded.';
create index isolation_failures_run_id_idx on platform.isolation_failures (run_id);

create table platform.alerts (
  id uuid primary key default gen_random_uuid(),
  at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  count integer not null default 1,
  tenant_id text references platform.tenants on delete restrict,
  kind text not null,
  severity text not null constraint alerts_severity_known check (severity in ('info', 'warning', 'critical')),
  message text not null,
  acknowledged_at timestamptz,
  acknowledged_by text
);
comment on table platform.alerts is 'What an operator has to look at. An equal one adds to the count while it is open.';
comment on column platform.alerts.at is 'When it was first seen.';
comment on column platform.alerts.last_at is 'When it was last seen.';
comment on column platform.alerts.count is 'How often it was seen.';
comment on column platform.alerts.tenant_id is 'The tenant it concerns; empty: the platform.';
comment on column platform.alerts.kind is 'Short name for programs, such as isolation.breach.';
comment on column platform.alerts.severity is 'info, warning or critical.';
comment on column platform.alerts.acknowledged_by is 'Who has seen to it: an operator''s id, or login:<name>.';
create unique index alerts_one_open on platform.alerts ((coalesce(tenant_id, '')), kind) where acknowledged_at is null;
create index alerts_tenant_id_idx on platform.alerts (tenant_id);

create type platform.isolation_answer as (
  run_id uuid,
  tenant_id text,
  status text,
  posture_checks integer,
  posture_failures integer,
  failures jsonb,
  attempts_run_id uuid,
  attempts integer,
  attempt_failures integer,
  attempts_at timestamptz,
  attempts_age interval
);
comment on type platform.isolation_answer is 'The posture of a proof just begun, and the newest attempts that are over.';
comment on column platform.isolation_answer.failures is 'Array of {kind, target, expected, seen}; empty for operators limited to tenants.';
comment on column platform.isolation_answer.attempts_age is 'How long ago the newest attempts ended.';

alter table platform.isolation_runs enable row level security;
alter table platform.isolation_failures enable row level security;
alter table platform.alerts enable row level security;
create policy operators_read on platform.isolation_runs for select to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
-- Failures name other tenants, and those are among what a limit hides.
create policy operators_read on platform.isolation_failures for select to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER
  using ((select platform_private.listed_tenants()) is null);
create policy operators_read on platform.alerts for select to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
-- All but the rivals, for the same reason: evidence names them to nobody.
grant select (id, tenant_id, cause, status, started_at, finished_at, duration_ms, posture_checks, posture_failures, posture_ms, attempts,
              attempt_failures, attempts_ms, broken, checks, observed, sampled, schema_version, fingerprint, server_version)
  on platform.isolation_runs to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
grant select on platform.isolation_failures, platform.alerts to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;

alter table jobs.outbox drop constraint outbox_task_known;
-- squawk-ignore constraint-missing-not-valid
alter table jobs.outbox add constraint outbox_task_known
  check (task in ('tenant__provision', 'worker__test', 'invitation__send', 'webhook__deliver', 'agreements__expire',
                  'keys__rotate', 'keys__reseal', 'notice__send', 'isolation__prove'));
--!include functions/jobs/fetch_orders.sql

--!include functions/platform_private/announce_alert.sql
create trigger isolation_runs_announce after update of status on platform.isolation_runs
  for each row when (new.status <> old.status) execute function platform_private.announce_run();
create trigger alerts_announce after insert or update on platform.alerts
  for each row execute function platform_private.announce_alert();

--!include functions/platform_private/raise_alert.sql
--!include functions/platform/database_posture.sql
--!include functions/platform_private/posture_exceptions.sql
--!include functions/platform_private/posture_role.sql
--!include functions/platform_private/posture_grants.sql
--!include functions/platform_private/posture_tables.sql
--!include functions/platform_private/posture_functions.sql
--!include functions/platform_private/posture_logins.sql
--!include functions/platform_private/posture_server.sql
--!include functions/platform_private/isolation_posture.sql
--!include functions/platform_private/begin_isolation_run.sql
--!include functions/platform_private/isolation_tables.sql
--!include functions/platform_private/isolation_subject.sql
--!include functions/platform_private/end_isolation_run.sql
--!include functions/platform_private/order_isolation_runs.sql
--!include functions/platform_private/require_proof.sql
--!include functions/platform/activate_tenant.sql
--!include functions/platform_private/finish_provisioning.sql
--!include functions/platform/verify_isolation.sql
--!include functions/platform/acknowledge_alert.sql


-- Calls and direct access.
create table audit.log_positions (
  source text constraint log_positions_pkey primary key,
  file text not null,
  bytes bigint not null,
  sessions jsonb not null,
  read_at timestamptz not null default now()
);
comment on table audit.log_positions is 'How far the logs of PostgreSQL have been read for access past the API.';
comment on column audit.log_positions.source is 'Machine and path of the log.';
comment on column audit.log_positions.file is 'The file that was read last, by its inode.';
comment on column audit.log_positions.bytes is 'How much of it.';
comment on column audit.log_positions.sessions is 'Sessions seen in it, each with the names of roles and schemas that it acts under.';
comment on column audit.log_positions.read_at is 'When it was read last.';
alter table audit.log_positions enable row level security;
--!include functions/audit/log_position.sql
--!include functions/audit/store_direct.sql
--!include functions/tenantry_shared/stop_statement_log.sql
--!include functions/platform/direct_access_posture.sql
--!include functions/platform/create_tenant.sql
-- The trail of writes: classes of columns, who reads events, what a purge and an erasure destroy, drift.
create table platform.column_classes (
  schema_version integer not null,
  table_name text not null,
  column_name text not null,
  class text not null constraint column_classes_class_known check (class in ('public', 'internal', 'confidential', 'personal', 'secret')),
  primary key (table_name, column_name, schema_version)
);
comment on table platform.column_classes is 'How the values of each column of the tenants'' tables are to be treated, by version of their schema: as the comments of the blueprint say. The trail and exports go by it.';
comment on column platform.column_classes.schema_version is 'Version of the tenant schema.';
comment on column platform.column_classes.class is 'public, internal, confidential (the tenant''s business), personal (tells of a person) or secret (proves who somebody is).';
alter table platform.column_classes enable row level security;
create policy operators_read on platform.column_classes for select to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER using (true);
grant select on platform.column_classes to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;

create table platform_private.schema_drifts (
  tenant_id text primary key references platform.tenants (id) on delete cascade,
  actual text not null,
  seen_at timestamptz not null default now()
);
comment on table platform_private.schema_drifts is 'Tenants whose schema is not what its version says, as the nightly job saw it last.';
comment on column platform_private.schema_drifts.actual is 'The fingerprint that was found.';
comment on column platform_private.schema_drifts.seen_at is 'When it was found first.';
alter table platform_private.schema_drifts enable row level security;

--!include functions/audit/open_columns.sql
--!include functions/audit/private_part.sql
--!include functions/audit/person_of.sql
--!include functions/audit/take.sql
--!include functions/audit/seal.sql
--!include functions/audit/actor.sql
--!include functions/audit/record.sql
--!include functions/audit/record_change.sql
--!include functions/audit/trail_page.sql
--!include functions/audit/tenant_trail.sql
--!include functions/audit/destroy_keys.sql
--!include functions/audit/keys_to_reseal.sql
--!include functions/audit/store_resealed.sql
--!include functions/identity/data_keys.sql
--!include functions/platform/reseal_keys.sql
--!include functions/platform/erase_person.sql
--!include functions/platform/purge_tenant.sql
--!include functions/platform/provision_tenant.sql
--!include functions/platform_private/watch_schema.sql

-- Operators read the trail through this alone: what waits and what is sealed, of tenants never a value, only which columns changed.
-- With the owner's rights, since nobody else may read the buffer, in which values wait unsealed. The limit to tenants binds the server's
-- sessions alone, whose conditions are the library's, so the view is no security_barrier: as one it would sort all events for a page. Of
-- 1,000,000 a page of the newest, and one of a tenant's, is merged from the indexes of both halves in 2 ms; for that the limit stands
-- around both, and in this form: of `… is null or …` PostgreSQL expects 1 % of the rows, and sorts.
create view platform.audit_events as
  select u.id, u.at, u.chain, u.seq, u.source, u.action, u.outcome, u.actor, regexp_replace(u.actor_role, '^tenantry_', '') as actor_role, u.on_behalf_of, u.subject, u.session_id, u.request_id,
         u.changed, u.before, u.after, u.detail
    from (
      select 'waiting/' || b.id as id, b.at, coalesce(b.tenant_id, '') as chain, null::bigint as seq, b.source, b.action, b.outcome, b.actor, b.actor_role,
             b.on_behalf_of, case when b.subject ^@ 'email:' then 'email' else b.subject end as subject, b.session_id, b.request_id,
             array(select jsonb_object_keys(coalesce(b.before, '{}') || coalesce(b.after, '{}')) order by 1) as changed,
             case when b.tenant_id is null then b.before end as before, case when b.tenant_id is null then b.after end as after,
             b.detail - array['address', 'email', 'name', 'userAgent'] as detail
        from audit.buffer b
      union all
      select e.chain || '/' || e.seq, e.at, e.chain, e.seq, e.source, e.action, e.outcome, e.actor, e.actor_role,
             e.on_behalf_of, e.subject, e.session_id, e.request_id, coalesce(string_to_array(e.changed, ','), '{}'),
             case when e.chain = '' then e.before end, case when e.chain = '' then e.after end, e.detail
        from audit.events e
    ) u
   where coalesce(u.chain = any ((select platform_private.listed_tenants())::text[]), true);
comment on view platform.audit_events is E'@primaryKey id\n@behavior -single -node -aggregates -groupedAggregates\nThe audit trail, for security officers and administrators: what happened, and never a value of a tenant''s.';
comment on column platform.audit_events.id is E'@behavior -orderBy -filterBy\nThe event''s chain and number, aurora/17 or /17 for the platform; waiting/ and a number until it is sealed.';
comment on column platform.audit_events.at is 'When it happened.';
comment on column platform.audit_events.chain is E'@behavior -orderBy\nThe tenant concerned; empty for the platform itself.';
comment on column platform.audit_events.seq is E'@behavior -orderBy\nNumber in its chain; empty until it is sealed.';
comment on column platform.audit_events.source is E'@behavior -orderBy\ndatabase: written by the transaction itself; server: as a server states it.';
comment on column platform.audit_events.action is E'@behavior -orderBy\nWhat was done: sign_in.succeed, agreements.update, request.refuse.';
comment on column platform.audit_events.outcome is E'@behavior -orderBy\nok, refused (not allowed) or failed.';
comment on column platform.audit_events.actor is E'@behavior -orderBy\noperator:<id>, user:<id>, service:<id>, worker, server, anonymous, or login:<name>.';
comment on column platform.audit_events.actor_role is E'@behavior -orderBy\nThe role in which the actor acted.';
comment on column platform.audit_events.on_behalf_of is E'@behavior -orderBy\nFor whom the actor acted: the visit of an operator, the user of a service.';
comment on column platform.audit_events.subject is E'@behavior -orderBy\nWhat it is about, such as users:<id>.';
comment on column platform.audit_events.session_id is E'@behavior -orderBy\nThe session or visit it happened in.';
comment on column platform.audit_events.request_id is E'@behavior -orderBy\nThe request it happened in, as the server names it.';
comment on column platform.audit_events.changed is E'@behavior -orderBy -filterBy\nNames of the changed columns.';
comment on column platform.audit_events.before is E'@behavior -orderBy -filterBy\nChanged values as they were; of the platform''s own rows only.';
comment on column platform.audit_events.after is E'@behavior -orderBy -filterBy\nChanged values as they became; of the platform''s own rows only.';
comment on column platform.audit_events.detail is E'@behavior -orderBy -filterBy\nFurther facts: the code of a refusal, the route, a reason.';
grant select on platform.audit_events to :ROLE_ADMIN, :ROLE_SECURITY;
drop policy security_reads on audit.buffer;
drop policy security_reads on audit.events;
revoke select on audit.buffer, audit.events from :ROLE_ADMIN, :ROLE_SECURITY;

-- Evidence: attestations, bundles, compliance.
-- The table has one row.
-- squawk-ignore adding-field-with-default
alter table platform.installation add column id uuid not null default gen_random_uuid();
comment on column platform.installation.id is 'Which installation this is, in what is signed for others.';

create table platform.attestations (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null references platform.tenants on delete restrict,
  run_id uuid not null constraint attestations_run_id_key unique,
  at timestamptz not null,
  passed boolean not null,
  statement text not null
);
comment on table platform.attestations is
  'Signed statements of what came of a proof of isolation. Kept for ever if it failed; else the last of each day for a year, of each month for seven.';
comment on column platform.attestations.run_id is 'The proof. The row of one that passed is replaced by the next, its attestation stays.';
comment on column platform.attestations.at is 'When the proof ended.';
comment on column platform.attestations.passed is 'Whether it passed.';
comment on column platform.attestations.statement is 'What was tried and what came of it, signed (compact JWS).';
create index attestations_tenant_id_idx on platform.attestations (tenant_id, at desc);
alter table platform.attestations enable row level security;
create policy operators_read on platform.attestations for select to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
grant select on platform.attestations to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;

create table platform.evidence_bundles (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null references platform.tenants on delete restrict,
  since timestamptz not null,
  until timestamptz not null,
  status text not null default 'queued' constraint evidence_bundles_status_known check (status in ('queued', 'signed')),
  requested_at timestamptz not null default now(),
  signed_at timestamptz,
  statement text,
  constraint evidence_bundles_signed_whole check ((status = 'signed') = (signed_at is not null and statement is not null))
);
comment on table platform.evidence_bundles is 'Evidence of a period, ordered and then signed by the worker. Kept for a day.';
comment on column platform.evidence_bundles.since is 'The first moment of the period.';
comment on column platform.evidence_bundles.until is 'The first moment after it.';
comment on column platform.evidence_bundles.status is 'queued: the worker has still to sign it; signed.';
comment on column platform.evidence_bundles.statement is 'The evidence, signed (compact JWS).';
create index evidence_bundles_tenant_id_idx on platform.evidence_bundles (tenant_id, requested_at desc);
alter table platform.evidence_bundles enable row level security;
create policy operators_read on platform.evidence_bundles for select to :ROLE_OPERATOR, :ROLE_SECURITY
  using ((select platform_private.listed_tenants()) is null or tenant_id = any ((select platform_private.listed_tenants())::text[]));
grant select on platform.evidence_bundles to :ROLE_OPERATOR, :ROLE_SECURITY;
create trigger evidence_bundles_announce after update of status on platform.evidence_bundles
  for each row execute function platform_private.announce_run();

alter table audit.checkpoints add column outside boolean not null default false;
comment on column audit.checkpoints.outside is 'Whether it was written outside the database too.';

alter table jobs.outbox drop constraint outbox_task_known;
-- squawk-ignore constraint-missing-not-valid
alter table jobs.outbox add constraint outbox_task_known
  check (task in ('tenant__provision', 'worker__test', 'invitation__send', 'webhook__deliver', 'agreements__expire',
                  'keys__rotate', 'keys__reseal', 'notice__send', 'isolation__prove', 'evidence__sign'));

--!include functions/audit/store_statement_key.sql
--!include functions/platform_private/statement_content.sql
--!include functions/platform_private/chain_state.sql
--!include functions/platform_private/attestation_content.sql
--!include functions/platform_private/store_attestation.sql
--!include functions/platform_private/unattested_runs.sql
--!include functions/platform_private/clear_evidence.sql
--!include functions/platform_private/compliance_controls.sql
--!include functions/platform_private/compliance_facts.sql
--!include functions/platform_private/judge_compliance.sql
--!include functions/platform_private/check_evidence_period.sql
--!include functions/platform_private/evidence_content.sql
--!include functions/platform_private/order_evidence.sql
--!include functions/platform_private/evidence_to_sign.sql
--!include functions/platform_private/store_evidence.sql
--!include functions/platform_private/require_own.sql
--!include functions/platform_private/own_attestations.sql
--!include functions/platform_private/own_chain.sql
--!include functions/platform_private/own_keys.sql
--!include functions/platform_private/own_visits.sql
--!include functions/platform_private/own_evidence.sql
--!include functions/platform_private/posture_exceptions.sql
--!include functions/platform/evidence.sql
--!include functions/platform/request_evidence.sql
--!include functions/platform/compliance_status.sql
