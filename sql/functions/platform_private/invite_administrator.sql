-- Enters the first administrator of a new tenant as an invited user. The invitation comes with the row,
-- and its message once the tenant is active.
-- Called by provision_tenant. Quiet when the run names nobody.
create or replace function platform_private.invite_administrator(
  tenant_id text,
  email text,
  name text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if email is null then
    return;
  end if;
  execute format(
    'insert into %I.users (email, name, role, status) values ($1, $2, ''admin'', ''invited'')',
    platform_private.tenant_schema(tenant_id)
  ) using email, coalesce(name, email);
end
$$;
comment on function platform_private.invite_administrator(text, text, text) is 'Enters the first administrator as an invited user.';
revoke all on function platform_private.invite_administrator(text, text, text) from public;
