-- Whether a worker process is alive: its self-test ran, its backend is there, and it spoke within 30 seconds. For readiness.
create or replace function jobs.worker_status(
  out alive boolean,
  out seen_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(bool_or(w.tested and a.pid is not null and w.seen_at > now() - interval '30 seconds'), false), max(w.seen_at)
    from jobs.workers w
    left join pg_stat_activity a on a.pid = w.backend_pid and a.backend_start = w.backend_start
$$;
comment on function jobs.worker_status() is 'Is a worker process alive, and when did one last speak.';
revoke all on function jobs.worker_status() from public;
grant execute on function jobs.worker_status() to :ROLE_OWNER;
