-- How long a provisioning takes, from the order until the tenant is open: the median and the slowest twentieth of the newest hundred that succeeded,
-- in milliseconds, and how many those were; empty figures where there was none. What waits before a new one, and the lane that a tenant of tier
-- standard would get, are what may still change that; no lane where none is free. May be called by every operator.
create or replace function platform.provisioning_estimate(
  out median_ms double precision,
  out p95_ms double precision,
  out runs integer,
  out waiting integer,
  out lane integer,
  out lane_tenants integer,
  out free_lanes integer
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select t.median_ms, t.p95_ms, t.runs,
         (select count(*)::integer from platform.provisioning_runs r where r.status in ('queued', 'running')),
         l.lane, l.tenants, coalesce(l.free, 0)
    from (
      select round(percentile_cont(0.5) within group (order by newest.ms)::numeric, 1)::double precision as median_ms,
             round(percentile_cont(0.95) within group (order by newest.ms)::numeric, 1)::double precision as p95_ms,
             count(*)::integer as runs
        from (
          select extract(epoch from r.finished_at - r.created_at) * 1000 as ms
            from platform.provisioning_runs r
           where r.status = 'succeeded'
           order by r.finished_at desc
           limit 100
        ) newest
    ) t
    left join lateral (
      select open.lane, open.tenants, (count(*) filter (where open.tenants = 0) over ())::integer as free
        from (
          select lane.lane, count(t.id)::integer as tenants
            from platform.installation i
           cross join lateral generate_series(0, i.lanes - 1) as lane (lane)
            left join platform.tenants t on t.lane = lane.lane and t.status not in ('purged', 'cancelled', 'failed')
           group by lane.lane
          having bool_or(t.tier = 'dedicated') is not true
        ) open
       order by open.tenants, open.lane
       limit 1
    ) l on true
$$;
comment on function platform.provisioning_estimate() is 'How long a provisioning takes, by the newest hundred.';
revoke all on function platform.provisioning_estimate() from public;
grant execute on function platform.provisioning_estimate() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
