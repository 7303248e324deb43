-- Lanes that lock-downs in force cover as a whole. Called by the worker, which ends what sessions their logins have.
create or replace function platform_private.lanes_locked_down()
returns integer[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select s.lanes from identity.locked_scope() s
$$;
comment on function platform_private.lanes_locked_down() is 'Lanes that are locked down.';
revoke all on function platform_private.lanes_locked_down() from public;
grant execute on function platform_private.lanes_locked_down() to :ROLE_WORKER;
