-- Ends a proof that could not be made because its tenant can't be entered: `why` is locked_down or the tenant's status. It leaves no run and raises no
-- alert, since nothing was seen; that it was given up is an event. What a lock-down prevented is owed, and the daily round makes it first once that
-- is lifted; opening a suspended tenant orders one anyway. Called by begin_isolation_run and end_isolation_run, under the lock of the tenant's row.
create or replace function platform_private.give_up_proof(
  run platform.isolation_runs,
  why text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from platform.isolation_runs r where r.id = run.id and r.status = 'running';
  if not found then
    return;
  end if;
  insert into platform_private.owed_proofs (tenant_id) values (run.tenant_id) on conflict do nothing;
  perform audit.record('isolation.give_up', run.tenant_id, 'isolation_runs:' || run.id, 'refused', null, null,
                       jsonb_build_object('cause', run.cause, 'why', why));
end
$$;
comment on function platform_private.give_up_proof(platform.isolation_runs, text) is 'Ends a proof whose tenant can''t be entered.';
revoke all on function platform_private.give_up_proof(platform.isolation_runs, text) from public;
