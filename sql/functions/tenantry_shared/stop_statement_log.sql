-- Ends the logging of this session's statements, where an administrator has had those of lanes logged (docs/how-to/log-direct-access.md). The
-- server calls it first on each of its connections: what goes through the API is in the trail already, and its values belong in no log. The call
-- itself is logged before it takes effect, so whoever else calls it is seen doing it. Called by lanes; no tenant's role may.
-- Returns whether logging is off.
create or replace function tenantry_shared.stop_statement_log()
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('log_statement') = 'none' then
    return true;
  end if;
  if not has_parameter_privilege('log_statement', 'set') then
    return false;
  end if;
  perform set_config('log_statement', 'none', false);
  return true;
end
$$;
comment on function tenantry_shared.stop_statement_log() is 'Ends the logging of this session''s statements; the call itself is logged.';
revoke all on function tenantry_shared.stop_statement_log() from public;
