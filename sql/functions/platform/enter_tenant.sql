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
