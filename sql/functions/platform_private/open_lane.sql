-- Lets the login of a tenant's lane become the tenant's role. Owned by the provisioner; called under the lock of the
-- tenant's row, since two parallel grants of one membership collide on PostgreSQL 15.
-- From 16 on the options are written out: an INHERIT granted once outlives `alter role … noinherit`.
create or replace function platform_private.open_lane(
  tenant_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_lane text;
begin
  select platform_private.lane_role(t.lane) into strict v_lane
    from platform.tenants t
   where t.id = open_lane.tenant_id;
  if current_setting('server_version_num')::int >= 160000 then
    execute format('grant %I to %I with inherit false, set true, admin false',
                   platform_private.tenant_role(tenant_id), v_lane);
  elsif (select r.rolinherit from pg_roles r where r.rolname = v_lane) then
    raise exception 'lane login "%" must be NOINHERIT', v_lane
      using errcode = 'TN011', hint = format('Run: alter role %I noinherit', v_lane);
  else
    execute format('grant %I to %I', platform_private.tenant_role(tenant_id), v_lane);
  end if;
end
$$;
comment on function platform_private.open_lane(text) is 'Grants the tenant''s role to its lane.';
revoke all on function platform_private.open_lane(text) from public;
grant execute on function platform_private.open_lane(text) to :ROLE_OWNER;
