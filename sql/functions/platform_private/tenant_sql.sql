-- Text of the tenant stream made ready for one tenant: `:TENANT` becomes its quoted role name. The texts are ours, from
-- the registry; no caller's value ever enters them.
create or replace function platform_private.tenant_sql(
  template text,
  role_name text
)
returns text
language sql
stable
strict
parallel safe
set search_path = pg_catalog, pg_temp
return replace(template, ':TENANT', quote_ident(role_name));
comment on function platform_private.tenant_sql(text, text) is 'A tenant stream text with the role name filled in.';
revoke all on function platform_private.tenant_sql(text, text) from public;
