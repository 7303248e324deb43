-- Signs out: ends the session that a refresh token belongs to. Quiet for a token that is unknown. Callable by tenantry_auth.
create or replace function identity.end_session(
  tenant_id text,
  token_hash text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_session uuid;
  v_person uuid;
begin
  execute format('select s.id, s.%I from %s t join %s s on s.id = t.session_id where t.token_hash = $1',
                 v_realm.person, v_realm.tokens, v_realm.sessions)
    into v_session, v_person using token_hash;
  perform platform_private.speak_as(tenant_id, v_person);
  if platform_private.end_sessions(tenant_id, v_person, 'logout', v_session) > 0 then
    perform audit.record('session.end', tenant_id, split_part(v_realm.people, '.', 2) || ':' || v_person, detail => jsonb_build_object('sessionId', v_session));
  end if;
end
$$;
comment on function identity.end_session(text, text) is 'Ends the session of a refresh token.';
revoke all on function identity.end_session(text, text) from public;
grant execute on function identity.end_session(text, text) to :ROLE_AUTH;
