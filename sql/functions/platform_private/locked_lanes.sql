-- The lanes that a scope covers: one, all, or none where tenants are named.
create or replace function platform_private.locked_lanes(
  lock_down platform.lock_downs
)
returns integer[]
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select case lock_down.scope
           when 'all' then array(select generate_series(0, i.lanes - 1) from platform.installation i)
           when 'lane' then array[lock_down.lane]
           else '{}'
         end
$$;
comment on function platform_private.locked_lanes(platform.lock_downs) is 'Lanes that a lock-down covers.';
revoke all on function platform_private.locked_lanes(platform.lock_downs) from public;
