-- Posture of the database outside the tenants' schemas: what PUBLIC may, the control plane's functions and tables, and what reaches out of the
-- database. The same for every tenant. One row for each thing looked at, as in posture_role. Called by shared_posture.
-- Of pg_catalog only what lets somebody leave the database is looked at; the rest of it is PostgreSQL's and open to read (see security.md).
create or replace function platform_private.posture_server()
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
  v_ours constant oid[] := (
    select array_agg(n.oid) from pg_namespace n
     where n.nspname in ('platform', 'platform_private', 'platform_probe', 'identity', 'audit', 'jobs', 'tenantry_shared'));
  v_public constant oid[] := (
    select array_agg(to_regnamespace(x.name)::oid) from platform_private.posture_exceptions() x where x.rule = 'public-schema');
  -- Every schema that is no registered tenant's and not PostgreSQL's own.
  v_others constant oid[] := (
    select array_agg(n.oid) from pg_namespace n
     where not (n.nspname ^@ 'pg_' or n.nspname = 'information_schema')
       and not exists (select from platform.tenants t where n.nspname ^@ 'tenant_' and t.id = substr(n.nspname, 8) and t.status not in ('purged', 'cancelled')));
begin
  return query
  select 'unknown-schemas', coalesce(x.target, current_database()), 'none', case when x.target is null then 'none' else 'nobody''s' end
    from (values (true)) as looked (at)
    left join (select n.nspname::text as target from pg_namespace n where n.oid = any (v_others) and n.nspname ^@ 'tenant_') x on true;

  return query
  select 'public-schemas', n.nspname::text, 'nothing or listed',
         coalesce((select 'PUBLIC may ' || string_agg(a.privilege_type, ', ' order by a.privilege_type)
                     from aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a
                    where a.grantee = 0 and not (n.oid = any (v_public) and a.privilege_type = 'USAGE')), 'nothing or listed')
    from pg_namespace n
   where n.oid = any (v_others);

  return query
  with members as materialized (
    select d.classid, d.objid, d.refobjid as schema_id
      from unnest(v_others) as s (id)
      join pg_depend d on d.refclassid = 'pg_namespace'::regclass and d.refobjid = s.id and d.deptype = 'n'
  ), checked as (
    select 'public-tables' as kind, c.oid::regclass::text as target,
           (select string_agg(distinct a.privilege_type, ', ') from aclexplode(c.relacl) as a where a.grantee = 0) as found
      from members m
      join pg_class c on c.oid = m.objid
     where m.classid = 'pg_class'::regclass and m.schema_id = any (v_ours)
    union all
    select 'tables-in-shared-schemas', c.oid::regclass::text, 'a table'
      from members m
      join pg_class c on c.oid = m.objid
     where m.classid = 'pg_class'::regclass and m.schema_id = any (v_public)
    union all
    select 'control-row-security', c.oid::regclass::text, case when not c.relrowsecurity then 'off' end
      from members m
      join pg_class c on c.oid = m.objid and c.relkind in ('r', 'p')
     where m.classid = 'pg_class'::regclass and m.schema_id = any (v_ours)
    union all
    select 'views-over-tenants', c.oid::regclass::text,
           (select 'reads ' || min(t.oid::regclass::text)
              from pg_rewrite w
              join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
              join pg_class t on t.oid = d.refobjid
              join pg_namespace n on n.oid = t.relnamespace and n.nspname ^@ 'tenant_'
             where w.ev_class = c.oid)
      from members m
      join pg_class c on c.oid = m.objid and c.relkind in ('v', 'm')
     where m.classid = 'pg_class'::regclass
    union all
    select 'public-functions', p.oid::regprocedure::text, case when a.grantee = 0 and m.schema_id <> all (v_public) then 'PUBLIC may EXECUTE' end
      from members m
      join pg_proc p on p.oid = m.objid
      left join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a on a.grantee = 0
     where m.classid = 'pg_proc'::regclass and m.schema_id = any (v_ours)
    union all
    select 'shared-functions', p.oid::regprocedure::text,
           coalesce(case when p.prosecdef then 'owner''s rights' end,
                    substring(lower(p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), '')) from '\mexecute\M|set_config|\mdblink|\mcopy\M|_to_xml|pg_settings|ts_stat|\mu&'))
      from members m
      join pg_proc p on p.oid = m.objid
     where m.classid = 'pg_proc'::regclass and m.schema_id = any (v_public)
       -- What lanes alone may call is listed, and no longer passes once PUBLIC may.
       and not (p.pronamespace = 'tenantry_shared'::regnamespace
                and exists (select from platform_private.posture_exceptions() x where x.rule = 'lane' and x.name = p.proname)
                and not exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a where a.grantee = 0))
    union all
    select 'definer-path', p.oid::regprocedure::text,
           case when not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false) then coalesce(array_to_string(p.proconfig, ', '), 'not pinned') end
      from members m
      join pg_proc p on p.oid = m.objid and p.prosecdef
     where m.classid = 'pg_proc'::regclass and m.schema_id = any (v_ours)
    union all
    select 'definer-owner', p.oid::regprocedure::text,
           case when r.rolsuper or r.rolname not in (v_prefix || 'tenantry_owner', v_prefix || 'tenantry_provisioner') then 'owned by ' || r.rolname
                when r.rolcreaterole and n.nspname || '.' || p.proname not in (select x.name from platform_private.posture_exceptions() x where x.rule = 'provisioner')
                then 'owned by ' || r.rolname end
      from members m
      join pg_proc p on p.oid = m.objid and p.prosecdef
      join pg_namespace n on n.oid = m.schema_id
      join pg_roles r on r.oid = p.proowner
     where m.classid = 'pg_proc'::regclass and m.schema_id = any (v_ours)
  )
  select c.kind, c.target, 'sound', coalesce(c.found, 'sound') from checked c;

  -- New functions of those who make them are nobody's: PostgreSQL's default gives them to PUBLIC.
  return query
  select 'default-privileges', r.rolname::text, 'nothing to PUBLIC',
         case when exists (select from pg_default_acl d where d.defaclrole = r.oid and d.defaclnamespace = 0 and d.defaclobjtype = 'f')
                   and not exists (select from pg_default_acl d cross join aclexplode(d.defaclacl) as a where d.defaclrole = r.oid and a.grantee = 0)
              then 'nothing to PUBLIC' else 'PUBLIC' end
    from pg_roles r
   where r.rolname in (v_prefix || 'tenantry_owner', v_prefix || 'tenantry_provisioner');

  -- Ways out of the database, and ways around row security.
  return query
  select found.kind, coalesce(found.target, current_database()), 'none', case when found.target is null then 'none' else 'there' end
    from (
      select 'languages' as kind, l.lanname::text as target
        from pg_language l
       where not l.lanpltrusted and l.lanname not in (select x.name from platform_private.posture_exceptions() x where x.rule = 'language')
      union all
      select 'extensions', e.extname from pg_extension e where e.extname in ('dblink', 'file_fdw', 'postgres_fdw', 'adminpack', 'pg_surgery', 'pageinspect', 'pg_read_file')
      union all
      select 'foreign-servers', s.srvname from pg_foreign_server s
      union all
      select 'foreign-data-wrappers', w.fdwname from pg_foreign_data_wrapper w
      union all
      select 'user-mappings', m.srvname || ' for ' || m.usename from pg_user_mappings m
      union all
      -- Whoever made them: the extension need not be there.
      select 'foreign-functions', p.oid::regprocedure::text
        from pg_proc p
       where p.proname in ('dblink', 'dblink_connect', 'dblink_connect_u', 'dblink_exec', 'dblink_open', 'dblink_send_query', 'postgres_fdw_handler', 'file_fdw_handler')
      union all
      select 'event-triggers', t.evtname from pg_event_trigger t
      union all
      select 'publications', p.pubname from pg_publication p
      union all
      select 'subscriptions', s.subname from pg_subscription s where s.subdbid = (select d.oid from pg_database d where d.datname = current_database())
      union all
      select 'large-objects', 'large object ' || o.oid from pg_largeobject_metadata o cross join aclexplode(o.lomacl) as a where a.grantee = 0
      union all
      select 'parameters', p.parname || case a.grantee when 0 then ' to PUBLIC' else ' to ' || a.grantee::regrole end
        from pg_parameter_acl p
       cross join aclexplode(p.paracl) as a
       where (a.grantee = 0 or a.grantee::regrole::text ~ ('^"?' || v_prefix || '([a-z][a-z0-9]*_)?tenant'))
         and not (a.privilege_type = 'SET' and not a.is_grantable and a.grantee <> 0 and a.grantee::regrole::text ~ 'tenantry_owner"?$'
                  and exists (select from platform_private.posture_exceptions() x where x.rule = 'owner-parameter' and x.name = p.parname))
      union all
      select 'tablespaces', t.spcname from pg_tablespace t cross join aclexplode(t.spcacl) as a where a.grantee = 0
      union all
      -- PostgreSQL's own functions have the caller's rights, and everybody may call them: a new one there needs no grant.
      select 'system-functions', p.oid::regprocedure::text
        from pg_proc p
       where p.pronamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
         and (p.prosecdef or p.oid >= 16384 and not exists (
           select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'))
      union all
      select 'server-files', p.oid::regprocedure::text
        from pg_proc p
       cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
       where p.proname in ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'pg_stat_file', 'pg_ls_logdir', 'pg_ls_waldir', 'pg_ls_tmpdir',
                           'lo_import', 'lo_export', 'pg_reload_conf', 'pg_rotate_logfile')
         and p.pronamespace = 'pg_catalog'::regnamespace
         and a.grantee = 0
      union all
      select 'catalog-secrets', c.oid::regclass::text
        from pg_class c
       cross join aclexplode(c.relacl) as a
       where c.oid in ('pg_authid'::regclass, 'pg_statistic'::regclass, 'pg_largeobject'::regclass, 'pg_user_mapping'::regclass) and a.grantee = 0
    ) found
  union all
  select looked.kind, current_database()::text, 'none', 'none'
    from unnest(array['languages', 'extensions', 'foreign-servers', 'foreign-data-wrappers', 'user-mappings', 'foreign-functions', 'event-triggers', 'publications', 'subscriptions',
                      'large-objects', 'parameters', 'tablespaces', 'server-files', 'system-functions', 'catalog-secrets']) as looked (kind);
end
$$;
comment on function platform_private.posture_server() is 'What PUBLIC may outside the tenants'' schemas, the control plane, and ways out of the database.';
revoke all on function platform_private.posture_server() from public;
