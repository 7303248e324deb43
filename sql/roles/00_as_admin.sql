-- What only an administrator can do, once, in Tenantry's database; run as a superuser, idempotent. Optional: without it query
-- statistics are missing and nothing else. Needs shared_preload_libraries = 'pg_stat_statements' in postgresql.conf.
-- The views show every login's activity, so their schema is closed to PUBLIC and never on anybody's path.
create schema if not exists monitor;
revoke all on schema monitor from public;
create extension if not exists pg_stat_statements schema monitor;
revoke all on monitor.pg_stat_statements, monitor.pg_stat_statements_info from public;

-- The logins for statistics appear with the first migration: run this again after it.
do $$
declare
  v_login text;
begin
  for v_login in select rolname from pg_catalog.pg_roles where rolname ~ '^([a-z][a-z0-9]{0,6}_)?tenantry_monitor$' loop
    execute format('grant pg_read_all_stats to %I', v_login);
    execute format('grant usage on schema monitor to %I', v_login);
    execute format('grant select on monitor.pg_stat_statements, monitor.pg_stat_statements_info to %I', v_login);
  end loop;
end
$$;
