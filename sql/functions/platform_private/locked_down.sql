-- Whether a lock-down that was not lifted stops a tenant, by its name (lane null), or a lane with all that is on it (tenant null), or
-- either. Looks at a handful of rows at most: those that are lifted are not in the index it goes by.
create or replace function platform_private.locked_down(
  tenant_id text,
  lane integer
)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from platform.lock_downs l
     where l.lifted_at is null
       and case l.scope
             when 'all' then locked_down.lane is not null
             when 'lane' then l.lane = locked_down.lane
             else locked_down.tenant_id = any (l.tenant_ids)
           end)
$$;
comment on function platform_private.locked_down(text, integer) is 'Is a tenant, or a lane, locked down?';
revoke all on function platform_private.locked_down(text, integer) from public;
grant execute on function platform_private.locked_down(text, integer) to :ROLE_PROVISIONER;
