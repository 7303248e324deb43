-- Whether a worker is alive. For readiness; may be called by every operator.
create or replace function platform.worker_status(
  out alive boolean,
  out seen_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select s.alive, s.seen_at from jobs.worker_status() s
$$;
comment on function platform.worker_status() is E'@behavior -*\nIs a worker alive?';
revoke all on function platform.worker_status() from public;
grant execute on function platform.worker_status() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
