-- Takes an invitation or a reset up, once: stores the hash of the password chosen, activates who was invited, ends the person's sessions and
-- lifts a lock. That a password was set is an event of its own, which says by what. Returns the e-mail; null for a token that is unknown,
-- used or too old. Callable by tenantry_auth. Raises TN003, TN010.
create or replace function identity.accept_invitation(
  tenant_id text,
  token_hash text,
  password_hash text
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_person uuid;
  v_purpose text;
  v_email text;
begin
  execute format(
    'update %s i set accepted_at = now(), token_hash = null
      where i.token_hash = $1 and i.accepted_at is null and i.expires_at > now()
     returning i.%I, i.purpose', v_realm.invitations, v_realm.person)
    into v_person, v_purpose using token_hash;
  execute format(
    'update %s p set status = ''active'' where p.id = $1 and p.status in (''invited'', ''active'') returning p.email::text', v_realm.people)
    into v_email using v_person;
  if v_email is null then
    return null;
  end if;
  perform platform_private.speak_as(tenant_id, v_person);
  execute format(
    'insert into %s (%2$I, password_hash, must_change) values ($1, $2, false)
     on conflict (%2$I) do update set password_hash = excluded.password_hash, must_change = false, expires_at = null',
    v_realm.credentials, v_realm.person) using v_person, password_hash;
  perform platform_private.end_sessions(tenant_id, v_person, 'password');
  execute format('delete from %I.sign_in_locks where email_key = lower($1)', v_realm.schema_name) using v_email;
  perform audit.record('invitation.accept', tenant_id, split_part(v_realm.people, '.', 2) || ':' || v_person);
  perform audit.record('password.set', tenant_id, split_part(v_realm.people, '.', 2) || ':' || v_person,
                       detail => jsonb_build_object('mustChange', false, 'by', v_purpose));
  return v_email;
end
$$;
comment on function identity.accept_invitation(text, text, text) is 'Takes an invitation or a reset up.';
revoke all on function identity.accept_invitation(text, text, text) from public;
grant execute on function identity.accept_invitation(text, text, text) to :ROLE_AUTH;
