-- The roles of a tenant, the built-in ones first, with all that each may do: rights are flat, so this is the effective table. Identity tables only.
-- May be called by members of tenantry_operator and tenantry_security. Raises TN003, TN004.
create or replace function platform.tenant_roles(
  tenant_id text
)
returns table (
  name text,
  description text,
  builtin boolean,
  users integer,
  permissions text[]
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return query execute format(
    'select r.name::text, r.description::text, r.builtin,
            (select count(*)::integer from %1$I.users u where u.role = r.name),
            array(select p.permission::text from %1$I.role_permissions p where p.role_name = r.name order by 1)
       from %1$I.roles r
      order by r.builtin desc, array_position(array[''viewer'', ''user'', ''manager'', ''admin'', ''auditor''], r.name::text), r.name',
    platform_private.user_schema(tenant_id));
end
$$;
comment on function platform.tenant_roles(text) is 'The roles of a tenant, with all that each may do.';
revoke all on function platform.tenant_roles(text) from public;
grant execute on function platform.tenant_roles(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
