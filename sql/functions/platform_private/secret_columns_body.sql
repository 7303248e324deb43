-- The body that audit.secret_columns has to have: the columns classed secret in any version, as constants. Called by pin_secret_columns, and by
-- posture_control_plane, which compares.
create or replace function platform_private.secret_columns_body()
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce('select case table_name ' || string_agg(format('when %L then %L::text[]', s.table_name, s.names), ' ' order by s.table_name) || ' end',
                  'select null::text[]')
    from (select c.table_name, array_agg(distinct c.column_name order by c.column_name) as names
            from platform.column_classes c
           where c.class = 'secret'
           group by c.table_name) s
$$;
comment on function platform_private.secret_columns_body() is 'The body of audit.secret_columns.';
revoke all on function platform_private.secret_columns_body() from public;
