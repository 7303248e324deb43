-- Memberships by which the logins of these lanes would still become tenants' roles while their gates are shut: the gate itself or a
-- tenant's role, granted by somebody else, which on PostgreSQL 16 and later our REVOKE cannot undo. Null when there are none.
create or replace function platform_private.ways_past_gates(
  lanes integer[]
)
returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_agg(jsonb_build_object('role', role.rolname, 'member', login.rolname, 'grantor', m.grantor::regrole::text))
    from platform.installation i
   cross join unnest(ways_past_gates.lanes) as lane (number)
    join pg_roles login on login.rolname = platform_private.lane_role(lane.number)
    join pg_auth_members m on m.member = login.oid
    join pg_roles role on role.oid = m.roleid
   where role.rolname ^@ (i.prefix || i.ns || 'tenant_') or role.rolname ^@ (i.prefix || i.ns || 'tenantry_gate_')
$$;
comment on function platform_private.ways_past_gates(integer[]) is 'Memberships of lanes'' logins that a shut gate does not stop.';
revoke all on function platform_private.ways_past_gates(integer[]) from public;
