-- Text of the tenant stream made ready for one tenant: `:TENANT` becomes its quoted role name, `:SCHEMA` its quoted schema
-- name. The texts are ours, from the registry; no caller's value ever enters them.
create or replace function platform_private.tenant_sql(
  template text,
  schema_name text,
  role_name text
)
returns text
language sql
stable
strict
parallel safe
set search_path = pg_catalog, pg_temp
return replace(replace(template, ':TENANT', quote_ident(role_name)), ':SCHEMA', quote_ident(schema_name));
comment on function platform_private.tenant_sql(text, text, text) is 'A tenant stream text with its names filled in.';
revoke all on function platform_private.tenant_sql(text, text, text) from public;
