-- Gives a tenant back what a lock-down took from it, once none names it any more and if its status says that it is open. What was decided
-- meanwhile, by activating it, has been forgotten here and is open whole. Called by platform.lift_lock_down, under the lock of the tenant's row.
create or replace function platform_private.give_back(
  tenant platform.tenants
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_held platform_private.withheld_grants;
begin
  if platform_private.locked_down(tenant.id, null) then
    return;
  end if;
  delete from platform_private.withheld_grants w where w.subject = 'tenant:' || tenant.id returning * into v_held;
  if not platform_private.is_open_by_status(tenant) then
    return;
  end if;
  if coalesce(v_held.usage, true) and coalesce(v_held.member, true) then
    perform platform_private.open_tenant(tenant.id);
    return;
  end if;
  if v_held.usage then
    execute format('grant usage on schema %I to %I', platform_private.tenant_schema(tenant.id), platform_private.tenant_role(tenant.id));
  end if;
  if v_held.member then
    perform platform_private.open_lane(tenant.id);
  end if;
end
$$;
comment on function platform_private.give_back(platform.tenants) is 'Gives a tenant back what a lock-down took.';
revoke all on function platform_private.give_back(platform.tenants) from public;
