-- Gives a schema that was just built the settings with which its tenant was created, and the registry a copy of those that were
-- not given, as it keeps them: without webhooks' addresses. Called by provision_tenant.
create or replace function platform_private.adopt_settings(
  tenant_id text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_all jsonb;
begin
  perform platform_private.write_settings(tenant_id, (select t.settings from platform.tenants t where t.id = adopt_settings.tenant_id));
  execute format(
    'select jsonb_object_agg(c.key, platform_private.shown_setting(s.section, s.value)) from %I.settings s join platform.setting_sections c on c.section = s.section',
    platform_private.tenant_schema(tenant_id)
  ) into v_all;
  update platform.tenants t set settings = t.settings || coalesce(v_all, '{}') where t.id = adopt_settings.tenant_id;
end
$$;
comment on function platform_private.adopt_settings(text) is 'Settings of a new tenant: from its creation into its schema, and back as a copy.';
revoke all on function platform_private.adopt_settings(text) from public;
