-- Row trigger on operators: what follow_user is to a tenant's users. Visits end, whatever changed: another role may enter less. A message that
-- was on its way is void; whoever becomes `invited` again gets another.
create or replace function platform_private.follow_operator()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_session uuid;
begin
  perform platform_private.end_visits('operator_changed', operator_id => new.id);
  if new.status <> 'active' then
    perform platform_private.end_sessions(null, new.id, 'disabled');
    delete from platform_private.operator_invitations i where i.operator_id = new.id;
    if new.status = 'invited' then
      perform platform_private.open_invitation(null, new.id, 'invitation');
      perform jobs.enqueue('invitation__send', jsonb_build_object('tenantId', null, 'personId', new.id), 'invitation::' || new.id);
    end if;
  else
    for v_session in select s.id from platform_private.operator_sessions s where s.operator_id = new.id and s.ended_at is null loop
      perform platform_private.announce_session(null, v_session);
    end loop;
  end if;
  return null;
end
$$;
comment on function platform_private.follow_operator() is 'Trigger: ends or announces the sessions of an operator who changed.';
revoke all on function platform_private.follow_operator() from public;
