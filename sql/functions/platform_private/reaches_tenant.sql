-- Whether the operator of this request may have to do with a tenant at all. True in every session that is not limited to tenants.
-- Called by functions only; policies ask listed_tenants themselves, once a statement.
create or replace function platform_private.reaches_tenant(
  tenant_id text
)
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(reaches_tenant.tenant_id = any (platform_private.listed_tenants()), true)
$$;
comment on function platform_private.reaches_tenant(text) is 'May the asking operator have to do with this tenant?';
revoke all on function platform_private.reaches_tenant(text) from public;
