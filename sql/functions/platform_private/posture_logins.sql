-- Posture of the fixed roles, the lanes and their gates: what they are, whose members they are, who may become them, what they hold and own. The half
-- of the posture that is the same for every tenant. One row for each thing looked at, as in posture_role. Called by shared_posture.
-- The list is that of sql/roles. The database's owner, who migrates, may become each of them; people are members of operators' roles.
create or replace function platform_private.posture_logins()
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
  v_migrator constant oid := (select d.datdba from pg_database d where d.datname = current_database());
  v_database constant oid := (select d.oid from pg_database d where d.datname = current_database());
  v_lane constant text := '^' || v_prefix || 'tenantry_lane_[0-9]{2,3}$';
  v_ns constant text := (select i.ns from platform.installation i);
  -- Other databases of the installation have gates on the same lanes: see posture_roles. Who holds a tenant's role is that tenant's posture.
  v_gate constant text := '^' || v_prefix || '([a-z][a-z0-9]*_)?tenantry_gate_[0-9]{2,3}$';
  v_lanes constant oid[] := (
    select coalesce(array_agg(r.oid), '{}') from pg_roles r where r.rolname ^@ (v_prefix || 'tenantry_lane_') and r.rolname ~ v_lane);
  v_gates constant oid[] := (
    select coalesce(array_agg(r.oid), '{}') from pg_roles r where r.rolname ^@ (v_prefix || v_ns || 'tenantry_gate_') and r.rolname ~ v_gate);
