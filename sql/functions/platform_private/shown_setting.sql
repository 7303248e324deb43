-- A section of settings as the registry, its history and the trail keep it: of a webhook's address its origin only. The rest can be a secret
-- in itself, and is the tenant's, which keeps it in its own table. Called by functions only.
create or replace function platform_private.shown_setting(
  section text,
  value jsonb
)
returns jsonb
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select case
    when section = 'integrations' and jsonb_typeof(value -> 'webhooks') = 'array' then jsonb_set(value, '{webhooks}', (
      select coalesce(jsonb_agg(
               case when w.webhook ->> 'url' <> o.origin then w.webhook || jsonb_build_object('url', o.origin || '/…') else w.webhook end
               order by w.place), '[]')
        from jsonb_array_elements(value -> 'webhooks') with ordinality as w (webhook, place)
       cross join lateral (select platform_private.url_origin(w.webhook ->> 'url') as origin) o
    ))
    else value
  end
$$;
comment on function platform_private.shown_setting(text, jsonb) is 'A section of settings without what can be a secret in it.';
revoke all on function platform_private.shown_setting(text, jsonb) from public;
