-- Whether the session's role is a member of tenantry_admin: the role that the server set, or the login of a DBA who set none. The owner's
-- own sessions count as well. Neither can be set to a role that the session is not a member of. Called by functions only.
create or replace function platform_private.acts_as_admin()
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select pg_has_role(acting.role, (i.prefix || 'tenantry_admin')::name, 'member') or acting.role = (i.prefix || 'tenantry_owner')::name
    from platform.installation i
   cross join lateral (select case current_setting('role') when 'none' then session_user else current_setting('role')::name end as role) acting
$$;
comment on function platform_private.acts_as_admin() is 'Whether an admin of the platform is asking.';
revoke all on function platform_private.acts_as_admin() from public;
