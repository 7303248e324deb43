-- Tells listeners that an issuer's keys changed: a tenant's id, nothing for the platform. Only a hint, as announce_tenant; fired by
-- the table itself, so that a change by hand is heard like any other.
create or replace function platform_private.announce_keys()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_notify('tenantry_keys', coalesce(case tg_op when 'DELETE' then old.tenant_id else new.tenant_id end, ''));
  return null;
end
$$;
comment on function platform_private.announce_keys() is 'Trigger: NOTIFY tenantry_keys with the tenant''s id.';
revoke all on function platform_private.announce_keys() from public;
