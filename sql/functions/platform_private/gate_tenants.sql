-- Puts tenants whose role was granted to their lane's login itself, as it was before there were gates, behind the gate: the next `most`
-- of them behind `after`. Returns the last id, null when there was none. One transaction a batch: each role is locked until its end.
-- Called by the migrator.
create or replace function platform_private.gate_tenants(
  after text,
  most integer
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id text;
  v_last text;
begin
  for v_id in
    select t.id
      from platform.installation i
      join pg_roles role on role.rolname ^@ (i.prefix || i.ns || 'tenant_')
      join pg_auth_members m on m.roleid = role.oid
      join pg_roles login on login.oid = m.member and login.rolname ^@ (i.prefix || 'tenantry_lane_')
      join platform.tenants t
        on t.id = substr(role.rolname, length(i.prefix || i.ns || 'tenant_') + 1) and platform_private.lane_role(t.lane) = login.rolname
     where t.id > gate_tenants.after
     order by t.id
     limit gate_tenants.most
  loop
    perform platform_private.lock_tenant(v_id);
    perform platform_private.close_lane(v_id);
    perform platform_private.open_lane(v_id);
    v_last := v_id;
  end loop;
  return v_last;
end
$$;
comment on function platform_private.gate_tenants(text, integer) is 'Puts tenants that were granted to a login behind its gate.';
revoke all on function platform_private.gate_tenants(text, integer) from public;
