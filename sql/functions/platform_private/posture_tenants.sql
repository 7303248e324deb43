-- Posture of the schemas of all tenants, whatever their status: who else may enter them, and who else may anything in those that are not active. The
-- same for every tenant, so that the next proof of any of them finds it: a tenant that is suspended, archived or deleted has no proof of its own. One
-- row for each thing looked at, as in posture_role; one for each schema in which something is found, however much that is. Called by shared_posture.
-- What an active tenant's objects are granted is its own posture's. Without a schema's USAGE nothing in it is reached by its name.
create or replace function platform_private.posture_tenants()
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
  v_stem constant text := (select i.prefix || i.ns from platform.installation i);
  v_owner constant oid := (select r.oid from platform.installation i join pg_roles r on r.rolname = i.prefix || 'tenantry_owner');
begin
  return query
  select 'tenant-schemas', coalesce(x.target, 'schemas of tenants'), 'its tenant''s alone', coalesce(x.found, 'its tenant''s alone')
    from (values (true)) as looked (at)
    left join (
      select n.nspname::text as target,
             string_agg(concat_ws(' ', a.privilege_type, 'to', case a.grantee when 0 then 'PUBLIC' else a.grantee::regrole::text end,
                                  case when a.is_grantable then 'with grant option' end), ', ' order by a.grantee, a.privilege_type) as found
        from pg_namespace n
       cross join aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a
        left join pg_roles r on r.oid = a.grantee
       where n.nspname ^@ 'tenant_'
         and a.grantee <> v_owner
         and not (coalesce(r.rolname::text = v_stem || n.nspname, false) and a.privilege_type = 'USAGE' and not a.is_grantable)
       group by n.nspname
    ) x on true;

  return query
  with closed as materialized (
    select n.oid, n.nspname::text as name
      from platform.tenants t
      join pg_namespace n on n.nspname::text = 'tenant_' || t.id
     where t.status <> 'active'
  ), members as materialized (
    -- Under an index by schema, which pg_class and pg_proc don't have: it costs what is closed, not the fleet.
    select s.name, d.classid, d.objid
      from closed s
      join pg_depend d on d.refclassid = 'pg_namespace'::regclass and d.refobjid = s.oid and d.deptype = 'n'
  ), entries (name, object, grantee, privilege) as (
    select m.name, c.relname::text, a.grantee, a.privilege_type
      from members m
      join pg_class c on c.oid = m.objid and c.relacl is not null
     cross join aclexplode(c.relacl) as a
     where m.classid = 'pg_class'::regclass
    union all
    select m.name, p.proname || '()', a.grantee, a.privilege_type
      from members m
      join pg_proc p on p.oid = m.objid
     cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
     where m.classid = 'pg_proc'::regclass
  )
  select 'closed-tenants', coalesce(x.target, 'tenants that are not active'), 'its tenant''s alone', coalesce(x.found, 'its tenant''s alone')
    from (values (true)) as looked (at)
    left join (
      select e.name as target,
             min(concat(e.privilege, ' on ', e.object, ' to ', case e.grantee when 0 then 'PUBLIC' else e.grantee::regrole::text end))
               || case count(*) when 1 then '' else format(' and %s more', count(*) - 1) end as found
        from entries e
        left join pg_roles r on r.oid = e.grantee
       where e.grantee <> v_owner and coalesce(r.rolname::text <> v_stem || e.name, true)
       group by e.name
    ) x on true;
end
$$;
comment on function platform_private.posture_tenants() is 'Who else may enter tenants'' schemas, and who else may what in those that are not active.';
revoke all on function platform_private.posture_tenants() from public;
