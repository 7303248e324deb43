-- Posture of the roles and settings around the fixed ones: who in the cluster looks past row security or reads everything, what lanes reach by whatever
-- way, which settings logins start with, and those of the server that switch guards off. The same for every tenant. One row for each thing looked
-- at, as in posture_role. Called by shared_posture. Superusers may do anything and are not looked at, nor are PostgreSQL's own roles.
create or replace function platform_private.posture_roles()
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_prefix constant text := (select i.prefix from platform.installation i);
  v_ns constant text := (select i.ns from platform.installation i);
  v_database constant oid := (select d.oid from pg_database d where d.datname = current_database());
  v_everything constant text[] := array['pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'];
begin
  return query
  select 'roles', coalesce(x.target, 'all roles'), 'rows by grant and policy', coalesce(x.found, 'rows by grant and policy')
    from (values (true)) as looked (at)
    left join (
      select r.rolname::text as target, 'BYPASSRLS' as found
        from pg_roles r
       where r.rolbypassrls and not r.rolsuper
      union all
      select member.rolname, 'in ' || role.rolname
        from pg_roles role
        join pg_auth_members m on m.roleid = role.oid
        join pg_roles member on member.oid = m.member
       where role.rolname = any (v_everything) and not member.rolsuper and not member.rolname ^@ 'pg_'
    ) x on true;

  -- Gates of other databases of the installation hang on the same lanes. They and their tenants are roles without attribute, in that order, and
  -- hold nothing here.
  return query
  with gates as materialized (
    select lane.rolname as lane, gate.oid, gate.rolname, substring(gate.rolname from '^(.*)tenantry_gate_[0-9]+$') as stem,
           gate.rolname ~ ('^' || v_prefix || '([a-z][a-z0-9]*_)?tenantry_gate_[0-9]{2,3}$')
             and substring(gate.rolname from '[0-9]+$') = substring(lane.rolname from '[0-9]+$') as named
      from pg_roles lane
      join pg_auth_members m on m.member = lane.oid
      join pg_roles gate on gate.oid = m.roleid
     where lane.rolname ^@ (v_prefix || 'tenantry_lane_')
       and not gate.rolname ^@ (v_prefix || v_ns || 'tenantry_gate_')
  ), reached as (
    select g.oid, g.lane || ' in ' || g.rolname as target, g.named from gates g
    union all
    select r.oid, g.lane || ' in ' || g.rolname || ' in ' || r.rolname,
           r.rolname ^@ (g.stem || 'tenant_') and not exists (select from pg_auth_members x where x.member = r.oid)
      from gates g
      join pg_auth_members m on m.member = g.oid
      join pg_roles r on r.oid = m.roleid
  )
  select 'lane-reach', coalesce(x.target, 'lanes'), 'tenants', case when x.target is null then 'tenants' else 'more' end
    from (values (true)) as looked (at)
    left join (
      select c.target
        from reached c
        join pg_roles r on r.oid = c.oid
       where not coalesce(c.named, false)
          or r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolcanlogin or r.rolinherit
          or exists (select from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = c.oid and d.dbid = v_database)
    ) x on true;

  -- What is logged is not looked at here: direct_access_posture does.
  return query
  select 'login-settings', r.rolname::text,
         case when not r.rolname ^@ (v_prefix || 'tenantry_lane_') then ''
              else 'idle_in_transaction_session_timeout=10s, search_path=pg_catalog, pg_temp, statement_timeout=30s'
                   || case when platform_private.server_major() >= 17 then ', transaction_timeout=60s' else '' end end,
         coalesce((select string_agg(setting, ', ' order by setting collate "C")
                     from pg_db_role_setting s
                    cross join unnest(s.setconfig) as setting
                    where s.setrole = r.oid and s.setdatabase in (0, v_database) and setting !~ '^log_'), '')
    from pg_roles r
   where r.rolname ^@ (v_prefix || 'tenantry_') and r.rolname !~ 'tenantry_gate_[0-9]+$';
  return query
  select 'login-settings', coalesce(s.target, 'all roles'), 'guards on', coalesce(s.setting, 'guards on')
    from (values (true)) as looked (at)
    left join (
      select r.rolname::text as target, setting
        from pg_db_role_setting s
        join pg_roles r on r.oid = s.setrole and not r.rolsuper
       cross join unnest(s.setconfig) as setting
       where s.setdatabase in (0, v_database)
         and setting ~ '^(session_replication_role|row_security|allow_system_table_mods|(local|session)_preload_libraries)='
    ) s on true;

  return query
  select 'server-settings', w.name, w.wanted, (select s.setting from pg_settings s where s.name = w.name)
    from (values ('session_replication_role', 'origin'), ('row_security', 'on'), ('allow_system_table_mods', 'off'), ('ignore_system_indexes', 'off'),
                 ('lo_compat_privileges', 'off'), ('local_preload_libraries', '')) as w (name, wanted);
end
$$;
comment on function platform_private.posture_roles() is 'Who else reads everything, what lanes reach, and settings that switch guards off.';
revoke all on function platform_private.posture_roles() from public;
