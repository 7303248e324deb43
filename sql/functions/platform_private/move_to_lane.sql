-- Moves a tenant to another lane, in one transaction, so that no request finds neither lane open. Called by the migrator when the number of lanes falls.
create or replace function platform_private.move_to_lane(
  tenant_id text,
  lane integer
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_open constant boolean := v_tenant.schema_version is not null
    and v_tenant.status in ('provisioning', 'ready', 'active');
begin
  if v_open then
    perform platform_private.close_lane(tenant_id);
  end if;
  update platform.tenants t set lane = move_to_lane.lane, updated_at = now() where t.id = move_to_lane.tenant_id;
  if v_open then
    perform platform_private.open_lane(tenant_id);
  end if;
end
$$;
comment on function platform_private.move_to_lane(text, integer) is 'Gives a tenant another lane.';
revoke all on function platform_private.move_to_lane(text, integer) from public;
