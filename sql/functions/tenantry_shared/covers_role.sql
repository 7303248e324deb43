-- Whether the role of the request holds every permission of another role. Nobody hands out, edits or removes more power than
-- they hold themselves, so users.manage in a custom role is not a way to become an administrator. Asked by policies; the
-- caller's rights, the tenant's tables by path.
create or replace function tenantry_shared.covers_role(
  role_name text
)
returns boolean
language sql
stable
parallel safe
as $$
  select not exists (
    select role_permissions.permission
    from role_permissions
    where role_permissions.role_name = covers_role.role_name
    except
    select role_permissions.permission
    from role_permissions
    where role_permissions.role_name = pg_catalog.current_setting('tenantry.role', true)
  )
$$;

comment on function tenantry_shared.covers_role(text) is
  'Whether the role of the request holds every permission of another role.';

revoke all on function tenantry_shared.covers_role(text) from public;
grant execute on function tenantry_shared.covers_role(text) to public;
