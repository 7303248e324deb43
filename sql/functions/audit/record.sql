-- Writes one event into the audit trail, in the caller's transaction. Called by functions of the owner, whose rights and path it has;
-- nobody else may.
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
language plpgsql
volatile
as $$
declare
  v_actor constant text := audit.actor();
begin
  if v_actor ^@ 'login:' then
    insert into audit.buffer (source, action, tenant_id, subject, outcome, before, after, detail, actor)
    values ('database', action, tenant_id, subject, outcome, before, after, detail, v_actor);
    return;
  end if;
  -- An operator inside a tenant: the visit is the identity it was let in under.
  insert into audit.buffer (source, action, tenant_id, subject, outcome, before, after, detail, actor, actor_role, session_id, request_id, on_behalf_of)
  values (
    'database', action, tenant_id, subject, outcome, before, after, audit.stated(tenant_id, detail),
    v_actor,
    nullif(current_setting('tenantry.role', true), ''),
    nullif(current_setting('tenantry.session_id', true), ''),
    nullif(current_setting('tenantry.request_id', true), ''),
    case when v_actor ^@ 'operator:' and current_setting('tenantry.tenant_id', true) <> ''
         then 'visit:' || nullif(current_setting('tenantry.session_id', true), '') end);
end
$$;
comment on function audit.record(text, text, text, text, jsonb, jsonb, jsonb) is 'Writes one event into the audit trail.';
revoke all on function audit.record(text, text, text, text, jsonb, jsonb, jsonb) from public;
