-- The section integrations with those webhooks' addresses put back that came as they are shown: whoever reads a tenant and sends the section
-- back with a switch turned has not changed an address. Tolerates any JSON; it is checked afterwards. Called by update_tenant, for tenants
-- that have a schema.
create or replace function platform_private.restored_integrations(
  tenant_id text,
  value jsonb
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_kept jsonb;
begin
  if jsonb_typeof(value -> 'webhooks') is distinct from 'array' then
    return value;
  end if;
  execute format('select s.value from %I.settings s where s.section = ''integrations''', platform_private.tenant_schema(tenant_id)) into v_kept;
  return jsonb_set(value, '{webhooks}', (
    select coalesce(jsonb_agg(coalesce(k.webhook, w.webhook) order by w.place), '[]')
      from jsonb_array_elements(value -> 'webhooks') with ordinality as w (webhook, place)
      left join lateral (
        select w.webhook || jsonb_build_object('url', kept -> 'url')
          from jsonb_array_elements(v_kept -> 'webhooks') with ordinality as e (kept, place)
          join jsonb_array_elements(platform_private.shown_setting('integrations', v_kept) -> 'webhooks') with ordinality as s (shown, place) using (place)
         where kept ->> 'id' = w.webhook ->> 'id' and shown ->> 'url' = w.webhook ->> 'url'
         limit 1
      ) k (webhook) on true
  ));
end
$$;
comment on function platform_private.restored_integrations(text, jsonb) is 'Integrations with the addresses put back that came as they are shown.';
revoke all on function platform_private.restored_integrations(text, jsonb) from public;
