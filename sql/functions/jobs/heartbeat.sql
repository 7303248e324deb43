-- A worker process says that it lives, under which names it holds jobs, whether its self-test has run, and how many jobs wait: only it can
-- see the queue. Called by the worker every few seconds from the connection whose backend stands for the process. Runs with the worker's rights.
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
  insert into jobs.workers (id, holders, tested, backend_pid, backend_start, waiting, waiting_since, failed)
  select heartbeat.id, heartbeat.holders, heartbeat.tested, a.pid, a.backend_start, j.waiting, j.waiting_since, j.failed
    from pg_stat_activity a
   cross join lateral (
     select count(*) filter (where w.attempts < w.max_attempts)::integer as waiting,
            min(w.run_at) filter (where w.attempts < w.max_attempts) as waiting_since,
            count(*) filter (where w.attempts >= w.max_attempts)::integer as failed
       from graphile_worker.jobs w
      where w.locked_at is null and w.run_at <= now()
   ) j
   where a.pid = pg_backend_pid()
  on conflict on constraint workers_pkey do update
    set holders = excluded.holders,
        tested = excluded.tested,
        backend_pid = excluded.backend_pid,
        backend_start = excluded.backend_start,
        waiting = excluded.waiting,
        waiting_since = excluded.waiting_since,
        failed = excluded.failed,
        seen_at = now();
end
$$;
comment on function jobs.heartbeat(uuid, text[], boolean) is 'Announces a worker process.';
revoke all on function jobs.heartbeat(uuid, text[], boolean) from public;
grant execute on function jobs.heartbeat(uuid, text[], boolean) to :ROLE_WORKER;
