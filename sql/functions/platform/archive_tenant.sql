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
