-- Ends the logging of this session's statements, where an administrator has had those of our logins logged (docs/how-to/log-direct-access.md). The
-- server calls it first on each of its connections: what goes through the API is in the trail already, and its values belong in no log. `key` comes
-- from the master key: whoever has a login's password alone can't call this. The call itself is logged before it takes effect, and so is its
-- failure. Called by logins; no role that they take may.
-- Returns whether logging is off.
create or replace function tenantry_shared.stop_statement_log(
  key text
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not coalesce(encode(sha256(convert_to(key, 'UTF8')), 'hex') = (select i.statement_log_check from platform.installation i), false) then
    raise insufficient_privilege using message = 'not a session of the server',
      hint = 'What is done past the server stays in the log. A server of ours has another master key than the database was migrated with.';
  end if;
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
comment on function tenantry_shared.stop_statement_log(text) is 'Ends the logging of this session''s statements; the call itself is logged.';
revoke all on function tenantry_shared.stop_statement_log(text) from public;
grant execute on function tenantry_shared.stop_statement_log(text)
  to :ROLE_AUTH, :ROLE_API, :ROLE_AUDIT, :ROLE_WORKER, :ROLE_MAINTENANCE, :ROLE_MONITOR, :ROLE_BLUEPRINT;
