-- Executes a text of the tenant stream inside one schema, with exactly the path that the tenant's requests have.
-- The path is back on return. One EXECUTE of everything: statement by statement costs the same.
-- Owner's rights; called by the functions that build schemas and by nobody else.
create or replace function platform_private.run_in_schema(
  schema_name text,
  role_name text,
  template text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('search_path', format('%I, tenantry_shared, pg_temp', schema_name), true);
  execute platform_private.tenant_sql(template, schema_name, role_name);
end
$$;
comment on function platform_private.run_in_schema(text, text, text) is 'Runs tenant stream SQL in a schema.';
revoke all on function platform_private.run_in_schema(text, text, text) from public;
