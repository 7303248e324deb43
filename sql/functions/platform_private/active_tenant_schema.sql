-- The schema of a tenant that is open for sign-in. Raises TN003 for an unknown tenant and TN010, with the status as detail,
-- for one that is closed, `locked_down` for an active one that a lock-down stops; TN017 for one whose schema is too old. Called by the
-- sign-in functions: they don't pass the lane, so each checks for itself.
create or replace function platform_private.active_tenant_schema(
  tenant_id text
)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_status text;
begin
  select case when t.status = 'active' and platform_private.locked_down(t.id, t.lane) then 'locked_down' else t.status end into v_status
    from platform.tenants t
   where t.id = active_tenant_schema.tenant_id;
  if not found then
    raise exception 'there is no tenant "%"', tenant_id using errcode = 'TN003', hint = 'Look at the address.';
  end if;
  if v_status <> 'active' then
    raise exception 'tenant "%" is not open', tenant_id
      using errcode = 'TN010', detail = v_status, hint = 'Ask whoever runs the platform.';
  end if;
  perform platform_private.require_schema_version(tenant_id);
  return platform_private.tenant_schema(tenant_id);
end
$$;
comment on function platform_private.active_tenant_schema(text) is 'Schema of an active tenant; raises for any other.';
revoke all on function platform_private.active_tenant_schema(text) from public;
