-- Bytes on disk of a tenant's tables with their indexes. Finds them through pg_depend, whose index starts with the
-- schema: a scan of pg_class would grow with the fleet.
create or replace function platform_private.measure_tenant(
  tenant_id text
)
returns bigint
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(sum(pg_total_relation_size(d.objid)), 0)::bigint
    from pg_depend d
    join pg_class c on c.oid = d.objid and c.relkind = 'r'
   where d.classid = 'pg_class'::regclass
     and d.refclassid = 'pg_namespace'::regclass
     and d.refobjid = to_regnamespace(quote_ident(platform_private.tenant_schema(measure_tenant.tenant_id)))
$$;
comment on function platform_private.measure_tenant(text) is 'Bytes of a tenant''s tables and indexes.';
revoke all on function platform_private.measure_tenant(text) from public;
