-- Refuses whoever may not manage operators although the request runs as an admin: a token outlives a demotion by minutes, and an admin
-- limited to tenants could lift the limit. A DBA's login has proven its membership in tenantry_admin by getting here. Raises TN009.
create or replace function platform_private.require_operator_admin()
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if session_user = (select i.prefix || 'tenantry_api' from platform.installation i)
     and (platform_private.listed_tenants() is not null
          or not exists (select from platform.operators o
                          where o.id = nullif(current_setting('tenantry.operator_id', true), '')::uuid
                            and o.role = 'admin' and o.status = 'active')) then
    raise exception 'operators are managed by active admins who are not limited to tenants'
      using errcode = 'TN009', hint = 'Ask an admin of the platform.';
  end if;
end
$$;
comment on function platform_private.require_operator_admin() is 'Refuses whoever may not manage operators.';
revoke all on function platform_private.require_operator_admin() from public;
