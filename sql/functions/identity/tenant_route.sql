-- Where a tenant's requests go: its status, lane, role, schema and schema version. The status of an active tenant is `locked_down` while
-- a lock-down stops it. No row for an unknown id.
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
  select t.id, case when t.status = 'active' and platform_private.locked_down(t.id, t.lane) then 'locked_down' else t.status end, t.lane, platform_private.tenant_role(t.id), platform_private.tenant_schema(t.id), t.schema_version
    from platform.tenants t
   where t.id = tenant_route.tenant_id
$$;
comment on function identity.tenant_route(text) is 'Status, lane, role and schema of a tenant.';
revoke all on function identity.tenant_route(text) from public;
grant execute on function identity.tenant_route(text) to :ROLE_AUTH;
