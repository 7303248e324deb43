-- The name of a lane's gate: the role that stands between the lane's login and the roles of its tenants. The one place that knows the
-- rule. The namespace is in it, as in tenants' roles: a gate belongs to one database, a lane's login to the installation.
create or replace function platform_private.gate_role(
  lane integer
)
returns text
language sql
stable
strict
security definer
set search_path = pg_catalog, pg_temp
as $$
  select i.prefix || i.ns || 'tenantry_gate_' || to_char(gate_role.lane, 'FM00')
    from platform.installation i
$$;
comment on function platform_private.gate_role(integer) is 'Role name of a lane''s gate.';
revoke all on function platform_private.gate_role(integer) from public;
grant execute on function platform_private.gate_role(integer) to :ROLE_PROVISIONER;
