-- The permissions that roles of a tenant can hold, with what each allows. May be called by members of tenantry_operator and
-- tenantry_security. Raises TN003, TN004.
create or replace function platform.tenant_permissions(
  tenant_id text
)
returns table (
  name text,
  description text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return query execute format(
    'select p.name::text, p.description::text from %I.permissions p order by 1', platform_private.user_schema(tenant_id));
end
$$;
comment on function platform.tenant_permissions(text) is 'The permissions that roles of a tenant can hold.';
revoke all on function platform.tenant_permissions(text) from public;
grant execute on function platform.tenant_permissions(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
