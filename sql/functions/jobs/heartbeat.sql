-- A worker process says that it lives, under which names it holds jobs, and whether its self-test has run. Called by the worker
-- every few seconds from the connection whose backend stands for the process. Runs with the worker's rights.
create or replace function jobs.heartbeat(
  id uuid,
  holders text[],
  tested boolean
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into jobs.workers (id, holders, tested, backend_pid, backend_start)
  select heartbeat.id, heartbeat.holders, heartbeat.tested, a.pid, a.backend_start
    from pg_stat_activity a
   where a.pid = pg_backend_pid()
  on conflict on constraint workers_pkey do update
    set holders = excluded.holders,
        tested = excluded.tested,
        backend_pid = excluded.backend_pid,
        backend_start = excluded.backend_start,
        seen_at = now();
end
$$;
comment on function jobs.heartbeat(uuid, text[], boolean) is 'Announces a worker process.';
revoke all on function jobs.heartbeat(uuid, text[], boolean) from public;
grant execute on function jobs.heartbeat(uuid, text[], boolean) to :ROLE_WORKER;
