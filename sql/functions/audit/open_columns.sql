-- Columns of the tenants' tables of this name whose values stand in events as they are: public and internal ones. Called by what seals.
create or replace function audit.open_columns(
  table_name text
)
returns text[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select c.column_name
      from platform.column_classes c
     where c.table_name = open_columns.table_name and c.class in ('public', 'internal')
       and c.schema_version = (select max(n.schema_version) from platform.column_classes n));
end
$$;
comment on function audit.open_columns(text) is 'Columns whose values are sealed nowhere.';
revoke all on function audit.open_columns(text) from public;
