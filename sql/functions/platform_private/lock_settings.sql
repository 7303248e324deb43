-- Locks the settings of a tenant that has a schema. Its own administrators lock a section first and the registry's row then;
-- whoever means to change both takes them in this order too. Called by update_tenant. Quiet when there is no such schema.
create or replace function platform_private.lock_settings(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if platform_private.has_schema(tenant_id) then
    execute format('select from %I.settings order by section for update', platform_private.tenant_schema(tenant_id));
  end if;
end
$$;
comment on function platform_private.lock_settings(text) is 'Locks the rows of a tenant''s settings.';
revoke all on function platform_private.lock_settings(text) from public;
