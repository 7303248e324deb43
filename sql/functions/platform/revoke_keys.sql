-- Emergency: every key of a tenant is revoked in this transaction, and with its commit each access token of the tenant is refused
-- (TOKEN_INVALID). A worker makes new keys within a moment; until then signing in answers UNAVAILABLE. Returns how many keys were
-- revoked. May be called by members of tenantry_operator and tenantry_security. Raises TN002 without a reason, TN003.
create or replace function platform.revoke_keys(
  id text,
  reason text
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.lock_tenant(id);
  return platform_private.revoke_issuer(id, reason);
end
$$;
comment on function platform.revoke_keys(text, text) is 'Emergency: revokes every key of a tenant, and so each of its tokens, at once.';
revoke all on function platform.revoke_keys(text, text) from public;
grant execute on function platform.revoke_keys(text, text) to :ROLE_OPERATOR, :ROLE_SECURITY;
