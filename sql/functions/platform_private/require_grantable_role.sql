-- Refuses an operator below admin who would give a role of a tenant that changes anything there: that would be a way into the tenant without
-- a visit. The first administrator is an exception: a tenant that never had one, in whatever status, gets one. Raises TN009.
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
  v_had_one boolean;
begin
  if platform_private.acts_as_admin() or not platform_private.role_writes(schema_name, role) then
    return;
  end if;
  -- One who was named when the tenant was made counts also when an admin has removed that one since.
  execute format('select exists (select from %I.users u where u.role = ''admin'')', schema_name) into v_had_one;
  if role <> 'admin' or v_had_one
     or exists (select from platform.provisioning_runs r where r.tenant_id = substr(schema_name, 8) and (r.administrator_named or r.admin_email is not null)) then
    raise exception 'a role that changes anything in a tenant is given by the tenant''s own administrators, or by an admin of the platform'
      using errcode = 'TN009', column = 'role', hint = 'Give a role that only reads, or ask an admin.';
  end if;
end
$$;
comment on function platform_private.require_grantable_role(text, text) is 'Refuses roles of a tenant that an operator below admin may not give.';
revoke all on function platform_private.require_grantable_role(text, text) from public;
