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
