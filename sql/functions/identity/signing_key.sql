-- The current signing key of a tenant, sealed; null: the platform's. `encryption` is the sealed key with which its tokens are
-- encrypted, null unless `encrypted` says that they are. Callable by tenantry_auth.
create or replace function identity.signing_key(
  tenant_id text
)
returns table (
  kid text,
  alg text,
  sealed bytea,
  encrypted boolean,
  encryption bytea
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.kid, k.alg, k.sealed, mode.encrypted, case when mode.encrypted then k.encryption end
    from platform_private.signing_keys k
   cross join (select platform_private.encrypts_tokens(signing_key.tenant_id) as encrypted) mode
   where k.tenant_id is not distinct from signing_key.tenant_id
     and k.state = 'current'
$$;
comment on function identity.signing_key(text) is 'The sealed current signing key of a tenant or of the platform.';
revoke all on function identity.signing_key(text) from public;
grant execute on function identity.signing_key(text) to :ROLE_AUTH;
