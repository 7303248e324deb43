-- Whether a tenant's access tokens are encrypted as well as signed: its setting security.encryptTokens. The platform's own never
-- are. Called by functions only.
create or replace function platform_private.encrypts_tokens(
  tenant_id text
)
returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
           (select t.settings #> '{security,encryptTokens}' = 'true' from platform.tenants t where t.id = encrypts_tokens.tenant_id),
           false)
$$;
comment on function platform_private.encrypts_tokens(text) is 'Are this tenant''s access tokens encrypted?';
revoke all on function platform_private.encrypts_tokens(text) from public;
