-- Row trigger: records a change with the values it changed, in the same transaction. The tenant is the schema's, whatever the
-- claims say. Arguments: the columns that name the row; `id` without any. Of a column classed secret only stands that it changed. The
-- statements are few on purpose: each costs a transaction of one row 3 to 30 µs, of some 90 that an event takes.
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
begin
  -- The most frequent change, a row that somebody puts in whom the server let into a tenant: audit.record would write the same.
  if tg_op = 'INSERT' and tg_nargs < 2 and tg_table_schema ^@ 'tenant_' and audit.secret_columns(tg_table_name) is null
     and session_user ^@ (left(':ROLE_WORKER', -6) || 'lane_') and current_setting('log_statement') <> 'all' then
    insert into audit.buffer (source, action, tenant_id, subject, after, detail, actor, actor_role, session_id, request_id, on_behalf_of)
    values (
      'database', tg_table_name || '.insert', substr(tg_table_schema, 8),
      tg_table_name || ':' || (to_jsonb(new) ->> coalesce(tg_argv[0], 'id')), to_jsonb(new) - 'updated_at',
      case when current_setting('tenantry.address', true) <> '' or current_setting('tenantry.tenant_id', true) <> substr(tg_table_schema, 8)
           then audit.stated(substr(tg_table_schema, 8), null) end,
      audit.claimed_actor(),
      nullif(current_setting('tenantry.role', true), ''),
      nullif(current_setting('tenantry.session_id', true), ''),
      nullif(current_setting('tenantry.request_id', true), ''),
      case when current_setting('tenantry.operator_id', true) <> '' and current_setting('tenantry.tenant_id', true) <> ''
           then 'visit:' || nullif(current_setting('tenantry.session_id', true), '') end);
    return null;
  end if;
  if tg_op <> 'INSERT' then
    v_old := to_jsonb(old) - 'updated_at';
  end if;
  if tg_op <> 'DELETE' then
    v_new := to_jsonb(new) - 'updated_at';
  end if;
  if v_old = v_new then
    return null;
  end if;
  if tg_nargs < 2 then
    v_subject := tg_table_name || ':' || (coalesce(v_new, v_old) ->> coalesce(tg_argv[0], 'id'));
  else
    select tg_table_name || ':' || string_agg(coalesce(v_new, v_old) ->> k.name, ',' order by k.place) into v_subject
      from unnest(tg_argv) with ordinality as k (name, place);
  end if;
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, v_new -> o.key)
      into v_old, v_new
      from jsonb_each(v_old) o
     where o.value is distinct from v_new -> o.key;
  end if;
  if coalesce(v_new, v_old) ?| audit.secret_columns(tg_table_name) then
    select v_old || jsonb_object_agg(s.name, '(secret)') filter (where v_old ? s.name),
           v_new || jsonb_object_agg(s.name, '(secret)') filter (where v_new ? s.name)
      into v_old, v_new
      from unnest(audit.secret_columns(tg_table_name)) s (name);
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
