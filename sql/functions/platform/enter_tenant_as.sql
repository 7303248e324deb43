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
