-- Keeps a tenant's first signing key, sealed; without tenant the platform's own. Idempotent: an existing current key
-- stays and false is returned. Raises TN003, and TN004 unless the tenant is provisioning. Called by the worker and the migrator, which make keys.
create or replace function platform_private.store_signing_key(
  tenant_id text,
  kid text,
  alg text,
  public_jwk jsonb,
  sealed bytea
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tenant_id is not null and (platform_private.lock_tenant(tenant_id)).status <> 'provisioning' then
    raise exception 'tenant "%" is not being provisioned', tenant_id
      using errcode = 'TN004', hint = 'It was cancelled or has its key already.';
  end if;
  insert into platform_private.signing_keys (kid, tenant_id, alg, public_jwk, sealed)
  values (kid, tenant_id, alg, public_jwk, sealed)
  on conflict do nothing;
  return found;
end
$$;
comment on function platform_private.store_signing_key(text, text, text, jsonb, bytea) is 'Stores a sealed signing key unless there is a current one.';
revoke all on function platform_private.store_signing_key(text, text, text, jsonb, bytea) from public;
grant execute on function platform_private.store_signing_key(text, text, text, jsonb, bytea) to :ROLE_WORKER;
