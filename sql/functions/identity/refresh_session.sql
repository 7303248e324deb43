-- Exchanges a refresh token for the next one, once. A token that was exchanged before is in two hands, one of them a thief's: its
-- whole session ends (RFC 9700, 4.14.2). `outcome` is ok, reused, or ended for a token that is unknown, too old or whose session or person
-- is no more. Callable by tenantry_auth. Raises TN003, and TN010 when the tenant is not active.
create or replace function identity.refresh_session(
  tenant_id text,
  token_hash text,
  new_hash text,
  out outcome text,
  out person_id uuid,
  out email text,
  out name text,
  out role text,
  out session_id uuid
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_used_at timestamptz;
  v_open boolean;
begin
  outcome := 'ended';
  execute format(
    'select t.session_id, t.used_at, s.%I, s.ended_at is null and s.expires_at > now() and t.expires_at > now()
       from %s t join %s s on s.id = t.session_id
      where t.token_hash = $1
        for update', v_realm.person, v_realm.tokens, v_realm.sessions)
    into session_id, v_used_at, person_id, v_open using token_hash;
  if session_id is null then
    return;
  end if;
  if v_used_at is not null then
    outcome := 'reused';
    perform platform_private.end_sessions(tenant_id, person_id, 'reuse', session_id);
    perform audit.record('session.reuse', tenant_id, split_part(v_realm.people, '.', 2) || ':' || person_id, 'refused', detail => jsonb_build_object('sessionId', session_id));
    return;
  end if;
  if not v_open then
    return;
  end if;
  execute format('select p.email::text, p.name::text, p.role::text from %s p where p.id = $1 and p.status = ''active''', v_realm.people)
    into email, name, role using person_id;
  if email is null then
    return;
  end if;
  execute format('update %s set used_at = now() where token_hash = $1', v_realm.tokens) using token_hash;
  execute format('update %s set last_used_at = now() where id = $1', v_realm.sessions) using session_id;
  execute format(
    'insert into %s (token_hash, session_id, expires_at) select $1, s.id, s.expires_at from %s s where s.id = $2',
    v_realm.tokens, v_realm.sessions) using new_hash, session_id;
  outcome := 'ok';
end
$$;
comment on function identity.refresh_session(text, text, text) is 'Exchanges a refresh token for the next one.';
revoke all on function identity.refresh_session(text, text, text) from public;
grant execute on function identity.refresh_session(text, text, text) to :ROLE_AUTH;
