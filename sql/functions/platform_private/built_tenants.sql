-- Ids behind `after` of tenants that have a schema, whether they are open or not, in order, at most `count`: for jobs that keep house in
-- all of them, in batches. Called by the worker.
create or replace function platform_private.built_tenants(
  after text,
  count integer
)
returns setof text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select t.id
    from platform.tenants t
   where t.status not in ('purged', 'cancelled', 'failed') and t.schema_version is not null and t.id > built_tenants.after
   order by t.id
   limit built_tenants.count
$$;
comment on function platform_private.built_tenants(text, integer) is 'The next tenants that have a schema, by id.';
revoke all on function platform_private.built_tenants(text, integer) from public;
grant execute on function platform_private.built_tenants(text, integer) to :ROLE_WORKER;
