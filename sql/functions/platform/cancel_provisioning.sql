-- Calls a tenant off before its first activation: whatever exists of it is removed, its name and domain are free again,
-- its id is not. May be called by members of tenantry_operator. Raises TN003, TN004.
create or replace function platform.cancel_provisioning(
  id text,
  reason text default null
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.lock_tenant(id);
  perform platform_private.change_status(id, array['provisioning', 'ready', 'failed'], 'cancelled', reason);
  perform platform_private.drop_tenant_schema(id);
  update platform.provisioning_runs r
     set status = 'cancelled', finished_at = clock_timestamp()
   where r.tenant_id = cancel_provisioning.id
     and r.status in ('queued', 'running');
  return platform_private.lock_tenant(id);
end
$$;
comment on function platform.cancel_provisioning(text, text) is 'Calls a tenant off before its first activation.';
revoke all on function platform.cancel_provisioning(text, text) from public;
grant execute on function platform.cancel_provisioning(text, text) to :ROLE_OPERATOR;
