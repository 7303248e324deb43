-- Which control-plane migration the database has, and whether that is older than the newest one that the caller's code
-- brings along ('' when it brings none). For readiness, and for the worker's prover; may be called by every operator.
create or replace function platform.migration_status(
  newest text,
  out current text,
  out behind boolean
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select max(m.filename), coalesce(max(m.filename), '') < newest
    from graphile_migrate.migrations m
$$;
comment on function platform.migration_status(text) is E'@behavior -*\nIs the database behind the code?';
revoke all on function platform.migration_status(text) from public;
grant execute on function platform.migration_status(text) to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER, :ROLE_WORKER;
