-- Tells listeners that a tenant's provisioning or proof moved on, or that a proof was given up. As announce_tenant: an id, and only a hint.
create or replace function platform_private.announce_run()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_notify('tenantry_run', coalesce(new.tenant_id, old.tenant_id));
  return null;
end
$$;
comment on function platform_private.announce_run() is 'Trigger: NOTIFY tenantry_run with the tenant''s id.';
revoke all on function platform_private.announce_run() from public;
