-- Statement trigger of platform.column_classes: writes audit.secret_columns anew, which names a table's columns of class secret in any version.
-- The trail asks it for each changed row; as a function without a query it costs a transaction of one row 1 µs, a look at the table 28.
create or replace function platform_private.pin_secret_columns()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_cases text;
begin
  select string_agg(format('when %L then %L::text[]', s.table_name, s.names), ' ' order by s.table_name) into v_cases
    from (
      select c.table_name, array_agg(distinct c.column_name order by c.column_name) as names
        from platform.column_classes c
       where c.class = 'secret'
       group by c.table_name
    ) s;
  execute format(
    'create or replace function audit.secret_columns(table_name text) returns text[] language sql immutable as %L',
    coalesce('select case table_name ' || v_cases || ' end', 'select null::text[]'));
  comment on function audit.secret_columns(text) is 'The columns of a table whose values never enter the trail; written by platform_private.pin_secret_columns.';
  revoke all on function audit.secret_columns(text) from public;
  return null;
end
$$;
comment on function platform_private.pin_secret_columns() is 'Writes audit.secret_columns anew.';
revoke all on function platform_private.pin_secret_columns() from public;
