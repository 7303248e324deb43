-- The lane for a new tenant: the one with the fewest. Tier `dedicated` takes an empty lane for itself, and a lane
-- that a dedicated tenant holds takes nobody else. Called by create_tenant.
create or replace function platform_private.choose_lane(
  tier text
)
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_lane integer;
begin
  select lane.lane into v_lane
    from platform.installation i
   cross join lateral generate_series(0, i.lanes - 1) as lane (lane)
    left join (
      select t.lane, count(*) as tenants, bool_or(t.tier = 'dedicated') as taken
        from platform.tenants t
       where t.status not in ('purged', 'cancelled', 'failed')
       group by t.lane
    ) used on used.lane = lane.lane
   where used.taken is not true
     and (choose_lane.tier <> 'dedicated' or used.tenants is null)
   order by coalesce(used.tenants, 0), lane.lane
   limit 1;
  if v_lane is null then
    raise exception 'no lane is free for tier "%"', tier
      using errcode = 'TN008', detail = 'Every lane is in use.',
            hint = 'Raise LANES, run the migrator, and restart the servers.';
  end if;
  return v_lane;
end
$$;
comment on function platform_private.choose_lane(text) is 'Lane with the fewest tenants that a tenant of this tier may use.';
revoke all on function platform_private.choose_lane(text) from public;
