-- One user of a tenant. Raises TN003 if there is none.
create or replace function platform_private.tenant_user(
  tenant_id text,
  user_id uuid
)
returns platform.tenant_user
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_user platform.tenant_user;
begin
  select * into v_user from platform.tenant_users(tenant_id) u where u.id = user_id;
  if not found then
    raise exception 'the tenant has no such user' using errcode = 'TN003', hint = 'List them: select * from platform.tenant_users(...).';
  end if;
  return v_user;
end
$$;
comment on function platform_private.tenant_user(text, uuid) is 'One user of a tenant.';
revoke all on function platform_private.tenant_user(text, uuid) from public;
