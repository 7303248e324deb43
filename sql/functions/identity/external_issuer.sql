-- What is known of an issuer in one tenant. No row for an issuer that this tenant did not register, whoever else did. Callable by tenantry_auth.
-- Raises TN003, TN010.
create or replace function identity.external_issuer(
  tenant_id text,
  issuer text
)
returns table (
  id uuid,
  jwks_url text,
  audience text,
  role_claim text,
  role_map jsonb
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.active_tenant_schema(tenant_id);
  return query
    select i.id, i.jwks_url, i.audience, i.role_claim, i.role_map
      from platform.external_issuers i
     where i.tenant_id = external_issuer.tenant_id and i.issuer = external_issuer.issuer;
end
$$;
comment on function identity.external_issuer(text, text) is 'An OpenID issuer that a tenant registered.';
revoke all on function identity.external_issuer(text, text) from public;
grant execute on function identity.external_issuer(text, text) to :ROLE_AUTH;
