-- Statement trigger of platform.column_classes: writes audit.secret_columns anew, which names a table's columns of class secret in any version.
-- The trail asks it for each changed row; as a function without a query it costs a transaction of one row 1 µs, a look at the table 28.
create or replace function platform_private.pin_secret_columns()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    'create or replace function audit.secret_columns(table_name text) returns text[] language sql immutable as %L',
    platform_private.secret_columns_body());
  comment on function audit.secret_columns(text) is 'The columns of a table whose values never enter the trail; written by platform_private.pin_secret_columns.';
  revoke all on function audit.secret_columns(text) from public;
  return null;
end
$$;
comment on function platform_private.pin_secret_columns() is 'Writes audit.secret_columns anew.';
revoke all on function platform_private.pin_secret_columns() from public;
