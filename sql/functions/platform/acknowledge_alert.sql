-- Says that somebody has seen to an alert. The first who does so stands on it. May be called by members of tenantry_operator and tenantry_security. Raises
-- TN003.
create or replace function platform.acknowledge_alert(
  id uuid
)
returns platform.alerts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_alert platform.alerts;
begin
  select a.* into v_alert
    from platform.alerts a
   where a.id = acknowledge_alert.id
     and (case when a.tenant_id is null then platform_private.listed_tenants() is null else platform_private.reaches_tenant(a.tenant_id) end)
   for update;
  if not found then
    raise exception 'there is no such alert'
      using errcode = 'TN003', hint = 'List them: select id, message from platform.alerts.';
  end if;
  if v_alert.acknowledged_at is null then
    update platform.alerts a
       set acknowledged_at = now(), acknowledged_by = audit.actor()
     where a.id = v_alert.id
    returning a.* into v_alert;
    perform audit.record('alerts.acknowledge', v_alert.tenant_id, 'alerts:' || v_alert.id, 'ok', null, null, jsonb_build_object('kind', v_alert.kind));
  end if;
  return v_alert;
end
$$;
comment on function platform.acknowledge_alert(uuid) is 'Says that somebody has seen to an alert.';
revoke all on function platform.acknowledge_alert(uuid) from public;
grant execute on function platform.acknowledge_alert(uuid) to :ROLE_OPERATOR, :ROLE_SECURITY;
