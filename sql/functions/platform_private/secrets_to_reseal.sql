-- Signing secrets of webhooks, of all tenants that have a schema, that are sealed under another master key than the installation's; those of
-- before a rotation too, while they sign. Called by the worker's job, which can open and seal.
create or replace function platform_private.secrets_to_reseal()
returns table (
  tenant_id text,
  webhook text,
  sealed text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_header constant bytea := (select i.seal_header from platform.installation i);
begin
  if v_header is null then
    return;
  end if;
  for tenant_id in
    select t.id from platform.tenants t where t.schema_version >= 9 and t.status not in ('purged', 'cancelled', 'failed') order by t.id
  loop
    for webhook, sealed in execute format(
      'select w.webhook::text, s.sealed
         from %I.webhook_secrets w
        cross join lateral (values (w.sealed::text), (case when (to_jsonb(w) ->> ''earlier_until'')::timestamptz > now() then to_jsonb(w) ->> ''earlier'' end)) s (sealed)
        where substr(decode(s.sealed, ''base64''), 1, length($1)) <> $1', platform_private.tenant_schema(tenant_id)) using v_header
    loop
      return next;
    end loop;
  end loop;
end
$$;
comment on function platform_private.secrets_to_reseal() is 'Webhooks'' secrets sealed under an earlier master key.';
revoke all on function platform_private.secrets_to_reseal() from public;
grant execute on function platform_private.secrets_to_reseal() to :ROLE_WORKER;
