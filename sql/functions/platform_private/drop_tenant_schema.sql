-- Removes a tenant's schema, its role, its keys and its people's second factors: nothing of it is left but its registry row. Called by purge, by
-- cancel and by a run that failed for good. Not DROP OWNED: the provisioner may not, and the role owns nothing.
create or replace function platform_private.drop_tenant_schema(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
begin
  execute format('drop schema if exists %I cascade', platform_private.tenant_schema(tenant_id));
  perform platform_private.drop_tenant_role(tenant_id);
  delete from platform_private.signing_keys k where k.tenant_id = drop_tenant_schema.tenant_id;
  delete from platform_private.second_factors f where f.tenant_id = drop_tenant_schema.tenant_id;
  update platform.tenants t
     set schema_version = null, size_bytes = null
   where t.id = drop_tenant_schema.tenant_id;
end
$$;
comment on function platform_private.drop_tenant_schema(text) is 'Removes everything a tenant has but its registry row.';
revoke all on function platform_private.drop_tenant_schema(text) from public;
