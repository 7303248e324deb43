-- What the role of this request may do, from the catalog: each function of the operators' API that it may call and each table that it may read,
-- by the names that GraphQL gives them. A console shows by it what it offers; what it hides, grants refuse. May be called by every operator.
create or replace function platform.my_rights()
returns table (
  kind text,
  name text
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select open.kind, left(open.camel, 1) || substr(replace(initcap(replace(open.camel, '_', ' ')), ' ', ''), 2)
    from (
      select 'call' as kind,
             coalesce(substring(obj_description(p.oid, 'pg_proc') from '@name ([a-z_]+)'), p.proname) as camel
        from pg_proc p
       where p.pronamespace = 'platform'::regnamespace
         and has_function_privilege(p.oid, 'execute')
         and coalesce(obj_description(p.oid, 'pg_proc'), '') not like '%@behavior -*%'
      union all
      select 'read', c.relname
        from pg_class c
       where c.relnamespace = 'platform'::regnamespace
         and c.relkind in ('r', 'v')
         and has_any_column_privilege(c.oid, 'select')
    ) open
   order by 1, 2
$$;
comment on function platform.my_rights() is 'What the role of this request may call and read.';
revoke all on function platform.my_rights() from public;
grant execute on function platform.my_rights() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
