-- Ends one session of the person whose session `own` is. False when that person has no such open session. Callable by
-- tenantry_auth.
create or replace function identity.revoke_session(
  tenant_id text,
  own uuid,
  session_id uuid
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_person constant uuid := (select s.person_id from identity.session_standing(tenant_id, own) s);
begin
  perform platform_private.speak_as(tenant_id, v_person);
  if platform_private.end_sessions(tenant_id, v_person, 'revoked', session_id) = 0 then
    return false;
  end if;
  perform audit.record('session.revoke', tenant_id, case when tenant_id is null then 'operators:' else 'users:' end || v_person, detail => jsonb_build_object('sessionId', session_id));
  return true;
end
$$;
comment on function identity.revoke_session(text, uuid, uuid) is 'Ends one of one''s own sessions.';
revoke all on function identity.revoke_session(text, uuid, uuid) from public;
grant execute on function identity.revoke_session(text, uuid, uuid) to :ROLE_AUTH;
