-- Ends a proof that could not be made because its tenant can't be entered: `why` is locked_down or the tenant's status. It leaves no run and raises no
-- alert, since nothing was seen; that it was given up is an event. What a lock-down prevented is owed, and the daily round makes it first once that
-- is lifted; opening a suspended tenant orders one anyway. From the third in a row on it is an alert: somebody may lock down again and again to keep
-- proofs out. Called by begin_isolation_run and end_isolation_run, under the lock of the tenant's row.
create or replace function platform_private.give_up_proof(
  run platform.isolation_runs,
  why text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_owed platform_private.owed_proofs;
begin
  delete from platform.isolation_runs r where r.id = run.id and r.status = 'running';
  if not found then
    return;
  end if;
  insert into platform_private.owed_proofs as o (tenant_id, tried_at) values (run.tenant_id, clock_timestamp())
  on conflict (tenant_id) do update set tried_at = excluded.tried_at, times = o.times + 1
  returning * into v_owed;
  perform audit.record('isolation.give_up', run.tenant_id, 'isolation_runs:' || run.id, 'refused', null, null,
                       jsonb_build_object('cause', run.cause, 'why', why));
  if v_owed.times >= 3 then
    perform platform_private.raise_alert(run.tenant_id, 'isolation.kept_out', 'warning', format(
      'Proofs of the isolation of tenant "%s" were given up %s times since %s, as it was locked down or closed each time. Nothing has been proven meanwhile.',
      run.tenant_id, v_owed.times, to_char(v_owed.owed_since at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')));
  end if;
end
$$;
comment on function platform_private.give_up_proof(platform.isolation_runs, text) is 'Ends a proof whose tenant can''t be entered.';
revoke all on function platform_private.give_up_proof(platform.isolation_runs, text) from public;
