-- Ids of active tenants behind `after` that no lock-down stops, in order, at most `count`: for jobs that go through the fleet in batches. Called by the worker.
create or replace function platform_private.active_tenants(
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
   where t.status = 'active' and t.id > active_tenants.after and not platform_private.locked_down(t.id, t.lane)
   order by t.id
   limit active_tenants.count
$$;
comment on function platform_private.active_tenants(text, integer) is 'The next active tenants by id.';
revoke all on function platform_private.active_tenants(text, integer) from public;
grant execute on function platform_private.active_tenants(text, integer) to :ROLE_WORKER;
