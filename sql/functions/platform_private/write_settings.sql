-- Writes sections of settings, under their names in JSON, into the tenant's own table; null puts a section back to its default.
-- The triggers there check, record and copy them. Sections of the operators are none of its business. Called by
-- update_tenant and provision_tenant, for tenants that have a schema.
create or replace function platform_private.write_settings(
  tenant_id text,
  settings jsonb
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_section text;
  v_value jsonb;
begin
  for v_section, v_value in
    select c.section, case jsonb_typeof(s.value) when 'null' then c.schema -> 'default' else s.value end
      from jsonb_each(settings) s
      join platform.setting_sections c on c.key = s.key and c.held_by = 'tenant'
     order by c.section
  loop
    execute format('update %I.settings set value = $1 where section = $2', platform_private.tenant_schema(tenant_id))
      using v_value, v_section;
  end loop;
end
$$;
comment on function platform_private.write_settings(text, jsonb) is 'Writes sections of settings into the tenant''s own table.';
revoke all on function platform_private.write_settings(text, jsonb) from public;
