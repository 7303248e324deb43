-- Posture of a tenant's tables: row security, owners, views, and whatever reaches into another schema or from there into this one. One
-- row for each thing looked at, as in posture_role. Called by isolation_posture.
-- Everything is found through pg_depend, whose indexes lead from a schema to its parts and from a table to what leans on it. No joins by hash or
-- merge: they would read the catalogs of the whole fleet.
create or replace function platform_private.posture_tables(
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
  v_role constant oid := (select r.oid from pg_roles r where r.rolname = platform_private.tenant_role(posture_tables.tenant_id));
  v_schema_name constant text := platform_private.tenant_schema(posture_tables.tenant_id);
  v_schema constant oid := to_regnamespace(quote_ident(v_schema_name));
  v_owner constant oid := (select r.oid from platform.installation i join pg_roles r on r.rolname = i.prefix || 'tenantry_owner');
  v_tables constant oid[] := (
    select coalesce(array_agg(d.objid), '{}')
      from pg_depend d
     where d.refclassid = 'pg_namespace'::regclass and d.refobjid = v_schema and d.classid = 'pg_class'::regclass and d.deptype = 'n');
  v_near constant oid[] := (
    select array_agg(n.oid)
      from pg_namespace n
     where n.oid = v_schema
        or n.nspname in ('pg_catalog', 'information_schema', 'pg_toast')
        or n.nspname in (select x.name from platform_private.posture_exceptions() x where x.rule = 'public-schema'));
  v_trigger_functions constant oid[] := (
    select array_agg(to_regproc(x.name)::oid) from platform_private.posture_exceptions() x where x.rule = 'trigger-function');
begin
  return query
  select a.kind, c.relname::text, a.expected, a.seen
    from unnest(v_tables) as own (id)
    join pg_class c on c.oid = own.id
   cross join lateral (values
     ('row-security', 'on', case when c.relrowsecurity then 'on' else 'off' end),
     -- The owner's functions look past row security by design: they check for themselves.
     ('forced-row-security', 'off', case when c.relforcerowsecurity then 'on' else 'off' end)
   ) as a (kind, expected, seen)
   where c.relkind in ('r', 'p');
  return query
  select a.kind, c.relname::text, a.expected, a.seen
    from unnest(v_tables) as own (id)
    join pg_class c on c.oid = own.id
   cross join lateral (values
     ('table-owner', v_owner::regrole::text, c.relowner::regrole::text),
     ('table-persistence', 'permanent', case c.relpersistence when 'p' then 'permanent' when 'u' then 'unlogged' else 'temporary' end),
     ('foreign-tables', 'none', case c.relkind when 'f' then 'foreign table' else 'none' end),
     ('views', 'caller''s rights',
      case when c.relkind = 'm' or c.relkind = 'v' and coalesce(array_to_string(c.reloptions, ',') !~ 'security_invoker=(true|on|1|yes)', true)
           then 'owner''s rights' else 'caller''s rights' end)
   ) as a (kind, expected, seen);

  -- For each verb that the role was granted there is a policy that says on which rows.
  return query
  select 'policies', c.relname::text || ', ' || verb.name, 'policy',
         case when exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', verb.cmd)) then 'policy' else 'none' end
    from unnest(v_tables) as own (id)
    join pg_class c on c.oid = own.id and c.relkind in ('r', 'p')
   cross join (values ('SELECT', 'r'::"char"), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) as verb (name, cmd)
   where v_role is not null
     and case verb.name when 'DELETE' then has_table_privilege(v_role, c.oid, 'DELETE') else has_any_column_privilege(v_role, c.oid, verb.name) end;

  return query
  select 'rules', coalesce(r.target, v_schema_name), 'none', case when r.target is null then 'none' else 'rule' end
    from (values (true)) as looked (at)
    left join (
      select c.relname || '.' || w.rulename as target
        from unnest(v_tables) as own (id)
        join pg_class c on c.oid = own.id and c.relhasrules
        join pg_rewrite w on w.ev_class = c.oid and w.rulename <> '_RETURN'
    ) r on true;

  return query
  select 'publications', coalesce(p.target, v_schema_name), 'none', coalesce(p.publication, 'none')
    from (values (true)) as looked (at)
    left join (
      select c.relname::text as target, pub.pubname::text as publication
        from unnest(v_tables) as own (id)
        join pg_publication_rel r on r.prrelid = own.id
        join pg_publication pub on pub.oid = r.prpubid
        join pg_class c on c.oid = own.id
      union all
      select v_schema_name, pub.pubname
        from pg_publication_namespace n
        join pg_publication pub on pub.oid = n.pnpubid
       where n.pnnspid = v_schema
    ) p on true;

  -- Children and parents in another schema share rows with it.
  return query
  select 'inheritance', coalesce(h.target, v_schema_name), 'none', coalesce(h.other, 'none')
    from (values (true)) as looked (at)
    left join (
      select own.id::regclass::text as target, other.id::regclass::text as other
        from unnest(v_tables) as own (id)
        join lateral (
          select i.inhparent from pg_inherits i where i.inhrelid = own.id
          union all
          select i.inhrelid from pg_inherits i where i.inhparent = own.id
        ) as other (id) on true
        join pg_class c on c.oid = other.id and c.relnamespace <> v_schema
    ) h on true;

  -- What belongs to a table of the tenant: keys, defaults, policies, triggers, rules. It leans on this schema and the shared ones.
  return query
  with parts (classid, objid, kind, name) as (
    select 'pg_constraint'::regclass::oid, k.oid, case k.contype when 'f' then 'crossing-keys' else 'crossing-constraints' end, k.conname::text
      from unnest(v_tables) as own (id)
      join pg_constraint k on k.conrelid = own.id
    union all
    select 'pg_attrdef'::regclass::oid, a.oid, 'crossing-defaults', own.id::regclass::text
      from unnest(v_tables) as own (id)
      join pg_attrdef a on a.adrelid = own.id
    union all
    select 'pg_policy'::regclass::oid, p.oid, 'crossing-policies', p.polname::text
      from unnest(v_tables) as own (id)
      join pg_policy p on p.polrelid = own.id
    union all
    select 'pg_trigger'::regclass::oid, t.oid, 'crossing-triggers', t.tgname::text
      from unnest(v_tables) as own (id)
      join pg_trigger t on t.tgrelid = own.id and not t.tgisinternal
    union all
    select 'pg_rewrite'::regclass::oid, w.oid, 'crossing-views', own.id::regclass::text
      from unnest(v_tables) as own (id)
      join pg_rewrite w on w.ev_class = own.id
  ), crossings as (
    select p.classid, p.objid, min(pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)) as to_what
      from parts p
      join pg_depend d on d.classid = p.classid and d.objid = p.objid
      left join pg_class c on d.refclassid = 'pg_class'::regclass and c.oid = d.refobjid
      left join pg_proc f on d.refclassid = 'pg_proc'::regclass and f.oid = d.refobjid
     where coalesce(c.relnamespace, f.pronamespace) <> all (v_near)
       and not (p.kind = 'crossing-triggers' and coalesce(f.oid = any (v_trigger_functions), false))
     group by p.classid, p.objid
  )
  select p.kind, p.name, 'inside', coalesce(x.to_what, 'inside')
    from parts p
    left join crossings x on x.classid = p.classid and x.objid = p.objid;

  -- The other way round: what of other schemas leans on a table of the tenant.
  return query
  select 'reached-from-outside', coalesce(o.target, v_schema_name), 'none', coalesce(o.what, 'none')
    from (values (true)) as looked (at)
    left join (
      select own.id::regclass::text as target, pg_describe_object(d.classid, d.objid, d.objsubid) as what
        from unnest(v_tables) as own (id)
        join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = own.id
        left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
        left join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
        left join pg_policy p on d.classid = 'pg_policy'::regclass and p.oid = d.objid
        left join pg_class c on c.oid = coalesce(nullif(k.conrelid, 0), w.ev_class, p.polrelid)
        left join pg_proc f on d.classid = 'pg_proc'::regclass and f.oid = d.objid
       where coalesce(c.relnamespace, f.pronamespace) <> v_schema
    ) o on true;
end
$$;
comment on function platform_private.posture_tables(text) is 'Row security and owners of a tenant''s tables, and what crosses its schema''s border.';
revoke all on function platform_private.posture_tables(text) from public;
