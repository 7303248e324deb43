-- What operators say of a tenant, as the trail keeps it. Called by update_tenant.
create or replace function platform_private.tenant_facts(
  tenant platform.tenants
)
returns jsonb
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object('name', tenant.name, 'description', tenant.description, 'domain', tenant.domain, 'tier', tenant.tier)
$$;
comment on function platform_private.tenant_facts(platform.tenants) is 'Name, description, domain and tier of a tenant.';
revoke all on function platform_private.tenant_facts(platform.tenants) from public;
