-- Tells the servers that what is locked down has changed. Says nothing of what: they read it.
create or replace function platform_private.announce_lock_down()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_notify('tenantry_lock_down', '');
  return null;
end
$$;
comment on function platform_private.announce_lock_down() is 'Trigger: NOTIFY tenantry_lock_down.';
revoke all on function platform_private.announce_lock_down() from public;
