-- Lets the login of a tenant's lane become the tenant's role, through the lane's gate. Owned by the provisioner; called under the lock
-- of the tenant's row, since two parallel grants of one membership collide on PostgreSQL 15. Does nothing for a tenant that a lock-down
-- names: lifting that opens it. From 16 on the options are written out: an INHERIT granted once outlives `alter role … noinherit`.
create or replace function platform_private.open_lane(
  tenant_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_lane integer;
  v_gate text;
begin
  select t.lane, platform_private.gate_role(t.lane) into strict v_lane, v_gate
    from platform.tenants t
   where t.id = open_lane.tenant_id;
  if not exists (select from pg_roles r where r.rolname = v_gate) then
    perform platform_private.settle_gate(v_lane);
  end if;
  if platform_private.locked_down(tenant_id, null) then
    return;
  end if;
  if current_setting('server_version_num')::int >= 160000 then
    execute format('grant %I to %I with inherit false, set true, admin false',
                   platform_private.tenant_role(tenant_id), v_gate);
  else
    -- The gate is NOINHERIT from birth: nobody is a tenant without SET ROLE.
    execute format('grant %I to %I', platform_private.tenant_role(tenant_id), v_gate);
  end if;
end
$$;
comment on function platform_private.open_lane(text) is 'Grants the tenant''s role to its lane.';
revoke all on function platform_private.open_lane(text) from public;
grant execute on function platform_private.open_lane(text) to :ROLE_OWNER;
