-- Public keys with which tokens of a tenant may be checked; null: the platform's. Revoked keys are not among them. Where tokens are
-- encrypted, each comes with the sealed key that opens them. The current key is the first. Callable by tenantry_auth.
create or replace function identity.verification_keys(
  tenant_id text
)
returns table (
  kid text,
  public_jwk jsonb,
  state text,
  encrypted boolean,
  encryption bytea
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.kid, k.public_jwk, k.state, mode.encrypted, case when mode.encrypted then k.encryption end
    from platform_private.signing_keys k
   cross join (select platform_private.encrypts_tokens(verification_keys.tenant_id) as encrypted) mode
   where k.tenant_id is not distinct from verification_keys.tenant_id
     and k.state <> 'revoked'
   order by k.state, k.state_since desc
$$;
comment on function identity.verification_keys(text) is 'Public signing keys of a tenant or of the platform.';
revoke all on function identity.verification_keys(text) from public;
grant execute on function identity.verification_keys(text) to :ROLE_AUTH;
