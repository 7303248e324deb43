-- The tables of a tenant's schema as [{name, verbs}]: which verbs its own role was granted, on the table or on columns of it, and a policy says on
-- which rows. A table without policy is nobody's, whatever was granted on it. Called by isolation_subject.
create or replace function platform_private.isolation_tables(
  tenant_id text
)
returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_agg(jsonb_build_object('name', c.relname, 'verbs', (
           select coalesce(jsonb_agg(verb), '[]')
             from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as verb
            where case verb when 'DELETE' then has_table_privilege(r.oid, c.oid, verb) else has_any_column_privilege(r.oid, c.oid, verb) end
              and exists (select from pg_policy p where p.polrelid = c.oid)))
           order by c.relname), '[]')
    from pg_roles r
    join pg_depend d
      on d.refclassid = 'pg_namespace'::regclass and d.refobjid = to_regnamespace(quote_ident(platform_private.tenant_schema(isolation_tables.tenant_id)))
     and d.classid = 'pg_class'::regclass and d.deptype = 'n'
    join pg_class c on c.oid = d.objid and c.relkind in ('r', 'p')
   where r.rolname = platform_private.tenant_role(isolation_tables.tenant_id)
$$;
comment on function platform_private.isolation_tables(text) is 'A tenant''s tables, and what its role may there.';
revoke all on function platform_private.isolation_tables(text) from public;
