-- Who acts, in words that a trail can keep: `operator:<id>`, `user:<id>`, `service:<id>` as the server states it, `worker`, `server`
-- for a process without anybody's claims, `login:<name>` for everybody else's session. Claims count only from the server's own
-- logins: a DBA could set them to anybody's. Called by functions only.
create or replace function audit.actor()
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select case
           when session_user = i.prefix || 'tenantry_worker' then 'worker'
           when session_user not in (i.prefix || 'tenantry_api', i.prefix || 'tenantry_auth')
                and left(session_user, length(i.prefix) + 14) <> i.prefix || 'tenantry_lane_' then 'login:' || session_user
           else coalesce(
             'operator:' || nullif(current_setting('tenantry.operator_id', true), ''),
             'user:' || nullif(current_setting('tenantry.user_id', true), ''),
             'service:' || nullif(current_setting('tenantry.service_id', true), ''),
             'server')
         end
    from platform.installation i
$$;
comment on function audit.actor() is 'Who acts in this session, as the server states it or by login.';
revoke all on function audit.actor() from public;
