-- Refuses an operator below admin what a tenant with a schema decides for itself: where its events go, and how many must approve an agreement.
-- Settings are checked before, and the section's rows are locked. Called by update_tenant. Raises TN009 with the path as `column`.
create or replace function platform_private.require_own_settings(
  tenant_id text,
  settings jsonb
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_at text;
begin
  if platform_private.acts_as_admin() then
    return;
  end if;
  execute format(
    'select case c.key when ''integrations'' then ''settings.integrations'' else ''settings.businessRules.approvalsRequired'' end
       from %I.settings s
       join platform.setting_sections c on c.section = s.section
      cross join lateral (select coalesce(nullif($1 -> c.key, ''null''), c.schema -> ''default'') as value) given
      where $1 ? c.key
        and case c.key when ''integrations'' then given.value <> s.value
                       when ''businessRules'' then coalesce(given.value -> ''approvalsRequired'', ''1'') <> coalesce(s.value -> ''approvalsRequired'', ''1'') end
      limit 1', platform_private.tenant_schema(tenant_id))
    into v_at using settings;
  if v_at is not null then
    raise exception 'this setting is changed by the tenant''s own administrators, or by an admin of the platform'
      using errcode = 'TN009', column = v_at, hint = 'Ask one of them.';
  end if;
end
$$;
comment on function platform_private.require_own_settings(text, jsonb) is 'Refuses an operator below admin settings that a tenant decides for itself.';
revoke all on function platform_private.require_own_settings(text, jsonb) from public;
