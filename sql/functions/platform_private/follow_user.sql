-- Row trigger on a tenant's users: who is disabled, removed or given another address has no session any more, and a changed role is looked up again by
-- the servers. The second factor goes with its user. The one place where a change of the data plane notifies: rare, and it must take effect at once.
create or replace function platform_private.follow_user()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_moved constant boolean := tg_op = 'UPDATE' and lower(old.email) <> lower(new.email);
  v_ends constant boolean := tg_op = 'DELETE' or new.status <> 'active' or v_moved;
  v_session uuid;
begin
  for v_session in execute format(
    'update %1$I.user_sessions
        set ended_at = case when $2 then now() end, ended_because = case when $2 then ''disabled'' end
      where user_id = $1 and ended_at is null
     returning id', tg_table_schema) using old.id, v_ends
  loop
    perform platform_private.announce_session(substr(tg_table_schema, 8), v_session);
  end loop;
  if tg_op = 'DELETE' then
    delete from platform_private.second_factors f where f.tenant_id = substr(tg_table_schema, 8) and f.person_id = old.id;
  end if;
  if v_moved then
    execute format('delete from %I.user_invitations where user_id = $1', tg_table_schema) using new.id;
    if new.status = 'invited' then
      perform platform_private.invite(tg_table_schema, new.id);
    end if;
  end if;
  return case when tg_op = 'DELETE' then old else null end;
end
$$;
comment on function platform_private.follow_user() is 'Trigger: ends or announces the sessions of a user who changed.';
revoke all on function platform_private.follow_user() from public;
