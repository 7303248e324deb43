-- Creates a tenant's schema with everything in it. The role must exist. Called by provision_tenant.
create or replace function platform_private.build_tenant_schema(
  tenant_id text,
  baseline_sql text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.tenant_schema(tenant_id);
  v_role constant text := platform_private.tenant_role(tenant_id);
begin
  execute format('create schema %I', v_schema);
  execute format('grant usage on schema %I to %I', v_schema, v_role);
  perform platform_private.run_in_schema(v_schema, v_role, baseline_sql);
end
$$;
comment on function platform_private.build_tenant_schema(text, text) is 'Creates and fills a tenant''s schema.';
revoke all on function platform_private.build_tenant_schema(text, text) from public;
