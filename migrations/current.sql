-- The migration being written: see docs/how-to/change-the-database.md.

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
create index events_tenant_id_idx on audit.events (tenant_id, id);
create index events_action_idx on audit.events (action, id);
alter table audit.events enable row level security;
create policy security_reads on audit.events for select to :ROLE_SECURITY, :ROLE_ADMIN using (true);
create policy servers_write on audit.events for insert to :ROLE_AUDIT with check (source = 'server');
grant select on audit.events to :ROLE_SECURITY, :ROLE_ADMIN;
grant insert (at, source, action, outcome, tenant_id, actor, actor_role, subject, detail, session_id, request_id) on audit.events to :ROLE_AUDIT;

--!include functions/audit/actor.sql
--!include functions/audit/record.sql
--!include functions/audit/record_change.sql
