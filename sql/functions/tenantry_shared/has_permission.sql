-- Whether the role of the request holds a permission. Asked by the policies of every table of a tenant, always as
-- (select has_permission('…')): once a statement, not once a row. It runs with the caller's rights, and role_permissions is
-- the tenant's, by the path that every request has: a tenant's role can create nothing that could stand before it.
-- One function for all tenants and not one in each schema: a name is looked up among all functions that bear it, so a copy
-- in every schema made provisioning slower with every tenant.
create or replace function tenantry_shared.has_permission(
  permission text
)
returns boolean
language sql
stable
parallel safe
as $$
  select exists (
    select
    from role_permissions
    where role_permissions.role_name = pg_catalog.current_setting('tenantry.role', true)
      and role_permissions.permission = has_permission.permission
  )
$$;

comment on function tenantry_shared.has_permission(text) is 'Whether the role of the request holds a permission.';

revoke all on function tenantry_shared.has_permission(text) from public;
grant execute on function tenantry_shared.has_permission(text) to public;
