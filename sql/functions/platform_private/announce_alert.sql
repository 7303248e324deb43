-- Tells listeners that there is an alert, or that one was acknowledged. As announce_tenant: an id, and only a hint.
create or replace function platform_private.announce_alert()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_notify('tenantry_alert', new.id::text);
  return null;
end
$$;
comment on function platform_private.announce_alert() is 'Trigger: NOTIFY tenantry_alert with the alert''s id.';
revoke all on function platform_private.announce_alert() from public;
