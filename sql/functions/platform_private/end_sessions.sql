-- Ends open sessions of one person, all of them or one, and tells the servers; the access tokens of an ended session stop
-- working with it. `but` stays open. An operator's visits end with any session. Returns how many ended. Called by the functions of schemas identity and platform.
create or replace function platform_private.end_sessions(
  tenant_id text,
  person_id uuid,
  reason text,
  session_id uuid default null,
  but uuid default null
)
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_sessions constant text := (platform_private.realm(tenant_id)).sessions;
  v_person constant text := (platform_private.realm(tenant_id)).person;
  v_session uuid;
  v_count integer := 0;
begin
  for v_session in execute format(
    'update %s set ended_at = now(), ended_because = $2
      where %I = $1 and ended_at is null and ($3 is null or id = $3) and id is distinct from $4
     returning id', v_sessions, v_person) using person_id, reason, session_id, but
  loop
    perform platform_private.announce_session(tenant_id, v_session);
    v_count := v_count + 1;
  end loop;
  if tenant_id is null and v_count > 0 then
    perform platform_private.end_visits('session_ended', operator_id => person_id);
  end if;
  return v_count;
end
$$;
comment on function platform_private.end_sessions(text, uuid, text, uuid, uuid) is 'Ends open sessions of a person.';
revoke all on function platform_private.end_sessions(text, uuid, text, uuid, uuid) from public;
