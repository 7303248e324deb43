-- Creates a tenant's role and lets its lane become it. Owned by the provisioner; called by provision_tenant, under the
-- lock of the tenant's row. Takes an id, never a role name: names come from the registry.
create or replace function platform_private.create_tenant_role(
  tenant_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('create role %I nologin noinherit nocreaterole nocreatedb', platform_private.tenant_role(tenant_id));
  perform platform_private.open_lane(tenant_id);
end
$$;
comment on function platform_private.create_tenant_role(text) is 'Creates the tenant''s role and opens its lane.';
revoke all on function platform_private.create_tenant_role(text) from public;
grant execute on function platform_private.create_tenant_role(text) to :ROLE_OWNER;
