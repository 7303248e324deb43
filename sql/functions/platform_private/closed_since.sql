-- Why a tenant could not be entered at some time since a moment, also if it can be again: locked_down, or the status it got; null if it could all
-- the time. A change counts from when its transaction began, which may have waited: five seconds before the moment count too. Called by end_isolation_run.
create or replace function platform_private.closed_since(
  tenant platform.tenants,
  since timestamptz
)
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select case
    when tenant.status not in ('provisioning', 'ready', 'active') then tenant.status
    when exists (
           select from platform.lock_downs l
            where (l.lifted_at is null or l.lifted_at > since - interval '5 seconds')
              and (l.scope = 'all' or l.lane = tenant.lane or tenant.id = any (l.tenant_ids))) then 'locked_down'
    else (
      select tt.to_status
        from platform.tenant_transitions tt
       where tt.tenant_id = tenant.id and tt.created_at > since - interval '5 seconds'
         and tt.from_status in ('provisioning', 'ready', 'active') and tt.to_status not in ('provisioning', 'ready', 'active')
       order by tt.id desc
       limit 1)
  end
$$;
comment on function platform_private.closed_since(platform.tenants, timestamptz) is 'Why a tenant could not be entered at some time since a moment.';
revoke all on function platform_private.closed_since(platform.tenants, timestamptz) from public;
