-- A worker process takes its leave, so that readiness knows at once. Runs with the worker's rights.
create or replace function jobs.farewell(
  id uuid
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  delete from jobs.workers w where w.id = farewell.id
$$;
comment on function jobs.farewell(uuid) is 'Forgets a worker process that stops.';
revoke all on function jobs.farewell(uuid) from public;
grant execute on function jobs.farewell(uuid) to :ROLE_WORKER;
