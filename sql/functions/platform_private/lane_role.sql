-- The name of a lane's login. The one place that knows the rule.
create or replace function platform_private.lane_role(
  lane integer
)
returns text
language sql
stable
strict
security definer
set search_path = pg_catalog, pg_temp
as $$
  select i.prefix || 'tenantry_lane_' || to_char(lane_role.lane, 'FM00')
    from platform.installation i
$$;
comment on function platform_private.lane_role(integer) is 'Login name of a lane.';
revoke all on function platform_private.lane_role(integer) from public;
grant execute on function platform_private.lane_role(integer) to :ROLE_PROVISIONER;
