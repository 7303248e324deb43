-- Row trigger: records a change with the values it changed, in the same transaction. The tenant is the schema's, whatever the
-- claims say. Arguments: the columns that name
-- the row; `id` without any.
create or replace function audit.record_change()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - 'updated_at' end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - 'updated_at' end;
  v_names text[] := case when tg_nargs = 0 then array['id'] else tg_argv end;
  v_subject text;
begin
  select tg_table_name || ':' || string_agg(coalesce(v_new, v_old) ->> n.name, ',' order by n.position)
    into v_subject
    from unnest(v_names) with ordinality as n (name, position);
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, v_new -> o.key)
      into v_old, v_new
      from jsonb_each(v_old) o
     where o.value is distinct from v_new -> o.key;
    if v_old is null then
      return null;
    end if;
  end if;
  perform audit.record(
    tg_table_name || '.' || lower(tg_op),
    case when tg_table_schema ^@ 'tenant_' then substr(tg_table_schema, 8) end,
    v_subject, 'ok', v_old, v_new);
  return null;
end
$$;
comment on function audit.record_change() is 'Row trigger: records what a change changed.';
revoke all on function audit.record_change() from public;
