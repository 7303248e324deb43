-- Row trigger: records a change with the values it changed, in the same transaction. The tenant is the schema's, whatever the
-- claims say. Arguments: the columns that name the row; `id` without any. Of a column classed secret only stands that it changed. One
-- look at the classes costs 5 µs a row, of some 80 that an event takes; a list in the trigger's arguments would be right only
-- until somebody forgets it.
create or replace function audit.record_change()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_old jsonb;
  v_new jsonb;
  v_subject text;
  v_secret text[];
  v_name text;
begin
  if tg_op = 'UPDATE' then
    v_old := to_jsonb(old) - 'updated_at';
    v_new := to_jsonb(new) - 'updated_at';
    if v_old = v_new then
      return null;
    end if;
  elsif tg_op = 'INSERT' then
    v_new := to_jsonb(new) - 'updated_at';
  else
    v_old := to_jsonb(old) - 'updated_at';
  end if;
  if tg_nargs = 0 then
    v_subject := tg_table_name || ':' || (coalesce(v_new, v_old) ->> 'id');
  else
    foreach v_name in array tg_argv loop
      v_subject := coalesce(v_subject || ',', tg_table_name || ':') || (coalesce(v_new, v_old) ->> v_name);
    end loop;
  end if;
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, v_new -> o.key)
      into v_old, v_new
      from jsonb_each(v_old) o
     where o.value is distinct from v_new -> o.key;
  end if;
  select array_agg(c.column_name) into v_secret from platform.column_classes c where c.table_name = tg_table_name and c.class = 'secret';
  if coalesce(v_new, v_old) ?| v_secret then
    select v_old || jsonb_object_agg(s.name, '(secret)') filter (where v_old ? s.name),
           v_new || jsonb_object_agg(s.name, '(secret)') filter (where v_new ? s.name)
      into v_old, v_new
      from unnest(v_secret) s (name);
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
