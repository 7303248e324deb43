-- Whether a read past the API would be found in the trail: statements of every lane are logged, the log is read, and the server can keep its own
-- out of it. Nothing here stops the server from serving. May be called by every operator.
create or replace function platform.direct_access_posture(
  out ok boolean,
  out findings text[]
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  with lanes (name, logged) as (
    select r.rolname,
           exists (
             select
               from pg_db_role_setting s
              cross join unnest(s.setconfig) as setting
              where s.setrole = r.oid and s.setdatabase = 0 and setting = 'log_statement=all'
           ) or coalesce((select f.reset_val from pg_settings f where f.name = 'log_statement'), '') = 'all'
      from platform.installation i
      join pg_roles r on r.rolname ~ ('^' || i.prefix || 'tenantry_lane_[0-9]{2,3}$')
  ), found (finding) as (
    select format('statements of %s of %s lanes are not logged: an administrator runs sql/roles/00_as_admin.sql', count(*) filter (where not logged), count(*))
      from lanes having bool_or(not logged)
    union all
    select 'statements of the server are logged as well: an administrator runs sql/roles/00_as_admin.sql'
     where exists (select from lanes where logged) and not has_parameter_privilege('log_statement', 'set')
    union all
    select 'the server log is not read: give the worker AUDIT_SERVER_LOG'
     where not exists (select from audit.log_positions p where p.read_at > now() - interval '10 minutes')
  )
  select count(*) = 0, coalesce(array_agg(finding order by finding), '{}') from found
$$;
comment on function platform.direct_access_posture() is E'@behavior -*\nWould a read past the API be found in the trail?';
revoke all on function platform.direct_access_posture() from public;
grant execute on function platform.direct_access_posture() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
