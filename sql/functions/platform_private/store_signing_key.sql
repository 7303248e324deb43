-- Keeps a signing key of a tenant, sealed; without tenant one of the platform. It becomes the current key if there is none, else
-- the next; with both there it is not kept, and false is returned. `encryption` is the sealed key that encrypts tokens, if they are to
-- be. Raises TN003, and TN004 for a tenant that came to nothing or is purged. Called by the worker and the migrator, which make keys.
create or replace function platform_private.store_signing_key(
  tenant_id text,
  kid text,
  alg text,
  public_jwk jsonb,
  sealed bytea,
  encryption bytea default null
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_status text;
  v_state text;
begin
  if tenant_id is not null then
    v_status := (platform_private.lock_tenant(tenant_id)).status;
    if v_status in ('failed', 'cancelled', 'purged') then
      raise exception 'tenant "%" is %, it gets no keys', tenant_id, v_status
        using errcode = 'TN004', hint = 'Keys are made for tenants that are being provisioned or have been.';
    end if;
  end if;
  select case when not coalesce(bool_or(k.state = 'current'), false) then 'current'
              when not coalesce(bool_or(k.state = 'next'), false) then 'next' end
    into v_state
    from platform_private.signing_keys k
   where k.tenant_id is not distinct from store_signing_key.tenant_id;
  if v_state is null then
    return false;
  end if;
  insert into platform_private.signing_keys (kid, tenant_id, alg, state, public_jwk, sealed, encryption)
  values (kid, tenant_id, alg, v_state, public_jwk, sealed, encryption)
  on conflict do nothing;
  return found;
end
$$;
comment on function platform_private.store_signing_key(text, text, text, jsonb, bytea, bytea) is 'Stores a sealed signing key as the current or the next.';
revoke all on function platform_private.store_signing_key(text, text, text, jsonb, bytea, bytea) from public;
grant execute on function platform_private.store_signing_key(text, text, text, jsonb, bytea, bytea) to :ROLE_WORKER;
