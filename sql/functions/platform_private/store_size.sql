-- Measures a tenant and keeps the result on its row. Nobody is told: what a server holds of a tenant does not depend on it. Called by the worker.
create or replace function platform_private.store_size(
  tenant_id text
)
returns bigint
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  update platform.tenants t
     set size_bytes = platform_private.measure_tenant(t.id), measured_at = now()
   where t.id = store_size.tenant_id and t.schema_version is not null
  returning t.size_bytes
$$;
comment on function platform_private.store_size(text) is 'Measures a tenant and keeps the result on its row.';
revoke all on function platform_private.store_size(text) from public;
grant execute on function platform_private.store_size(text) to :ROLE_WORKER;
