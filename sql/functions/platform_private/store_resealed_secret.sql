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
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_column text;
begin
  foreach v_column in array case when v_tenant.schema_version >= 10 then '{sealed,earlier}' else '{sealed}' end::text[] loop
    execute format('update %I.webhook_secrets set %2$I = $3 where webhook = $1 and %2$I = $2', platform_private.tenant_schema(tenant_id), v_column)
      using webhook, opened, sealed;
  end loop;
end
$$;
comment on function platform_private.store_resealed_secret(text, text, text, text) is 'Replaces a webhook''s secret by the newly sealed one.';
revoke all on function platform_private.store_resealed_secret(text, text, text, text) from public;
grant execute on function platform_private.store_resealed_secret(text, text, text, text) to :ROLE_WORKER;
