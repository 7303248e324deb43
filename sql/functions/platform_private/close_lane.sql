-- Takes a tenant's role away from the login of its lane: the next SET ROLE is refused (42501).
-- Owned by the provisioner. From 16 on a grant made by somebody else stays, with only a warning: ways_in_left finds it.
create or replace function platform_private.close_lane(
  tenant_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_lane text;
begin
  select platform_private.lane_role(t.lane) into strict v_lane
    from platform.tenants t
   where t.id = close_lane.tenant_id;
  execute format('revoke %I from %I', platform_private.tenant_role(tenant_id), v_lane);
end
$$;
comment on function platform_private.close_lane(text) is 'Revokes the tenant''s role from its lane.';
revoke all on function platform_private.close_lane(text) from public;
grant execute on function platform_private.close_lane(text) to :ROLE_OWNER;
