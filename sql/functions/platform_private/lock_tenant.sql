-- The tenant's row, locked for a change of its life: one change at a time. Raises TN003 if there is none, or none that the asking
-- operator may have to do with: the two can't be told apart.
create or replace function platform_private.lock_tenant(
  tenant_id text
)
returns platform.tenants
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
begin
  select * into v_tenant from platform.tenants t where t.id = lock_tenant.tenant_id and platform_private.reaches_tenant(t.id) for update;
  if not found then
    raise exception 'there is no tenant "%"', tenant_id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  return v_tenant;
end
$$;
comment on function platform_private.lock_tenant(text) is 'Locks and returns a tenant''s row.';
revoke all on function platform_private.lock_tenant(text) from public;
