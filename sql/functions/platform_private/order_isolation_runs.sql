-- Orders proofs for the active tenants that were proven longest ago, and returns how many. A tenant is due after twelve hours; the number is such
-- that all of them have their turn in the twelve hours that follow, so none goes unproven for more than a day. Before them come tenants whose proof a
-- lock-down prevented, once that is lifted and ten minutes after the last one, or whoever locks down and lifts by turns would keep the others from theirs;
-- those that are locked down have no turn, for the same reason. Orders nothing while as many still wait. A run that nobody finished within an hour has failed. Called by the worker, every minute.
create or replace function platform_private.order_isolation_runs()
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_budget integer;
  v_ordered integer;
  v_lost uuid;
begin
  for v_lost in select r.id from platform.isolation_runs r where r.status = 'running' and r.started_at < now() - interval '1 hour' loop
    perform platform_private.end_isolation_run(v_lost, '{"broken": "its job was lost", "checks": [], "failures": []}');
  end loop;
  -- 660 of 720 minutes: the rest is for minutes in which nothing could be ordered. 60 is some 15 s of work at most.
  select least(60, ceil(count(*) / 660.0)::integer) into v_budget from platform.tenants t where t.status = 'active';
  v_budget := v_budget - (select count(*) from platform.isolation_runs r where r.status = 'running')
                       - (select count(*) from jobs.outbox o where o.task = 'isolation__prove');
  if v_budget <= 0 then
    return 0;
  end if;
  select count(jobs.enqueue('isolation__prove', jsonb_build_object('tenantId', due.id, 'cause', 'schedule'), 'isolation:' || due.id))
    into v_ordered
    from (select t.id
            from platform.tenants t
            left join lateral (
              select r.started_at from platform.isolation_runs r where r.tenant_id = t.id order by r.started_at desc limit 1
            ) newest on true
            left join platform_private.owed_proofs o on o.tenant_id = t.id
           where (t.status = 'active' and coalesce(newest.started_at < now() - interval '12 hours', true)
                  or o.tenant_id is not null and platform_private.is_open_by_status(t))
             and (o.tenant_id is null or o.tried_at < now() - interval '10 minutes')
             and (not (select exists (select from platform.lock_downs l where l.lifted_at is null)) or not platform_private.locked_down(t.id, t.lane))
           order by o.tenant_id is null, newest.started_at nulls first
           limit v_budget) as due;
  return v_ordered;
end
$$;
comment on function platform_private.order_isolation_runs() is 'Orders proofs of the tenants that were proven longest ago.';
revoke all on function platform_private.order_isolation_runs() from public;
grant execute on function platform_private.order_isolation_runs() to :ROLE_WORKER;
