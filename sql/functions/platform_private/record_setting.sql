-- Row trigger of a tenant's settings, after a section was written: history and audit trail get what changed, the registry a
-- copy of the section, and signing secrets of webhooks that are gone go too. The copy is announced to nobody: NOTIFY takes a
-- lock that all commits of the database wait for, and this is a write of the data plane.
create or replace function platform_private.record_setting()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant text := case when tg_table_schema ^@ 'tenant_' then substr(tg_table_schema, 8) end;
  v_old constant jsonb := case tg_op when 'UPDATE' then old.value else '{}' end;
  v_before jsonb;
  v_after jsonb;
begin
  if v_tenant is null or v_old = new.value then
    return null;
  end if;
  select jsonb_object_agg(e.key, e.value) into v_before from jsonb_each(v_old) e where e.value is distinct from new.value -> e.key;
  select jsonb_object_agg(e.key, e.value) into v_after from jsonb_each(new.value) e where e.value is distinct from v_old -> e.key;
  update platform.tenants t
     set settings = t.settings || jsonb_build_object(c.key, new.value), version = t.version + 1, updated_at = now()
    from platform.setting_sections c
   where t.id = v_tenant and c.section = new.section;
  insert into platform.setting_changes (tenant_id, section, version, actor, before, after)
  values (v_tenant, new.section, new.version, audit.actor(), v_before, v_after);
  perform audit.record('settings.update', v_tenant, 'settings:' || new.section, 'ok', v_before, v_after,
                       jsonb_build_object('version', new.version));
  if new.section = 'integrations' then
    execute format('delete from %I.webhook_secrets where not $1 ? webhook', tg_table_schema)
      using (select coalesce(jsonb_agg(w.webhook -> 'id'), '[]')
               from jsonb_array_elements(new.value -> 'webhooks') as w (webhook));
  end if;
  return null;
end
$$;
comment on function platform_private.record_setting() is 'Trigger: history, audit and the registry''s copy of a section of settings.';
revoke all on function platform_private.record_setting() from public;
