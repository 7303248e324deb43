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
