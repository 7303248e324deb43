-- Whether a tenant's status gives it its lane and its schema: what a lock-down takes from it and lifting gives back.
create or replace function platform_private.is_open_by_status(
  tenant platform.tenants
)
returns boolean
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select tenant.schema_version is not null and tenant.status in ('provisioning', 'ready', 'active')
$$;
comment on function platform_private.is_open_by_status(platform.tenants) is 'Does the status give the tenant its grants?';
revoke all on function platform_private.is_open_by_status(platform.tenants) from public;
