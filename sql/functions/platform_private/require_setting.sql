-- Refuses a section of settings that its schema does not accept. Raises TN002 with the path as `column`, such as
-- settings.businessRules.approvalsRequired. Called by functions only.
create or replace function platform_private.require_setting(
  section text,
  value jsonb
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema platform.setting_sections;
  v_at text;
  v_flaw text;
begin
  select * into v_schema from platform.setting_sections s where s.section = require_setting.section;
  if not found then
    raise exception 'no schema is registered for the settings of section %', section
      using errcode = 'TN014', hint = 'Run the migrator.';
  end if;
  select f.at, f.flaw into v_at, v_flaw
    from platform_private.setting_flaw(v_schema.schema, value, 'settings.' || v_schema.key) f;
  if v_flaw is null and section = 'integrations' then
    select format('settings.integrations.webhooks.%s.id', max(w.place) - 1), 'must be unique' into v_at, v_flaw
      from jsonb_array_elements(value -> 'webhooks') with ordinality as w (webhook, place)
     group by w.webhook ->> 'id'
    having count(*) > 1
     limit 1;
  end if;
  if v_flaw is null and section = 'integrations' then
    select format('settings.integrations.webhooks.%s.url', w.place - 1), 'is an address as it is shown, without its path; give the whole one' into v_at, v_flaw
      from jsonb_array_elements(value -> 'webhooks') with ordinality as w (webhook, place)
     where right(w.webhook ->> 'url', 2) = '/…'
     limit 1;
  end if;
  if v_flaw is not null then
    raise exception 'a setting is not accepted: % %', v_at, v_flaw
      using errcode = 'TN002', column = v_at,
        hint = 'The accepted form: select schema from platform.setting_sections, or GET /api/v1/settings/schemas.';
  end if;
end
$$;
comment on function platform_private.require_setting(text, jsonb) is 'Refuses a section of settings that its schema does not accept.';
revoke all on function platform_private.require_setting(text, jsonb) from public;
