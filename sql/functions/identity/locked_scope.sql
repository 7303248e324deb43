-- What is locked down now: lanes as a whole, and tenants by name. A server that heard of a change asks, and ends what still runs for them.
-- Callable by tenantry_auth.
create or replace function identity.locked_scope(
  out lanes integer[],
  out tenant_ids text[]
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select array(select distinct covered.lane from platform.lock_downs l, unnest(platform_private.locked_lanes(l)) as covered (lane)
                where l.lifted_at is null order by 1),
         array(select distinct named.id from platform.lock_downs l, unnest(l.tenant_ids) as named (id)
                where l.lifted_at is null order by 1)
$$;
comment on function identity.locked_scope() is 'Lanes and tenants that are locked down.';
revoke all on function identity.locked_scope() from public;
grant execute on function identity.locked_scope() to :ROLE_AUTH;
