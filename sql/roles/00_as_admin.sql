-- What only an administrator can do, once, in Tenantry's database; run as a superuser, idempotent. Optional: without it query
-- statistics are missing, and access past the API is not logged. Statistics need shared_preload_libraries =
-- 'pg_stat_statements' in postgresql.conf.
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

-- What is done with our logins is logged, except by the server's own sessions, which ask for that first (tenantry_shared.stop_statement_log): see
-- docs/how-to/log-direct-access.md. Values given as parameters stay out of the log. Logins can't change either. The blueprint's login can't
-- connect to the database that holds data.
do $$
declare
  v_role text;
begin
  for v_role in
    select rolname
      from pg_catalog.pg_roles
     where rolname ~ '^([a-z][a-z0-9]{0,6}_)?tenantry_(lane_[0-9]{2,3}|auth|api|audit|worker|maintenance|monitor)$'
  loop
    execute format('alter role %I set log_statement = %L', v_role, 'all');
    execute format('alter role %I set log_parameter_max_length = 0', v_role);
  end loop;
  for v_role in select rolname from pg_catalog.pg_roles where rolname ~ '^([a-z][a-z0-9]{0,6}_)?tenantry_owner$' loop
    execute format('grant set on parameter log_statement to %I', v_role);
  end loop;
end
$$;
