-- Refuses an operator below admin who would disable, open, move or remove a user whose role changes anything in the tenant: whom the
-- tenant trusts is the tenant's to say. Called by the functions that manage users, with the role the locked row has. Raises TN009.
create or replace function platform_private.require_movable_user(
  schema_name text,
  role text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if not platform_private.acts_as_admin() and platform_private.role_writes(schema_name, role) then
    raise exception 'who may change anything in a tenant is disabled, moved or removed by the tenant''s own administrators, or by an admin of the platform'
      using errcode = 'TN009', hint = 'Ask an admin; to keep somebody out at once, end their sessions.';
  end if;
end
$$;
comment on function platform_private.require_movable_user(text, text) is 'Refuses users of a tenant whom an operator below admin may not move.';
revoke all on function platform_private.require_movable_user(text, text) from public;
