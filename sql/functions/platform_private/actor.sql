-- Who acts: the operator whom the server's claims name, else the login of the database session. Claims count only from the
-- server's own login: a DBA could set them to anybody's. Called by functions only.
create or replace function platform_private.actor()
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
           case when session_user = i.prefix || 'tenantry_api'
                then nullif(current_setting('tenantry.operator_id', true), '') end,
           'login:' || session_user)
    from platform.installation i
$$;
comment on function platform_private.actor() is 'Operator id as the server states it, or `login:<name>` for any other session.';
revoke all on function platform_private.actor() from public;
