-- Who acts, in words that a trail can keep: `operator:<id>`, `user:<id>`, `service:<id>` as the server states it, `worker`, `server`
-- for a process without anybody's claims, `login:<name>` for everybody else's session. Claims count only from the server's own
-- logins: a DBA could set them to anybody's. Called by functions of the owner only, whose rights and path it has: a path of its own would
-- cost every audited row 10 µs.
create or replace function audit.actor()
returns text
language plpgsql
stable
as $$
declare
  v_prefix constant text := (select i.prefix from platform.installation i);
begin
  if session_user = v_prefix || 'tenantry_worker' then
    return 'worker';
  elsif session_user not in (v_prefix || 'tenantry_api', v_prefix || 'tenantry_auth')
        and left(session_user, length(v_prefix) + 14) <> v_prefix || 'tenantry_lane_' then
    return 'login:' || session_user;
  end if;
  return coalesce(
    'operator:' || nullif(current_setting('tenantry.operator_id', true), ''),
    'user:' || nullif(current_setting('tenantry.user_id', true), ''),
    'service:' || nullif(current_setting('tenantry.service_id', true), ''),
    'server');
end
$$;
comment on function audit.actor() is 'Who acts in this session, as the server states it or by login.';
revoke all on function audit.actor() from public;
