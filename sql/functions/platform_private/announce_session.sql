-- Tells the servers that a session has to be looked at again. The payload is ids only and a hint: they read the row.
create or replace function platform_private.announce_session(
  tenant_id text,
  session_id uuid
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select pg_notify('tenantry_session', coalesce(tenant_id, '') || '/' || session_id)
$$;
comment on function platform_private.announce_session(text, uuid) is 'NOTIFY tenantry_session with a session''s ids.';
revoke all on function platform_private.announce_session(text, uuid) from public;