begin
  return query
  with fixed as (
    select r.*, coalesce(substr(r.rolname, length(v_prefix) + 1), '') as short
      from pg_roles r
     where r.rolname ^@ (v_prefix || 'tenantry_')
  )
  select 'fixed-role-' || a.name, f.rolname::text, case when a.wanted then 'yes' else 'no' end, case when a.held then 'yes' else 'no' end
    from fixed f
   cross join lateral (values
     ('superuser', false, f.rolsuper), ('bypassrls', false, f.rolbypassrls), ('createdb', false, f.rolcreatedb),
     ('replication', false, f.rolreplication), ('createrole', f.short = 'tenantry_provisioner', f.rolcreaterole),
     ('login', f.short not in ('tenantry_owner', 'tenantry_provisioner', 'tenantry_admin', 'tenantry_operator', 'tenantry_security', 'tenantry_developer'),
      f.rolcanlogin),
     ('inherit', f.short in ('tenantry_provisioner', 'tenantry_admin', 'tenantry_operator', 'tenantry_security', 'tenantry_developer'), f.rolinherit)
   ) as a (name, wanted, held)
   where f.rolname ~ v_lane
      or f.short in ('tenantry_owner', 'tenantry_provisioner', 'tenantry_auth', 'tenantry_api', 'tenantry_audit', 'tenantry_worker',
                     'tenantry_maintenance', 'tenantry_monitor', 'tenantry_blueprint', 'tenantry_admin', 'tenantry_operator',
                     'tenantry_security', 'tenantry_developer');

  -- Who may become one of the roles that own, build or serve, and what lanes may become beside tenants. From PostgreSQL 16 on the
  -- creator of a role holds ADMIN alone of it, which lets it neither inherit nor become; but it may grant itself that, so nobody else may hold it.
  return query
  select 'login-members', role.rolname || ' to ' || member.rolname, 'listed',
         case when m.member = v_migrator
                or not m.admin_option and (role.rolname, member.rolname) in (
                     (v_prefix || 'tenantry_owner', v_prefix || 'tenantry_provisioner'),
                     (v_prefix || 'tenantry_owner', v_prefix || 'tenantry_maintenance'))
              then 'listed' else 'member' end
    from pg_auth_members m
    join pg_roles role on role.oid = m.roleid
    join pg_roles member on member.oid = m.member
   where role.oid = any (v_lanes)
      or role.rolname in (v_prefix || 'tenantry_owner', v_prefix || 'tenantry_provisioner', v_prefix || 'tenantry_auth', v_prefix || 'tenantry_api',
                          v_prefix || 'tenantry_audit', v_prefix || 'tenantry_worker', v_prefix || 'tenantry_maintenance',
                          v_prefix || 'tenantry_monitor', v_prefix || 'tenantry_blueprint');
  return query
  select 'login-memberships', coalesce(x.target, 'logins and lanes'), 'listed', case when x.target is null then 'listed' else 'member' end
    from (values (true)) as looked (at)
    left join (
      select member.rolname || ' in ' || role.rolname as target
        from pg_roles member
        join pg_auth_members m on m.member = member.oid
        join pg_roles role on role.oid = m.roleid
       where member.rolname ^@ (v_prefix || 'tenantry_')
         and (member.oid = any (v_lanes) and role.rolname !~ v_gate
              or member.rolname in (v_prefix || 'tenantry_auth', v_prefix || 'tenantry_audit', v_prefix || 'tenantry_worker', v_prefix || 'tenantry_owner',
                                    v_prefix || 'tenantry_blueprint')
              or member.rolname = v_prefix || 'tenantry_maintenance' and role.rolname <> v_prefix || 'tenantry_owner'
              or member.rolname = v_prefix || 'tenantry_monitor' and role.rolname <> 'pg_read_all_stats'
              or member.rolname = v_prefix || 'tenantry_api'
                 and role.rolname not in (v_prefix || 'tenantry_admin', v_prefix || 'tenantry_operator', v_prefix || 'tenantry_security', v_prefix || 'tenantry_developer')
              or member.rolname in (v_prefix || 'tenantry_operator', v_prefix || 'tenantry_security', v_prefix || 'tenantry_developer')
              or member.rolname = v_prefix || 'tenantry_admin' and role.rolname <> v_prefix || 'tenantry_operator')
    ) x on true;

  -- A gate stands between a lane and its tenants' roles: no login, the member of tenants alone, and nobody's but its lane's.
  return query
  select 'gate-role', r.rolname::text, 'none',
         case when r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolcanlogin or r.rolinherit then 'attributes' else 'none' end
    from pg_roles r
   where r.oid = any (v_gates);
  return query
  select 'gate-members', gate.rolname || ' to ' || member.rolname, 'its lane',
         case when substring(member.rolname from v_lane) is not null and substring(member.rolname from '[0-9]+$') = substring(gate.rolname from '[0-9]+$')
                   and not m.admin_option and not coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, member.rolinherit)
                -- It made the gate.
                or member.rolname = v_prefix || 'tenantry_provisioner'
                   and not coalesce((to_jsonb(m) ->> 'inherit_option')::boolean or (to_jsonb(m) ->> 'set_option')::boolean, true)
              then 'its lane' else 'member' end
    from pg_auth_members m
    join pg_roles gate on gate.oid = m.roleid
    join pg_roles member on member.oid = m.member
   where m.roleid = any (v_gates);
  return query
  select 'gate-memberships', coalesce(x.target, 'gates'), 'tenants', case when x.target is null then 'tenants' else 'member' end
    from (values (true)) as looked (at)
    left join (
      select gate.rolname || ' in ' || role.rolname as target
        from pg_auth_members m
        join pg_roles gate on gate.oid = m.member
        join pg_roles role on role.oid = m.roleid
       where m.member = any (v_gates)
         -- A registered tenant's role, and nothing but that: a closed one has no proof of its own.
         and (role.rolsuper or role.rolbypassrls or role.rolcreaterole or role.rolcreatedb or role.rolreplication or role.rolcanlogin or role.rolinherit
              or not role.rolname ^@ (v_prefix || v_ns || 'tenant_')
              or not exists (select from platform.tenants t
                              where t.id = substr(role.rolname, length(v_prefix || v_ns || 'tenant_') + 1) and t.status not in ('purged', 'cancelled'))
              or exists (select from pg_auth_members x where x.member = role.oid))
    ) x on true;

  -- A lane may connect, and holds and owns nothing else: it becomes a tenant first. Its gate holds nothing either.
  return query
  select 'lane-privileges', lane.id::regrole::text || case when d.objid is null then '' else ': ' || coalesce(pg_describe_object(d.classid, d.objid, d.objsubid), 'gone') end,
         'nothing but CONNECT', case when d.objid is null then 'nothing but CONNECT' when d.deptype = 'o' then 'owner' else 'privilege' end
    from unnest(v_lanes || v_gates) as lane (id)
    left join pg_shdepend d
      on d.refclassid = 'pg_authid'::regclass and d.refobjid = lane.id and d.deptype in ('a', 'i', 'o', 'r')
     and d.dbid in (0, v_database)
     and not (d.classid = 'pg_database'::regclass and d.deptype = 'a')
     and not (d.classid = 'pg_proc'::regclass and d.deptype = 'a' and lane.id = any (v_lanes) and exists (
       select from pg_proc p join platform_private.posture_exceptions() x on x.rule = 'lane' and x.name = p.proname
        where p.oid = d.objid and p.pronamespace = 'tenantry_shared'::regnamespace));

  -- No connection, no temporary table for PUBLIC; no login that starts as somebody, or with a path of its own.
  return query
  select 'database', coalesce(f.finding, current_database()), 'closed', case when f.finding is null then 'closed' else 'open' end
    from (values (true)) as looked (at)
    left join unnest((select p.findings from platform.database_posture() p)) as f (finding) on true;
  return query
  select 'database-settings', coalesce(s.setting, current_database()), 'none', case when s.setting is null then 'none' else 'set' end
    from (values (true)) as looked (at)
    left join (
      select setting
        from pg_db_role_setting s
       cross join unnest(s.setconfig) as setting
       where s.setrole = 0 and s.setdatabase in (0, v_database)
         and setting ~ '^(role|session_authorization|search_path|row_security|session_replication_role|(local|session)_preload_libraries)='
    ) s on true;
end
$$;
comment on function platform_private.posture_logins() is 'What fixed roles and lanes are, may become and hold.';
revoke all on function platform_private.posture_logins() from public;
