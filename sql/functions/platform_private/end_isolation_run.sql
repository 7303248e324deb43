-- Ends a proof with what the attempts came to: `result` is {"checks": [{kind, tried, failed}], "failures": [{kind, target, expected, seen}],
-- "observed": [{kind, open, count}], "broken": why the prover could not have seen anything, or null,
-- "ms": milliseconds that the attempts took, "posture": {"checks", "failures"} of what the prover compared beside them}. A failed run raises an alert and stands in
-- the audit trail; a breach, not a broken prover, suspends the tenant where its settings say so. A passed run replaces the tenant's earlier
-- passed ones. Quiet, with the run as it is, when it is over already. A tenant that is closed or locked down by now leaves no run; nor does
-- one that was so for a moment, if the prover saw nothing: it was kept out as everybody was, which is no broken prover. What was found is kept and raises
-- its alert all the same, or who may lock down could hide it. Called by the worker, and by begin_isolation_run.
create or replace function platform_private.end_isolation_run(
  run_id uuid,
  result jsonb
)
returns platform.isolation_runs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_run platform.isolation_runs;
  v_tenant platform.tenants;
  v_breaches integer;
  v_closed text;
begin
  select * into v_run from platform.isolation_runs r where r.id = end_isolation_run.run_id;
  if v_run.status is distinct from 'running' then
    return v_run;
  end if;
  v_tenant := platform_private.lock_tenant(v_run.tenant_id);
  -- Who had the tenant until now may have ended the run: a proof that took it over.
  select * into v_run from platform.isolation_runs r where r.id = end_isolation_run.run_id;
  if v_run.status is distinct from 'running' then
    return v_run;
  end if;
  v_closed := platform_private.closed_since(v_tenant, v_run.started_at);
  if v_closed is not null and not platform_private.shows_breach(v_run, result)
     and (result ->> 'broken' is not null or v_closed = v_tenant.status or platform_private.locked_down(v_tenant.id, v_tenant.lane)) then
    perform platform_private.give_up_proof(v_run, v_closed);
    return null;
  end if;
  insert into platform.isolation_failures (run_id, half, kind, target, expected, seen)
  select v_run.id, h.half, f.kind, f.target, f.expected, f.seen
    from (values ('posture', result #> '{posture,failures}'), ('attempts', result -> 'failures')) as h (half, failures)
   cross join jsonb_to_recordset(h.failures) as f (kind text, target text, expected text, seen text);
  update platform.isolation_runs r
     set attempts = summed.tried,
         attempt_failures = summed.failed,
         posture_checks = r.posture_checks + summed.looked,
         posture_failures = r.posture_failures + summed.found,
         checks = r.checks || summed.checks,
         observed = coalesce(result -> 'observed', '[]'),
         broken = result ->> 'broken',
         attempts_ms = (result ->> 'ms')::numeric,
         status = case when r.posture_failures + summed.found = 0 and summed.failed = 0 and result ->> 'broken' is null and summed.tried > 0
                       then 'passed' else 'failed' end,
         finished_at = clock_timestamp(),
         duration_ms = round(extract(epoch from clock_timestamp() - r.started_at) * 1000, 1)
    from (select coalesce(sum(c.tried) filter (where h.half = 'attempts'), 0)::integer as tried,
                 coalesce(sum(c.failed) filter (where h.half = 'attempts'), 0)::integer as failed,
                 coalesce(sum(c.tried) filter (where h.half = 'posture'), 0)::integer as looked,
                 coalesce(sum(c.failed) filter (where h.half = 'posture'), 0)::integer as found,
                 coalesce(jsonb_agg(jsonb_build_object('half', h.half, 'kind', c.kind, 'tried', c.tried, 'failed', c.failed) order by h.half, c.kind), '[]') as checks
            from (values ('posture', result #> '{posture,checks}'), ('attempts', result -> 'checks')) as h (half, checks)
           cross join jsonb_to_recordset(h.checks) as c (kind text, tried integer, failed integer)) as summed
   where r.id = v_run.id
  returning r.* into v_run;
  delete from platform_private.owed_proofs o where o.tenant_id = v_run.tenant_id;
  if v_run.status = 'passed' then
    delete from platform.isolation_runs r where r.tenant_id = v_run.tenant_id and r.status = 'passed' and r.id <> v_run.id;
    return v_run;
  end if;
  v_breaches := v_run.posture_failures + v_run.attempt_failures;
  perform audit.record('isolation.fail', v_run.tenant_id, 'isolation_runs:' || v_run.id, 'failed', null, null, jsonb_build_object(
    'cause', v_run.cause, 'posture_failures', v_run.posture_failures, 'attempt_failures', v_run.attempt_failures, 'broken', v_run.broken));
  perform platform_private.raise_alert(
    v_run.tenant_id, case when v_breaches > 0 then 'isolation.breach' else 'isolation.broken_prover' end,
    case when v_breaches > 0 then 'critical' else 'warning' end,
    case when v_breaches > 0 then format('The isolation of tenant "%s" failed in %s of %s checks and attempts.', v_run.tenant_id, v_breaches, v_run.posture_checks + v_run.attempts)
         else format('The isolation of tenant "%s" could not be proven: %s.', v_run.tenant_id, coalesce(v_run.broken, 'nothing was attempted')) end);
  if v_breaches > 0 and v_tenant.status = 'active' and v_tenant.settings #>> '{security,suspendOnBreach}' = 'true' then
    perform platform.suspend_tenant(v_run.tenant_id, format('isolation run %s failed', v_run.id));
  end if;
  return v_run;
end
$$;
comment on function platform_private.end_isolation_run(uuid, jsonb) is 'Ends a proof of isolation with what its attempts came to.';
revoke all on function platform_private.end_isolation_run(uuid, jsonb) from public;
grant execute on function platform_private.end_isolation_run(uuid, jsonb) to :ROLE_WORKER;
