-- Changes the key that signs a tenant's access tokens: the one published ahead takes over at once, tokens of the old one stay
-- good until they expire, and a worker publishes a new next key. Returns the id of the key that signs now. May be called by members of
-- tenantry_operator. Raises TN002 without a reason, TN003, TN004 within two minutes of the next key's publication.
create or replace function platform.rotate_keys(
  id text,
  reason text
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.lock_tenant(id);
  return platform_private.rotate_issuer(id, reason);
end
$$;
comment on function platform.rotate_keys(text, text) is 'Changes the key that signs a tenant''s tokens; those already issued stay good.';
revoke all on function platform.rotate_keys(text, text) from public;
grant execute on function platform.rotate_keys(text, text) to :ROLE_OPERATOR;
