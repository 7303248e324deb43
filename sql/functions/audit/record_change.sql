-- Row trigger: records a change with the values it changed, in the same transaction. The tenant is the schema's, whatever the
-- claims say. Arguments: the columns that name the row; `id` without any. Of a column classed secret only stands that it changed. The
-- statements are few on purpose: each costs a transaction of one row 3 to 30 µs, of some 90 that an event takes; and so are the
-- functions in them, which PostgreSQL makes ready anew for each transaction.
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
  -- The most frequent changes, a row that one of the tenant's own people puts in or changes over the server: audit.record would write the same.
  -- What the claims leave open, a visit, a service or another tenant than the schema's, is left to it. Who has signed in has a role, a session and a
  -- request, so these need no look.
  if tg_op <> 'DELETE' and tg_nargs < 2 and tg_table_schema = 'tenant_' || current_setting('tenantry.tenant_id', true)
     and audit.secret_columns(tg_table_name) is null
     and session_user ^@ (left(':ROLE_WORKER', -6) || 'lane_') and current_setting('log_statement') <> 'all'
     and current_setting('tenantry.user_id', true) <> '' and current_setting('tenantry.operator_id', true) = '' then
    if tg_op = 'INSERT' then
      insert into audit.buffer (source, action, tenant_id, subject, after, actor, actor_role, session_id, request_id)
      select 'database', tg_table_name || '.insert', current_setting('tenantry.tenant_id'),
             tg_table_name || ':' || (n.fields ->> coalesce(tg_argv[0], 'id')), n.fields - 'updated_at',
             'user:' || current_setting('tenantry.user_id'),
             current_setting('tenantry.role', true),
             current_setting('tenantry.session_id', true),
             current_setting('tenantry.request_id', true)
        from (select to_jsonb(new) as fields offset 0) n;
    else
      insert into audit.buffer (source, action, tenant_id, subject, before, after, actor, actor_role, session_id, request_id)
      select 'database', tg_table_name || '.update', current_setting('tenantry.tenant_id'),
             tg_table_name || ':' || (n.fields ->> coalesce(tg_argv[0], 'id')), c.before, c.after,
             'user:' || current_setting('tenantry.user_id'),
             current_setting('tenantry.role', true),
             current_setting('tenantry.session_id', true),
             current_setting('tenantry.request_id', true)
        from (select to_jsonb(new) as fields offset 0) n
       cross join lateral (
               select jsonb_object_agg(o.key, o.value) as before, jsonb_object_agg(o.key, n.fields -> o.key) as after
                 from jsonb_each(to_jsonb(old)) o
                where o.key <> 'updated_at' and o.value is distinct from n.fields -> o.key) c
       where c.before is not null;
    end if;
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
