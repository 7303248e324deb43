-- Whose e-mail a single-use token is for, if it can be taken up: asked before any work is done with it, and for what the password must not be. Null
-- for any other token. Callable by tenantry_auth. Raises TN003, TN010.
create or replace function identity.invited_email(
  tenant_id text,
  token_hash text
)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_email text;
begin
  execute format('select p.email::text from %s i join %s p on p.id = i.%I where i.token_hash = $1 and i.accepted_at is null and i.expires_at > now()',
                 v_realm.invitations, v_realm.people, v_realm.person)
    into v_email using token_hash;
  return v_email;
end
$$;
comment on function identity.invited_email(text, text) is 'E-mail that an invitation or reset is for, if it can be taken up.';
revoke all on function identity.invited_email(text, text) from public;
grant execute on function identity.invited_email(text, text) to :ROLE_AUTH;
