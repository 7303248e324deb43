-- Row trigger of a tenant's settings, after a section was written: history and audit trail get what changed, the registry a
-- copy of the section, all without webhooks' addresses. Signing secrets go with their webhooks, and with the origin of an address: a new
-- receiver gets no secret that another one knows. The copy is announced to nobody: NOTIFY takes a lock that all commits of the database
-- wait for, and this is a write of the data plane.
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
  v_shown_old constant jsonb := platform_private.shown_setting(new.section, v_old);
  v_shown constant jsonb := platform_private.shown_setting(new.section, new.value);
  v_before jsonb;
  v_after jsonb;
begin
  if v_tenant is null or v_old = new.value then
    return null;
  end if;
  select jsonb_object_agg(e.key, e.value) into v_before from jsonb_each(v_shown_old) e where v_old -> e.key is distinct from new.value -> e.key;
  select jsonb_object_agg(e.key, e.value) into v_after from jsonb_each(v_shown) e where new.value -> e.key is distinct from v_old -> e.key;
  update platform.tenants t
     set settings = t.settings || jsonb_build_object(c.key, v_shown), version = t.version + 1, updated_at = now()
    from platform.setting_sections c
   where t.id = v_tenant and c.section = new.section;
  insert into platform.setting_changes (tenant_id, section, version, actor, before, after)
  values (v_tenant, new.section, new.version, audit.actor(), v_before, v_after);
  perform audit.record('settings.update', v_tenant, 'settings:' || new.section, 'ok', v_before, v_after,
                       jsonb_build_object('version', new.version));
  if new.section = 'integrations' then
    execute format('delete from %I.webhook_secrets where not $1 ? webhook', tg_table_schema)
      using (select coalesce(jsonb_agg(w.webhook -> 'id'), '[]')
               from jsonb_array_elements(new.value -> 'webhooks') as w (webhook)
               join jsonb_array_elements(v_old -> 'webhooks') as o (webhook)
                 on o.webhook ->> 'id' = w.webhook ->> 'id'
                and platform_private.url_origin(o.webhook ->> 'url') = platform_private.url_origin(w.webhook ->> 'url'));
  end if;
  return null;
end
$$;
comment on function platform_private.record_setting() is 'Trigger: history, audit and the registry''s copy of a section of settings.';
revoke all on function platform_private.record_setting() from public;
