-- The schema of a tenant whose users are about to be changed, its row locked: one change of its life or its people at a time. Raises TN003,
-- and TN004 for one without users.
create or replace function platform_private.user_realm(
  tenant_id text
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.lock_tenant(tenant_id);
  return platform_private.user_schema(tenant_id);
end
$$;
comment on function platform_private.user_realm(text) is 'Schema of a tenant whose users are about to be changed.';
revoke all on function platform_private.user_realm(text) from public;
