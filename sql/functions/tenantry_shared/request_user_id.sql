-- The user a request speaks for, as the server's envelope states it: null for an operator, for provisioning
-- and for jobs. Anybody may call it. Used in column defaults and row by row in policies, so it has no SET
-- clause and inlines.
create or replace function tenantry_shared.request_user_id()
returns uuid
language sql
stable
parallel safe
as $$
  select nullif(pg_catalog.current_setting('tenantry.user_id', true), '')::pg_catalog.uuid
$$;

comment on function tenantry_shared.request_user_id() is
  'Id of the tenant''s user on whose behalf the request runs; null when there is none.';

revoke all on function tenantry_shared.request_user_id() from public;
grant execute on function tenantry_shared.request_user_id() to public;
