-- Where a tenant's requests go: its status, lane, role, schema and schema version. No row for an unknown id.
-- Callable by tenantry_auth.
create or replace function identity.tenant_route(
  tenant_id text
)
returns table (
  id text,
  status text,
  lane integer,
  role_name text,
  schema_name text,
  schema_version integer
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select t.id, t.status, t.lane, platform_private.tenant_role(t.id), platform_private.tenant_schema(t.id), t.schema_version
    from platform.tenants t
   where t.id = tenant_route.tenant_id
$$;
comment on function identity.tenant_route(text) is 'Status, lane, role and schema of a tenant.';
revoke all on function identity.tenant_route(text) from public;
grant execute on function identity.tenant_route(text) to :ROLE_AUTH;
