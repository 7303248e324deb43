-- A worker process says that it lives, under which worker ids it takes jobs, and whether its self-test has run. Called by
-- the worker every few seconds from the connection whose backend stands for the process.
create or replace function jobs.heartbeat(
  id uuid,
  worker_ids text[],
  tested boolean
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into jobs.workers (id, worker_ids, tested, backend_pid, backend_start)
  select heartbeat.id, heartbeat.worker_ids, heartbeat.tested, a.pid, a.backend_start
    from pg_stat_activity a
   where a.pid = pg_backend_pid()
  on conflict on constraint workers_pkey do update
    set worker_ids = excluded.worker_ids,
        tested = excluded.tested,
        backend_pid = excluded.backend_pid,
        backend_start = excluded.backend_start,
        seen_at = now();
end
$$;
comment on function jobs.heartbeat(uuid, text[], boolean) is 'Announces a worker process.';
revoke all on function jobs.heartbeat(uuid, text[], boolean) from public;
