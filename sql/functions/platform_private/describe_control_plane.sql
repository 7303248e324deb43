-- One row for each object of the control plane, with a digest of what it is: owner and access list, for functions everything and the body, for tables row
-- security, columns, policies, triggers and whether those fire, for views what they read. Called by posture_control_plane. The migrator and
-- `npm run verify` run the same text as a query of their own ($1 is the prefix), so that it can't be replaced under them.
-- Prefixes are taken out of role names: every installation has the same digests. Lanes are left to `lane-privileges`; partitions come with the months, so
-- those of a table are one object; and the body of audit.secret_columns is written by a trigger, so it is compared by itself.
-- Everything is found through pg_depend: the fleet's catalogs are not read.
create or replace function platform_private.describe_control_plane(
  prefix text
)
returns table (
  object text,
  digest text
)
language sql
stable
set search_path = pg_catalog, pg_temp
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  with schemas as materialized (
    select n.oid, n.nspname, n.nspowner, n.nspacl
      from pg_namespace n
     where n.nspname in ('platform', 'platform_private', 'platform_probe', 'identity', 'audit', 'jobs', 'tenantry_shared')
  ), members as materialized (
    select s.nspname, d.classid, d.objid
      from schemas s
      join pg_depend d on d.refclassid = 'pg_namespace'::regclass and d.refobjid = s.oid and d.deptype = 'n'
  ), relations as materialized (
    select c.oid, c.relowner, c.relacl, c.relkind, m.nspname,
           case when c.relispartition then 'partitions of ' || (select i.inhparent::regclass from pg_inherits i where i.inhrelid = c.oid)
                else c.oid::regclass::text end as name,
           concat_ws('|', c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.reloptions) as shape
      from members m
      join pg_class c on c.oid = m.objid and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
     where m.classid = 'pg_class'::regclass
  ), entries (object, owner, acl, line) as (
    select 'schema ' || s.nspname, s.nspowner, coalesce(s.nspacl, acldefault('n', s.nspowner)), 'schema'
      from schemas s
    union all
    select 'relation ' || r.name, r.relowner, coalesce(r.relacl, acldefault(case r.relkind when 'S' then 's' else 'r' end::"char", r.relowner)),
           concat_ws(E'\n', r.shape,
             -- PostgreSQL 15 names the table before each column, 16 only where it has to: what is read stands beside.
             case when r.relkind in ('v', 'm') then regexp_replace(pg_get_viewdef(r.oid), '[a-z_]+\.|[[:space:]()]', '', 'g') || (
                    select string_agg(distinct concat(d.refclassid::regclass, ' ',
                             case d.refclassid when 'pg_class'::regclass then d.refobjid::regclass::text when 'pg_proc'::regclass then d.refobjid::regprocedure::text end), ',')
                      from pg_rewrite w
                      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                     where w.ev_class = r.oid) end,
             (select string_agg(concat_ws('|', 'column', a.attname, a.atttypid::regtype, a.attnotnull, a.attgenerated, (
                       select string_agg(concat_ws(' ', case x.grantee when 0 then 'public' else x.grantee::regrole::text end, x.privilege_type, x.is_grantable), ','
                                         order by x.grantee::regrole::text, x.privilege_type)
                         from aclexplode(a.attacl) as x)), E'\n' order by a.attname)
                from pg_attribute a
               where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and r.relkind <> 'S'),
             (select string_agg(concat_ws('|', 'policy', p.polname, p.polcmd, p.polpermissive, (
                       select string_agg(case o when 0 then 'public' else o::regrole::text end, ',' order by o::regrole::text) from unnest(p.polroles) as o),
                       pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)), E'\n' order by p.polname)
                from pg_policy p
               where p.polrelid = r.oid),
             (select string_agg(concat_ws('|', 'trigger', t.tgname, t.tgenabled, t.tgtype, t.tgfoid::regproc, t.tgattr, t.tgargs), E'\n' order by t.tgname)
                from pg_trigger t
               where t.tgrelid = r.oid and not t.tgisinternal),
             (select string_agg(concat_ws('|', 'key', t.tgenabled, t.tgfoid::regproc), E'\n' order by t.tgfoid::regproc::text, t.tgenabled)
                from pg_trigger t
               where t.tgrelid = r.oid and t.tgisinternal and t.tgenabled <> 'O'),
             (select string_agg(concat_ws('|', 'rule', w.rulename, w.ev_enabled, pg_get_ruledef(w.oid)), E'\n' order by w.rulename)
                from pg_rewrite w
               where w.ev_class = r.oid and w.rulename <> '_RETURN'))
      from relations r
    union all
    select 'function ' || p.oid::regprocedure, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)),
           concat_ws('|', p.prokind, l.lanname, p.prosecdef, p.proleakproof, p.provolatile, p.proconfig, p.proretset, p.prorettype::regtype, p.proargmodes, p.proargnames,
                     p.probin, case when p.oid::regprocedure::text <> 'audit.secret_columns(text)' then p.prosrc end,
                     case when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid) end)
      from members m
      join pg_proc p on p.oid = m.objid
      join pg_language l on l.oid = p.prolang
     where m.classid = 'pg_proc'::regclass
    union all
    select 'other ' || m.nspname || ', ' || m.classid::regclass, 0, null, count(*)::text
      from members m
     where m.classid not in ('pg_class'::regclass, 'pg_proc'::regclass)
     group by m.nspname, m.classid
  ), lines (object, line) as (
    select e.object,
           concat_ws('|', case e.owner when 0 then null else e.owner::regrole::text end, (
             -- An owner's own rights are its by being owner; from PostgreSQL 17 on there is one more of them.
             select string_agg(concat_ws(' ', a.who, a.privilege_type, a.is_grantable), ',' order by a.who, a.privilege_type)
               from (select case x.grantee when 0 then 'public' else x.grantee::regrole::text end as who, x.privilege_type, x.is_grantable
                       from aclexplode(e.acl) as x
                      where x.grantee <> e.owner) a
              where a.who !~ ('^' || $1 || 'tenantry_lane_[0-9]{2,3}$')
                -- What GraphQL introspects the blueprint with; elsewhere it becomes an operator, who may use it anyway.
                and not (e.object = 'schema platform' and a.who = $1 || 'tenantry_api' and a.privilege_type = 'USAGE')), e.line)
      from entries e
  )
  select distinct l.object, encode(sha256(convert_to(replace(l.line, $1 || 'tenantry_', 'tenantry_'), 'UTF8')), 'hex') as digest
    from lines l
$$;
comment on function platform_private.describe_control_plane(text) is 'A digest of each object of the control plane.';
revoke all on function platform_private.describe_control_plane(text) from public;
