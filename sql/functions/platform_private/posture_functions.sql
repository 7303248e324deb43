-- Posture of a tenant's functions: owners, rights, paths, languages, and bodies that build SQL or speak of another tenant. One row for
-- each thing looked at, as in posture_role. Called by isolation_posture.
-- A function that a tenant may call and that executes text or sets the role would be a way to every tenant of its lane.
create or replace function platform_private.posture_functions(
  tenant_id text
)
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  v_role constant oid := (select r.oid from pg_roles r where r.rolname = platform_private.tenant_role(posture_functions.tenant_id));
  v_schema_name constant text := platform_private.tenant_schema(posture_functions.tenant_id);
  v_schema constant oid := to_regnamespace(quote_ident(v_schema_name));
  v_owner constant oid := (select r.oid from platform.installation i join pg_roles r on r.rolname = i.prefix || 'tenantry_owner');
begin
  return query
  with own as materialized (
    select p.*, p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), '') as source
      from pg_depend d
      join pg_proc p on p.oid = d.objid
     where d.refclassid = 'pg_namespace'::regclass and d.refobjid = v_schema and d.classid = 'pg_proc'::regclass and d.deptype = 'n'
  )
  select a.kind, f.proname::text, a.expected, a.seen
    from own f
    join pg_language l on l.oid = f.prolang
   cross join lateral (values
     ('function-owner', v_owner::regrole::text, f.proowner::regrole::text),
     ('function-language', 'trusted', case when l.lanpltrusted then 'trusted' else l.lanname::text end),
     ('function-rights', 'caller''s rights or listed',
      case when not f.prosecdef or exists (select from platform_private.posture_exceptions() x where x.rule = 'owner-rights' and x.name = f.proname || '(' || oidvectortypes(f.proargtypes) || ')')
           then 'caller''s rights or listed' else 'owner''s rights' end),
     ('function-path', 'pinned',
      case when not f.prosecdef or f.proconfig @> array['search_path=pg_catalog, pg_temp'] then 'pinned'
           else coalesce(array_to_string(f.proconfig, ', '), 'not pinned') end),
     ('function-text', 'plain',
      case when has_function_privilege(v_role, f.oid, 'EXECUTE') then coalesce(substring(lower(f.source) from '\mexecute\M|set_config|\mdblink|\mcopy\M|_to_xml|pg_settings|ts_stat|\mu&'), 'plain')
           else 'plain' end),
     ('function-tenant', 'its own',
      coalesce((select mentioned.names[1] from regexp_matches(f.source, '\mtenant_[a-z][a-z0-9_]*', 'g') as mentioned (names)
                 where mentioned.names[1] <> v_schema_name and to_regnamespace(mentioned.names[1]) is not null limit 1), 'its own'))
   ) as a (kind, expected, seen);

  -- What a body that was bound when it was written leans on.
  return query
  select 'crossing-functions', coalesce(x.target, v_schema_name), 'inside', coalesce(x.what, 'inside')
    from (values (true)) as looked (at)
    left join (
      select f.proname::text as target, pg_describe_object(r.refclassid, r.refobjid, r.refobjsubid) as what
        from pg_depend d
        join pg_proc f on f.oid = d.objid
        join pg_depend r on r.classid = 'pg_proc'::regclass and r.objid = f.oid
        left join pg_class c on r.refclassid = 'pg_class'::regclass and c.oid = r.refobjid
        left join pg_proc p on r.refclassid = 'pg_proc'::regclass and p.oid = r.refobjid
        join pg_namespace n on n.oid = coalesce(c.relnamespace, p.pronamespace)
       where d.refclassid = 'pg_namespace'::regclass and d.refobjid = v_schema and d.classid = 'pg_proc'::regclass and d.deptype = 'n'
         and n.oid <> v_schema
         and n.nspname not in ('pg_catalog', 'information_schema')
         and n.nspname not in (select e.name from platform_private.posture_exceptions() e where e.rule = 'public-schema')
    ) x on true;
end
$$;
comment on function platform_private.posture_functions(text) is 'Owners, rights, paths and bodies of a tenant''s functions.';
revoke all on function platform_private.posture_functions(text) from public;
