-- Changes a tenant's name, description, domain, tier or settings: a section given is replaced whole, null puts it back to its
-- default. Sections that the tenant holds are written into its own table, whose triggers copy them onto the row here. Addresses of webhooks may
-- be given as they are shown. Counts the version up by one. An operator below admin changes neither integrations nor approvalsRequired.
-- With `expected_version` it refuses to overwrite somebody else's change (TN006). May be called by members of
-- tenantry_operator. Raises TN001, TN002 with the field as `column`, TN003, TN004 for a tenant that is gone, TN006, TN009.
create or replace function platform.update_tenant(
  id text,
  patch jsonb,
  expected_version integer default null
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
  v_before jsonb;
  v_after jsonb;
  v_settings jsonb;
  v_security jsonb;
  v_key text;
  v_constraint text;
begin
  if patch ? 'settings' then
    perform platform_private.lock_settings(id);
  end if;
  v_tenant := platform_private.lock_tenant(id);
  v_security := v_tenant.settings -> 'security';
  v_before := platform_private.tenant_facts(v_tenant);
  if v_tenant.status in ('purged', 'cancelled') then
    raise exception 'tenant "%" is %, it can no longer be changed', id, v_tenant.status
      using errcode = 'TN004', hint = 'Create a new tenant.';
  end if;
  if v_tenant.version <> expected_version then
    raise exception 'tenant "%" was changed meanwhile', id
      using errcode = 'TN006', detail = format('It is at version %s, not %s.', v_tenant.version, expected_version),
            hint = 'Read it again and repeat the change.';
  end if;
  if jsonb_typeof(patch) is distinct from 'object' then
    raise exception 'a change is an object' using errcode = 'TN002', column = 'patch', hint = 'For example: {"name": "New"}.';
  end if;
  if patch ? 'settings' then
    if platform_private.has_schema(id) and patch -> 'settings' ? 'integrations' then
      patch := jsonb_set(patch, '{settings,integrations}', platform_private.restored_integrations(id, patch #> '{settings,integrations}'));
    end if;
    perform platform_private.require_settings(patch -> 'settings', true);
    v_settings := patch -> 'settings';
    if platform_private.has_schema(id) then
      perform platform_private.require_own_settings(id, patch -> 'settings');
      select jsonb_object_agg(s.key, s.value) into v_settings
        from jsonb_each(v_settings) s
        join platform.setting_sections c on c.key = s.key and c.held_by = 'operators';
    end if;
  end if;
  for v_key in select k from jsonb_object_keys(patch) as k loop
    if v_key not in ('name', 'description', 'domain', 'tier', 'settings') then
      raise exception 'there is no field "%" to change', v_key
        using errcode = 'TN002', column = v_key, hint = 'Fields: name, description, domain, tier, settings.';
    end if;
  end loop;
  if (patch ->> 'tier') <> v_tenant.tier and 'dedicated' in (patch ->> 'tier', v_tenant.tier) then
    raise exception 'the tier dedicated is chosen when a tenant is created'
      using errcode = 'TN002', column = 'tier', hint = 'Its lane is its own; create the tenant anew or keep the tier.';
  end if;
  begin
    update platform.tenants t
       set name = case when patch ? 'name' then btrim(patch ->> 'name') else t.name end,
           description = case when patch ? 'description' then patch ->> 'description' else t.description end,
           domain = case when patch ? 'domain' then lower(patch ->> 'domain') else t.domain end,
           tier = case when patch ? 'tier' then patch ->> 'tier' else t.tier end,
           settings = case when v_settings is null then t.settings else (
             select coalesce(jsonb_object_agg(s.key, s.value), '{}')
               from jsonb_each(t.settings || v_settings) s
              where jsonb_typeof(s.value) <> 'null'
           ) end,
           version = t.version + 1,
           updated_at = now()
     where t.id = update_tenant.id
    returning * into v_tenant;
  exception
    when unique_violation then
      get stacked diagnostics v_constraint = constraint_name;
      raise exception 'another tenant has this %', split_part(v_constraint, '_', 2)
        using errcode = 'TN001', column = split_part(v_constraint, '_', 2), hint = 'Choose another.';
    when check_violation or not_null_violation then
      get stacked diagnostics v_constraint = constraint_name, v_key = column_name;
      raise exception 'this value is not accepted'
        using errcode = 'TN002', column = coalesce(nullif(v_key, ''), split_part(v_constraint, '_', 2)),
              hint = 'The accepted values stand in the OpenAPI document and in the comments of platform.tenants.';
  end;
  if v_tenant.settings -> 'security' is distinct from v_security then
    insert into platform.setting_changes (tenant_id, section, version, actor, before, after)
    values (id, 'security', v_tenant.version, audit.actor(), v_security, v_tenant.settings -> 'security');
    perform audit.record('settings.update', id, 'settings:security', 'ok', v_security, v_tenant.settings -> 'security');
  end if;
  v_after := platform_private.tenant_facts(v_tenant);
  if v_after <> v_before then
    perform audit.record('tenants.update', id, 'tenants:' || id, 'ok',
                         (select jsonb_object_agg(b.key, b.value) from jsonb_each(v_before) b where b.value <> v_after -> b.key),
                         (select jsonb_object_agg(a.key, a.value) from jsonb_each(v_after) a where a.value <> v_before -> a.key));
  end if;
  if patch ? 'settings' and platform_private.has_schema(id) then
    perform platform_private.write_settings(id, patch -> 'settings');
    -- Each section counted as well; one call is one change.
    update platform.tenants t set version = v_tenant.version where t.id = update_tenant.id returning * into v_tenant;
  end if;
  return v_tenant;
end
$$;
comment on function platform.update_tenant(text, jsonb, integer) is 'Changes a tenant''s name, description, domain, tier or settings.';
revoke all on function platform.update_tenant(text, jsonb, integer) from public;
grant execute on function platform.update_tenant(text, jsonb, integer) to :ROLE_OPERATOR;
