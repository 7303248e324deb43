-- Row trigger of a tenant's webhook_secrets: that a secret was made, replaced or removed, and never what it is, enters the trail.
create or replace function platform_private.record_webhook_secret()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.record(
    case tg_op when 'INSERT' then 'webhook_secrets.make' when 'UPDATE' then 'webhook_secrets.rotate' else 'webhook_secrets.remove' end,
    case when tg_table_schema ^@ 'tenant_' then substr(tg_table_schema, 8) end,
    'webhook_secrets:' || case tg_op when 'DELETE' then old.webhook else new.webhook end);
  return null;
end
$$;
comment on function platform_private.record_webhook_secret() is 'Trigger: records that a webhook''s secret was made, replaced or removed.';
revoke all on function platform_private.record_webhook_secret() from public;
