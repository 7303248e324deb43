-- The schema of a tenant whose users may be looked at: one that has a schema, open or not. Raises TN003, and TN004 for one without.
create or replace function platform_private.user_schema(
  tenant_id text
)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
begin
  select * into v_tenant from platform.tenants t where t.id = tenant_id and platform_private.reaches_tenant(t.id);
  if not found then
    raise exception 'there is no tenant "%"', tenant_id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  if v_tenant.schema_version is null or v_tenant.status in ('deleted', 'purged', 'cancelled', 'failed') then
    raise exception 'tenant "%" is %, it has no users', tenant_id, v_tenant.status
      using errcode = 'TN004', hint = 'Wait until it is ready, or restore it.';
  end if;
  return platform_private.tenant_schema(tenant_id);
end
$$;
comment on function platform_private.user_schema(text) is 'Schema of a tenant whose users may be looked at.';
revoke all on function platform_private.user_schema(text) from public;
