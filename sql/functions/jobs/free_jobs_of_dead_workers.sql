-- Frees the jobs whose worker process is gone, then forgets the process. Without it they would stay locked for 4 hours.
-- A name that no process ever announced belongs to one that is just starting, or died while it was: after a minute it counts as
-- dead. Called by each worker at its start and every minute, with the worker's rights. Returns how many dead holders of jobs
-- there were.
create or replace function jobs.free_jobs_of_dead_workers()
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_dead text[];
begin
  with gone as (
    delete from jobs.workers w
     where not exists (
       select from pg_stat_activity a where a.pid = w.backend_pid and a.backend_start = w.backend_start
     )
    returning w.holders
  ), announced as (
    select holder from jobs.workers w cross join unnest(w.holders) as holder
  )
  select array_agg(distinct j.locked_by) into v_dead
    from graphile_worker.jobs j
   where j.locked_by is not null
     and (j.locked_by in (select holder from gone cross join unnest(gone.holders) as holder)
          or (j.locked_by not in (select holder from announced) and j.locked_at < now() - interval '1 minute'));
  if v_dead is null then
    return 0;
  end if;
  perform graphile_worker.force_unlock_workers(v_dead);
  return cardinality(v_dead);
end
$$;
comment on function jobs.free_jobs_of_dead_workers() is
  'Unlocks jobs held by worker processes whose backend is gone; returns how many holders that were.';
revoke all on function jobs.free_jobs_of_dead_workers() from public;
grant execute on function jobs.free_jobs_of_dead_workers() to :ROLE_WORKER;
