-- A digest of everything a tenant's schema is made of: relations with their options, owners and grants, columns,
-- constraints, indexes, triggers, policies, functions, comments but those of functions (sql/tenant/blueprint.sql). Two schemas with one digest are the same but for their
-- name and the name of their role. Not the schema's own grant: that is open or closed with the tenant's status.
-- Owner and tenant's role are written as @owner and @tenant wherever a role's name can stand, and the schema's name as @schema
-- where it is a literal in a function: another tenant's there is a difference.
-- Definitions are printed with the schema on the path, hence without its name. Everything is found through pg_depend,
-- whose index starts with what is depended on: a scan of pg_class would grow with the fleet. NOT NULL constraints are
-- left to attnotnull: PostgreSQL 18 lists them in pg_constraint, 15 does not.
create or replace function platform_private.fingerprint_schema(
  schema_name text,
  role_name text
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant oid := to_regnamespace(quote_ident(schema_name));
  v_owner text;
  v_owner_id oid;
  v_lines text;
begin
  if v_schema is null then
    return null;
  end if;
  select r.rolname, r.oid into v_owner, v_owner_id
    from pg_namespace n
    join pg_roles r on r.oid = n.nspowner
   where n.oid = v_schema;
  perform set_config('search_path', format('%I, tenantry_shared, pg_temp', schema_name), true);
  with members as materialized (
    select d.classid, d.objid
      from pg_depend d
     where d.refclassid = 'pg_namespace'::regclass
       and d.refobjid = v_schema
       and d.deptype = 'n'
  ), relations as materialized (
    select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relpersistence,
           case c.relowner when v_owner_id then '@owner' else c.relowner::regrole::text end as owner,
           -- A right that was granted and revoked again leaves the default written out.
           replace(replace(coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner))::text, role_name || '=', '@tenant='), v_owner, '@owner') as acl
      from members m
      join pg_class c on c.oid = m.objid
     where m.classid = 'pg_class'::regclass
  ), comments as materialized (
    select d.objoid, d.objsubid, d.description
      from relations r
      join pg_description d on d.objoid = r.oid and d.classoid = 'pg_class'::regclass
  ), lines (line) as (
    select concat_ws('|', 'relation', relname, relkind, relpersistence, owner, relrowsecurity,
                     relforcerowsecurity, reloptions, acl, c.description)
      from relations
      left join comments c on c.objoid = oid and c.objsubid = 0
    union all
    select concat_ws('|', 'column', r.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                     a.attidentity, a.attgenerated, replace(replace(a.attacl::text, role_name || '=', '@tenant='), v_owner, '@owner'),
                     pg_get_expr(d.adbin, d.adrelid), c.description)
      from relations r
      join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      left join comments c on c.objoid = r.oid and c.objsubid = a.attnum
     where r.relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select concat_ws('|', 'constraint', r.relname, c.conname, c.convalidated, pg_get_constraintdef(c.oid, true))
      from relations r
      join pg_constraint c on c.conrelid = r.oid and c.contype <> 'n'
    union all
    select concat_ws('|', 'index', r.relname, i.indisvalid, pg_get_indexdef(i.indexrelid, 0, true))
      from relations r
      join pg_index i on i.indrelid = r.oid
    union all
    select concat_ws('|', 'trigger', r.relname, t.tgenabled, pg_get_triggerdef(t.oid, true))
      from relations r
      join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
    union all
    select concat_ws('|', 'policy', r.relname, p.polname, p.polcmd, p.polpermissive,
                     (select string_agg(case o when 0 then 'public' else o::regrole::text end, ',' order by o)
                        from unnest(p.polroles) as o),
                     pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      from relations r
      join pg_policy p on p.polrelid = r.oid
    union all
    select concat_ws('|', 'view', r.relname, pg_get_viewdef(r.oid, true))
      from relations r
     where r.relkind in ('v', 'm')
    union all
    select concat_ws('|', 'function', f.proname,
                     case f.proowner when v_owner_id then '@owner' else f.proowner::regrole::text end,
                     replace(replace(coalesce(f.proacl, acldefault('f', f.proowner))::text, role_name || '=', '@tenant='), v_owner, '@owner'), f.prosecdef, f.provolatile, f.proconfig,
                     pg_get_function_arguments(f.oid), pg_get_function_result(f.oid),
                     replace(f.prosrc, quote_literal(schema_name), '''@schema'''),
                     pg_get_function_sqlbody(f.oid))
      from members m
      join pg_proc f on f.oid = m.objid
     where m.classid = 'pg_proc'::regclass
    union all
    select concat_ws('|', 'other', m.classid::regclass, count(*))
      from members m
     where m.classid not in ('pg_class'::regclass, 'pg_proc'::regclass)
     group by m.classid
  )
  select string_agg(line, E'\n' order by line collate "C") into v_lines from lines;
  return encode(sha256(convert_to(coalesce(v_lines, ''), 'UTF8')), 'hex');
end
$$;
comment on function platform_private.fingerprint_schema(text, text) is 'SHA-256 over the definition of a schema, in hex; null if there is none.';
revoke all on function platform_private.fingerprint_schema(text, text) from public;
