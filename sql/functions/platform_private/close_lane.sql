-- Takes a tenant's role away from the gate of its lane: the next SET ROLE is refused (42501). Also from the lane's login, should that
-- hold it directly. Owned by the provisioner. From 16 on a grant made by somebody else stays, with only a warning: ways_in_left finds it.
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
  v_role constant text := platform_private.tenant_role(tenant_id);
  v_member text;
begin
  for v_member in
    select member.rolname
      from platform.tenants t
      join pg_roles member on member.rolname in (platform_private.gate_role(t.lane), platform_private.lane_role(t.lane))
      join pg_auth_members m on m.member = member.oid
      join pg_roles role on role.oid = m.roleid and role.rolname = v_role
     where t.id = close_lane.tenant_id
  loop
    execute format('revoke %I from %I', v_role, v_member);
  end loop;
end
$$;
comment on function platform_private.close_lane(text) is 'Revokes the tenant''s role from its lane.';
revoke all on function platform_private.close_lane(text) from public;
grant execute on function platform_private.close_lane(text) to :ROLE_OWNER;
