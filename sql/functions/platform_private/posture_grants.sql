-- Posture of the grants of and around a tenant: what its role may outside its schema, and who may what inside. One row for each thing
-- looked at, as in posture_role. Called by isolation_posture.
-- What a role may anywhere in the cluster stands in pg_shdepend, under an index by role: the catalogs of the fleet are not read.
create or replace function platform_private.posture_grants(
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
  v_name constant text := platform_private.tenant_role(posture_grants.tenant_id);
  v_role constant oid := (select r.oid from pg_roles r where r.rolname = v_name);
  v_schema_name constant text := platform_private.tenant_schema(posture_grants.tenant_id);
  v_schema constant oid := to_regnamespace(quote_ident(v_schema_name));
  v_owner constant oid := (select r.oid from platform.installation i join pg_roles r on r.rolname = i.prefix || 'tenantry_owner');
  v_database constant oid := (select d.oid from pg_database d where d.datname = current_database());
begin
  -- 'a' and 'i' are access lists that name the role, 'r' policies.
  return query
  select 'privileges-outside',
         case when place.inside then v_schema_name
              when d.dbid in (0, v_database) then coalesce(pg_describe_object(d.classid, d.objid, d.objsubid), 'something that is gone')
              else 'something in another database' end,
         'inside', case when place.inside then 'inside' else 'outside' end
    from pg_shdepend d
   cross join lateral (
     select d.dbid = v_database and coalesce(v_schema = case d.classid
              when 'pg_namespace'::regclass then d.objid
              when 'pg_class'::regclass then (select c.relnamespace from pg_class c where c.oid = d.objid)
              when 'pg_proc'::regclass then (select p.pronamespace from pg_proc p where p.oid = d.objid)
              when 'pg_type'::regclass then (select t.typnamespace from pg_type t where t.oid = d.objid)
              when 'pg_policy'::regclass
              then (select c.relnamespace from pg_policy p join pg_class c on c.oid = p.polrelid where p.oid = d.objid)
            end, false)
   ) as place (inside)
   where d.refclassid = 'pg_authid'::regclass
     and d.refobjid = v_role
     and d.deptype in ('a', 'i', 'r');

  return query
  with members as materialized (
    select d.classid, d.objid
      from pg_depend d
     where d.refclassid = 'pg_namespace'::regclass and d.refobjid = v_schema and d.deptype = 'n'
  ), entries (target, grantee, privilege, grantable, allowed) as (
    select v_schema_name, a.grantee, a.privilege_type, a.is_grantable, array['USAGE']
      from pg_namespace n
     cross join aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a
     where n.oid = v_schema
    union all
    select c.relname, a.grantee, a.privilege_type, a.is_grantable, array['SELECT', 'INSERT', 'UPDATE', 'DELETE']
      from members m
      join pg_class c on c.oid = m.objid
     cross join aclexplode(c.relacl) as a
     where m.classid = 'pg_class'::regclass
    union all
    select c.relname || '.' || att.attname, a.grantee, a.privilege_type, a.is_grantable, array['SELECT', 'INSERT', 'UPDATE']
      from members m
      join pg_class c on c.oid = m.objid
      join pg_attribute att on att.attrelid = c.oid and att.attacl is not null
     cross join aclexplode(att.attacl) as a
     where m.classid = 'pg_class'::regclass
    union all
    select p.proname || '()', a.grantee, a.privilege_type, a.is_grantable, array['EXECUTE']
      from members m
      join pg_proc p on p.oid = m.objid
     cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
     where m.classid = 'pg_proc'::regclass
  )
  select case e.grantee when 0 then 'grants-to-public' when v_role then 'grants-to-tenant' else 'grants-to-others' end,
         e.target, 'allowed',
         case when e.grantee = v_role and e.privilege = any (e.allowed) and not e.grantable then 'allowed'
              else concat_ws(' ', e.privilege, 'to', case e.grantee when 0 then 'PUBLIC' else e.grantee::regrole::text end,
                             case when e.grantable then 'with grant option' end) end
    from entries e
   where e.grantee <> v_owner;

  return query
  select 'default-privileges', v_schema_name, 'none',
         coalesce(a.privilege_type || ' to ' || case a.grantee when 0 then 'PUBLIC' else a.grantee::regrole::text end, 'none')
    from (values (v_schema)) as subject (id)
    left join pg_default_acl d on d.defaclnamespace = subject.id
    left join lateral aclexplode(d.defaclacl) as a on true;

  return query
  select 'create', place.target, 'no', case when place.may then 'yes' else 'no' end
    from (
      select 'database, temporary tables', has_database_privilege(v_role, v_database, 'TEMPORARY')
      union all
      select 'database, schemas', has_database_privilege(v_role, v_database, 'CREATE')
      union all
      select 'schema ' || n.nspname, has_schema_privilege(v_role, n.oid, 'CREATE')
        from pg_namespace n
       where n.nspname in ('public', 'pg_catalog', 'information_schema', v_schema_name)
          or n.nspname in (select x.name from platform_private.posture_exceptions() x where x.rule = 'public-schema')
    ) as place (target, may)
   where v_role is not null;
end
$$;
comment on function platform_private.posture_grants(text) is 'What a tenant''s role may outside its schema, and who may what inside.';
revoke all on function platform_private.posture_grants(text) from public;
