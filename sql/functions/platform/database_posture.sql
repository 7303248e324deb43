-- Whether the database is closed as the migrator left it: PUBLIC may neither connect nor make temporary tables, which a clone or
-- a restore allows again, and every login of ours begins with the settings it was given and no others. The migrator mends both. For
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
  with logins (id, given) as (
    select r.oid,
           case when r.rolname ~ ('^' || i.prefix || 'tenantry_lane_[0-9]{2,3}$')
                then array['statement_timeout=30s', 'idle_in_transaction_session_timeout=10s', 'search_path=pg_catalog, pg_temp']
                     || case when current_setting('server_version_num')::integer >= 170000 then array['transaction_timeout=60s'] else '{}' end
                else '{}' end
      from platform.installation i
      join pg_roles r on r.rolcanlogin and r.rolname ^@ (i.prefix || 'tenantry_')
       and (r.rolname !~ 'tenantry_lane_[0-9]{2,3}$' or right(r.rolname, -length(i.prefix || 'tenantry_lane_'))::integer < i.lanes)
  ), found (finding) as (
    select 'PUBLIC may ' || acl.privilege_type
      from pg_database d
     cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as acl
     where d.datname = current_database()
       and acl.grantee = 0
    union all
    -- A login may change most settings of its own for good: what its sessions begin with is this list and nothing else.
    select x.finding
      from logins l
     cross join lateral (
       select 'a login has settings of its own making'
         from pg_db_role_setting s
        cross join unnest(s.setconfig) as setting
        where s.setrole = l.id
          -- What a login set for another database means nothing here.
          and s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
          and (s.setdatabase <> 0 or setting <> all (l.given || array['log_statement=all', 'log_parameter_max_length=0']))
       union all
       select 'a login lacks limits that it was given'
        where not l.given <@ coalesce((select s.setconfig from pg_db_role_setting s where s.setrole = l.id and s.setdatabase = 0), '{}')
     ) as x (finding)
  )
  select count(*) = 0, coalesce(array_agg(distinct finding order by finding), '{}') from found
$$;
comment on function platform.database_posture() is E'@behavior -*\nIs the database closed to PUBLIC, and are logins as they were made?';
revoke all on function platform.database_posture() from public;
grant execute on function platform.database_posture() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
