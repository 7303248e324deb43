-- Refuses settings, section by section under their names in JSON, unless each is known and accepted. With `null_resets` a null
-- is accepted too. Raises TN002 with the path as `column`. Called by create_tenant and update_tenant.
create or replace function platform_private.require_settings(
  settings jsonb,
  null_resets boolean
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_key text;
  v_value jsonb;
  v_section text;
begin
  if jsonb_typeof(settings) is distinct from 'object' then
    raise exception 'settings are an object'
      using errcode = 'TN002', column = 'settings', hint = 'For example: {"features": {"artworkReview": true}}.';
  end if;
  for v_key, v_value in select s.key, s.value from jsonb_each(settings) s loop
    select c.section into v_section from platform.setting_sections c where c.key = v_key;
    if not found then
      raise exception 'there is no section of settings of this name'
        using errcode = 'TN002', column = 'settings.' || left(v_key, 100),
          hint = 'Sections: branding, businessRules, integrations, features, security.';
    end if;
    if not (null_resets and jsonb_typeof(v_value) = 'null') then
      perform platform_private.require_setting(v_section, v_value);
    end if;
  end loop;
end
$$;
comment on function platform_private.require_settings(jsonb, boolean) is 'Refuses settings with a section that is unknown or not accepted.';
revoke all on function platform_private.require_settings(jsonb, boolean) from public;
