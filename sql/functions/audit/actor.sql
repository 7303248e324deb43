-- Who acts, in words that a trail can keep: `operator:<id>`, `user:<id>`, `service:<id>` as the server states it, `worker`, `server`
-- for a process without anybody's claims, `login:<name>` for everybody else's session. Claims count only from the server's own
-- logins: a DBA could set them to anybody's; and only from sessions whose statements aren't logged as sql/roles/00_as_admin.sql says, which the server
-- has ended on its own (tenantry_shared.stop_statement_log): who has no more than a login's password is that login. Called by functions of the owner only, whose rights and path it has. No `set` and one
-- expression, so that it is inlined: as a function with a query for the prefix it cost every audited row 7 µs, with a path of its own 10 more.
create or replace function audit.actor()
returns text
language sql
stable
as $$
  select case
    when current_setting('log_statement') = 'all' and current_setting('log_parameter_max_length') = '0' then 'login:' || session_user
    when session_user = ':ROLE_WORKER' then 'worker'
    when session_user in (':ROLE_API', ':ROLE_AUTH') or session_user ^@ (left(':ROLE_WORKER', -6) || 'lane_') then
      coalesce(
        'operator:' || nullif(current_setting('tenantry.operator_id', true), ''),
        'user:' || nullif(current_setting('tenantry.user_id', true), ''),
        'service:' || nullif(current_setting('tenantry.service_id', true), ''),
        'server')
    else 'login:' || session_user
  end
$$;
comment on function audit.actor() is 'Who acts in this session, as the server states it or by login.';
revoke all on function audit.actor() from public;
