-- Puts a newly sealed webhook's secret in the place of the one that the job opened; quiet when it was replaced meanwhile. Called by the
-- worker. Raises TN003.
create or replace function platform_private.store_resealed_secret(
  tenant_id text,
  webhook text,
  opened text,
  sealed text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.lock_tenant(tenant_id);
  execute format('update %I.webhook_secrets set sealed = $3 where webhook = $1 and sealed = $2', platform_private.tenant_schema(tenant_id))
    using webhook, opened, sealed;
end
$$;
comment on function platform_private.store_resealed_secret(text, text, text, text) is 'Replaces a webhook''s secret by the newly sealed one.';
revoke all on function platform_private.store_resealed_secret(text, text, text, text) from public;
grant execute on function platform_private.store_resealed_secret(text, text, text, text) to :ROLE_WORKER;
