-- Proves a tenant's isolation: the posture at once, in the answer; the attempts as a job of the worker, over the tenant's own lane. The answer also
-- says how the newest attempts that are over went, and how old they are. Failures name other tenants, so an operator limited to some gets their number alone.
-- May be called by members of tenantry_operator and tenantry_security. Raises TN003, TN004 for a tenant that has no schema or is closed.
create or replace function platform.verify_isolation(
  id text
)
returns platform.isolation_answer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(verify_isolation.id);
  v_run constant uuid := platform_private.begin_isolation_run(v_tenant.id, 'demand');
  v_answer platform.isolation_answer;
begin
  if v_run is null then
    raise exception 'tenant "%" is % or locked down, its isolation cannot be attempted', v_tenant.id, v_tenant.status
      using errcode = 'TN004', detail = 'Allowed from: provisioning with a schema, ready, active; not in a lock-down.',
            hint = 'A closed tenant''s posture is looked at when it is opened again.';
  end if;
  perform jobs.enqueue('isolation__prove', jsonb_build_object('tenantId', v_tenant.id, 'cause', 'demand'), 'isolation:' || v_tenant.id);
  select r.id, r.tenant_id, r.status, r.posture_checks, r.posture_failures into v_answer.run_id, v_answer.tenant_id, v_answer.status,
         v_answer.posture_checks, v_answer.posture_failures
    from platform.isolation_runs r
   where r.id = v_run;
  if platform_private.listed_tenants() is null then
    v_answer.failures := (
      select coalesce(jsonb_agg(jsonb_build_object('kind', f.kind, 'target', f.target, 'expected', f.expected, 'seen', f.seen) order by f.id), '[]')
        from platform.isolation_failures f
       where f.run_id = v_run);
  end if;
  select r.id, r.attempts, r.attempt_failures, r.finished_at, clock_timestamp() - r.finished_at
    into v_answer.attempts_run_id, v_answer.attempts, v_answer.attempt_failures, v_answer.attempts_at, v_answer.attempts_age
    from platform.isolation_runs r
   where r.tenant_id = v_tenant.id and r.status <> 'running'
   order by r.started_at desc
   limit 1;
  return v_answer;
end
$$;
comment on function platform.verify_isolation(text) is 'Proves a tenant''s isolation: posture at once, attempts by the worker.';
revoke all on function platform.verify_isolation(text) from public;
grant execute on function platform.verify_isolation(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
