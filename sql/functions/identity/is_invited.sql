-- Whether a single-use token is one that can be taken up: asked before any work is done with it. Callable by tenantry_auth. Raises TN003, TN010.
create or replace function identity.is_invited(
  tenant_id text,
  token_hash text
)
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_open boolean;
begin
  execute format('select exists (select from %s i where i.token_hash = $1 and i.accepted_at is null and i.expires_at > now())',
                 (platform_private.realm(tenant_id)).invitations)
    into v_open using token_hash;
  return v_open;
end
$$;
comment on function identity.is_invited(text, text) is 'Whether a token of an invitation or reset can be taken up.';
revoke all on function identity.is_invited(text, text) from public;
grant execute on function identity.is_invited(text, text) to :ROLE_AUTH;
