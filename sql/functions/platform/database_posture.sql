-- Whether the database is closed as the migrator left it: PUBLIC may neither connect nor make temporary tables, which a clone or
-- a restore allows again, and no login of ours starts with a role or a path of its own making. The migrator mends both. For
-- readiness; may be called by every operator.
create or replace function platform.database_posture(
  out ok boolean,
  out findings text[]
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  with found (finding) as (
    select 'PUBLIC may ' || acl.privilege_type
      from pg_database d
     cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as acl
     where d.datname = current_database()
       and acl.grantee = 0
    union all
    select 'a login has settings of its own making'
      from pg_db_role_setting s
      join pg_roles r on r.oid = s.setrole
     cross join platform.installation i
     cross join unnest(s.setconfig) as setting
     where r.rolcanlogin
       and r.rolname ^@ (i.prefix || 'tenantry_')
       -- What a login set for another database means nothing here.
       and s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
       and (s.setdatabase <> 0 or setting ~ '^(role|session_authorization)=' or setting ~ '^search_path=' and setting <> 'search_path=pg_catalog, pg_temp')
  )
  select count(*) = 0, coalesce(array_agg(distinct finding order by finding), '{}') from found
$$;
comment on function platform.database_posture() is E'@behavior -*\nIs the database closed to PUBLIC, and are logins as they were made?';
revoke all on function platform.database_posture() from public;
grant execute on function platform.database_posture() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
