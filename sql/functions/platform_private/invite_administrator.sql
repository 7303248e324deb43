-- Enters the first administrator of a new tenant as an invited user. The invitation's token is made when it is sent.
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
    'with invited as (
       insert into %1$I.users (email, name, role, status) values ($1, $2, ''admin'', ''invited'') returning id
     )
     insert into %1$I.user_invitations (user_id, expires_at) select id, now() + interval ''7 days'' from invited',
    platform_private.tenant_schema(tenant_id)
  ) using email, coalesce(name, email);
end
$$;
comment on function platform_private.invite_administrator(text, text, text) is 'Enters the first administrator as an invited user.';
revoke all on function platform_private.invite_administrator(text, text, text) from public;
