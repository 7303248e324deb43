-- Begins a proof of a tenant's isolation: makes the posture half at once, and leaves the attempts to whoever can log in to the tenant's lane.
-- An open run of the tenant is taken over, whoever began it: its posture is made anew. Returns the run's id, null for a tenant that is not
-- open to attempts (no schema, closed, or locked down), so that jobs pass it by; a run that is open there is given up, or has failed if its posture did.
-- Called by the worker, and by verify_isolation.
create or replace function platform_private.begin_isolation_run(
  tenant_id text,
  cause text
)
returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_started constant timestamptz := clock_timestamp();
  v_version integer;
  v_run uuid;
  v_posture record;
  v_tenant platform.tenants;
  v_open platform.isolation_runs;
begin
  -- While a database is being migrated its control plane is neither the old nor the new one: the migrator's lock is waited for.
  perform pg_advisory_xact_lock_shared(74110, 1);
  -- The tenant before its run, as everywhere: two proofs of one tenant would wait for each other.
  select t.schema_version into v_version
    from platform.tenants t
   where t.id = begin_isolation_run.tenant_id and t.status in ('provisioning', 'ready', 'active') and t.schema_version is not null
     and not platform_private.locked_down(t.id, t.lane)
     for key share;
  if not found then
    -- Its job was cut off: without this the run would be lost in an hour, and be called the prover's fault.
    if exists (select from platform.isolation_runs r where r.tenant_id = begin_isolation_run.tenant_id and r.status = 'running') then
      v_tenant := platform_private.lock_tenant(begin_isolation_run.tenant_id);
      select * into v_open from platform.isolation_runs r where r.tenant_id = begin_isolation_run.tenant_id and r.status = 'running';
      if platform_private.shows_breach(v_open, '{}') then
        perform platform_private.end_isolation_run(v_open.id, '{"broken": "the tenant was closed before the attempts were over", "checks": [], "failures": []}');
      elsif v_open.id is not null then
        perform platform_private.give_up_proof(v_open, case when v_tenant.status in ('provisioning', 'ready', 'active') then 'locked_down' else v_tenant.status end);
      end if;
    end if;
    return null;
  end if;
  update platform_private.owed_proofs o set tried_at = v_started where o.tenant_id = begin_isolation_run.tenant_id;
  select * into v_posture
    from platform_private.isolation_posture(
      begin_isolation_run.tenant_id, case when begin_isolation_run.cause = 'schedule' then platform_private.recent_posture() end);
  insert into platform.isolation_runs (tenant_id, cause, started_at, schema_version, server_version)
  values (begin_isolation_run.tenant_id, begin_isolation_run.cause, v_started, v_version, current_setting('server_version'))
  on conflict (tenant_id) where status = 'running'
  do update set started_at = v_started, schema_version = v_version
  returning id into v_run;
  update platform.isolation_runs r
     set checks = v_posture.checks,
         posture_checks = v_posture.tried,
         posture_failures = v_posture.failed,
         posture_ms = round(extract(epoch from clock_timestamp() - v_started) * 1000, 1),
         fingerprint = v_posture.fingerprint,
         control_plane = v_posture.control_plane
   where r.id = v_run;
  delete from platform.isolation_failures f where f.run_id = v_run;
  insert into platform.isolation_failures (run_id, half, kind, target, expected, seen)
  select v_run, 'posture', f.kind, f.target, f.expected, f.seen
    from jsonb_to_recordset(v_posture.failures) as f (kind text, target text, expected text, seen text);
  return v_run;
end
$$;
comment on function platform_private.begin_isolation_run(text, text) is 'Begins a proof of isolation with its posture half; returns the run.';
revoke all on function platform_private.begin_isolation_run(text, text) from public;
grant execute on function platform_private.begin_isolation_run(text, text) to :ROLE_WORKER;
