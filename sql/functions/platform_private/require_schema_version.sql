-- Lets nobody sign in to a tenant whose schema is older than what the functions of schema identity need: the number below, which rises with them.
-- Called by active_tenant_schema. Raises TN017.
create or replace function platform_private.require_schema_version(
  tenant_id text
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  -- 0007_sessions is the newest migration whose columns signing in reads.
  c_least constant integer := 7;
begin
  if exists (select from platform.tenants t where t.id = require_schema_version.tenant_id and t.schema_version < c_least) then
    raise exception 'the schema of tenant "%" is older than signing in needs', tenant_id
      using errcode = 'TN017', detail = format('It takes version %s of the tenant stream.', c_least), hint = 'Migrate the tenant.';
  end if;
end
$$;
comment on function platform_private.require_schema_version(text) is 'Raises for a tenant whose schema is too old to sign in to.';
revoke all on function platform_private.require_schema_version(text) from public;
