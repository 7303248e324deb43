-- Refuses the change just made if it left no active admin without a limit: nobody could manage operators any more. The caller holds
-- the locks of lock_operator, so two admins can't take the role from each other at once. Raises TN008.
create or replace function platform_private.require_some_admin()
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from platform.operators o
                  where o.role = 'admin' and o.status = 'active'
                    and not exists (select from platform.operator_tenants ot where ot.operator_id = o.id)) then
    raise exception 'this is the last active admin of all tenants'
      using errcode = 'TN008', hint = 'Make somebody else an admin first.';
  end if;
end
$$;
comment on function platform_private.require_some_admin() is 'Refuses a change that leaves no active admin.';
revoke all on function platform_private.require_some_admin() from public;
