-- Refuses an operator below admin who would give a role of a tenant that changes anything there: that would be a way into the tenant without
-- a visit. The first administrator is an exception: a tenant without any active one gets one. Raises TN009.
create or replace function platform_private.require_grantable_role(
  schema_name text,
  role text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_harmless boolean;
begin
  if platform_private.acts_as_admin() then
    return;
  end if;
  execute format(
    'select not exists (select from %1$I.role_permissions p where p.role_name = $1 and p.permission !~ ''\.read$'')
         or ($1 = ''admin'' and not exists (select from %1$I.users u where u.role = ''admin'' and u.status in (''active'', ''invited'')))', schema_name)
    into v_harmless using role;
  if not v_harmless then
    raise exception 'a role that changes anything in a tenant is given by the tenant''s own administrators, or by an admin of the platform'
      using errcode = 'TN009', column = 'role', hint = 'Give a role that only reads, or ask an admin.';
  end if;
end
$$;
comment on function platform_private.require_grantable_role(text, text) is 'Refuses roles of a tenant that an operator below admin may not give.';
revoke all on function platform_private.require_grantable_role(text, text) from public;
