-- Drops a tenant's role, after its schema: the role owns nothing, and its grants went with the schema.
-- Owned by the provisioner; called by drop_tenant_schema. Quiet when there is no such role.
create or replace function platform_private.drop_tenant_role(
  tenant_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('drop role if exists %I', platform_private.tenant_role(tenant_id));
end
$$;
comment on function platform_private.drop_tenant_role(text) is 'Drops the tenant''s role.';
revoke all on function platform_private.drop_tenant_role(text) from public;
grant execute on function platform_private.drop_tenant_role(text) to :ROLE_OWNER;
