-- Tells listeners that a tenant's row changed. The payload is an id and only a hint: any role can forge one, so
-- receivers read the row again.
create or replace function platform_private.announce_tenant()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_notify('tenantry_tenant', new.id);
  return null;
end
$$;
comment on function platform_private.announce_tenant() is 'Trigger: NOTIFY tenantry_tenant with the id.';
revoke all on function platform_private.announce_tenant() from public;
