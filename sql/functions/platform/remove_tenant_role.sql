-- Removes a custom role of a tenant that nobody has. May be called by members of tenantry_admin. Raises TN002 for a built-in role, TN003 for a tenant or
-- a role that is not there, TN004, TN016 for one in use.
create or replace function platform.remove_tenant_role(
  tenant_id text,
  name text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_builtin boolean;
begin
  execute format('select r.builtin from %I.roles r where r.name = $1', v_schema) into v_builtin using name;
  if v_builtin is null then
    raise exception 'tenant "%" has no role "%"', tenant_id, name
      using errcode = 'TN003', column = 'name', hint = 'List them: select name from platform.tenant_roles(tenant).';
  elsif v_builtin then
    raise exception 'built-in roles are the same in every tenant and stay'
      using errcode = 'TN002', column = 'name', hint = 'Only custom roles are removed.';
  end if;
  execute format('delete from %I.roles r where r.name = $1', v_schema) using name;
end
$$;
comment on function platform.remove_tenant_role(text, text) is 'Removes a custom role of a tenant that nobody has.';
revoke all on function platform.remove_tenant_role(text, text) from public;
grant execute on function platform.remove_tenant_role(text, text) to :ROLE_ADMIN;
