-- One user of a tenant who is about to be changed, the row locked: what is decided by it still holds when it is written. Raises TN003, TN004.
create or replace function platform_private.lock_user(
  tenant_id text,
  user_id uuid
)
returns platform.tenant_user
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('select from %I.users where id = $1 for update', platform_private.user_realm(tenant_id)) using user_id;
  return platform_private.tenant_user(tenant_id, user_id);
end
$$;
comment on function platform_private.lock_user(text, uuid) is 'Locks and returns one user of a tenant.';
revoke all on function platform_private.lock_user(text, uuid) from public;
