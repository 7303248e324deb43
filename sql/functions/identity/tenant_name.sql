-- What a tenant is called, for the answer to one of its own people who signed in. Null for an unknown id. Callable by tenantry_auth.
create or replace function identity.tenant_name(
  tenant_id text
)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select t.name from platform.tenants t where t.id = tenant_name.tenant_id
$$;
comment on function identity.tenant_name(text) is 'What a tenant is called.';
revoke all on function identity.tenant_name(text) from public;
grant execute on function identity.tenant_name(text) to :ROLE_AUTH;
