-- Logins whose statements an administrator has had logged, and those that should have: every login of ours that may connect to this database.
-- Called by functions of the owner.
create or replace function audit.logged_logins()
returns table (
  name text,
  logged boolean
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select r.rolname::text,
         exists (
           select
             from pg_db_role_setting s
            where s.setrole = r.oid and s.setdatabase = 0 and 'log_statement=all' = any (s.setconfig)
         ) or coalesce((select f.reset_val from pg_settings f where f.name = 'log_statement'), '') = 'all'
    from platform.installation i
    join pg_roles r
      on r.rolname ~ ('^' || i.prefix || 'tenantry_lane_[0-9]{2,3}$')
      or r.rolname in (i.prefix || 'tenantry_auth', i.prefix || 'tenantry_api', i.prefix || 'tenantry_audit', i.prefix || 'tenantry_worker',
                       i.prefix || 'tenantry_maintenance', i.prefix || 'tenantry_monitor')
$$;
comment on function audit.logged_logins() is 'Our logins, and whether their statements are logged.';
revoke all on function audit.logged_logins() from public;
