-- Whether a worker is alive: its self-test ran, and it spoke within 15 seconds, which are three of its heartbeats. For
-- readiness; may be called by every operator.
create or replace function platform.worker_status(
  out alive boolean,
  out seen_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(bool_or(w.tested and w.seen_at > now() - interval '15 seconds'), false), max(w.seen_at)
    from jobs.workers w
$$;
comment on function platform.worker_status() is E'@behavior -*\nIs a worker alive?';
revoke all on function platform.worker_status() from public;
grant execute on function platform.worker_status() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
