-- Takes a deleted or archived tenant back. It comes back suspended: activate_tenant opens it, after its checks.
-- May be called by members of tenantry_admin. Raises TN003, TN004.
create or replace function platform.restore_tenant(
  id text,
  reason text default null
)
returns platform.tenants
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  select * from platform_private.change_status(id, array['deleted', 'archived'], 'suspended', reason)
$$;
comment on function platform.restore_tenant(text, text) is 'Takes a deleted or archived tenant back; it is suspended then.';
revoke all on function platform.restore_tenant(text, text) from public;
grant execute on function platform.restore_tenant(text, text) to :ROLE_ADMIN;
