-- Asks the person of a session to prove anew who they are, before a second factor is set up or removed: an access token alone may be stolen. The
-- attempt counts and locks as one to sign in. Callable by tenantry_auth. Raises TN003 for a session that ended, TN008 for an account without a
-- password, TN010.
create or replace function identity.begin_proof(
  tenant_id text,
  session_id uuid,
  out attempt_id uuid,
  out password_hash text,
  out locked_until timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_email text;
  v_password boolean;
begin
  execute format(
    'select p.email, exists (select from %s c where c.%I = p.id)
       from identity.session_standing($1, $2) s join %s p on p.id = s.person_id', v_realm.credentials, v_realm.person, v_realm.people)
    into v_email, v_password using tenant_id, session_id;
  if v_email is null then
    raise exception 'there is no such session' using errcode = 'TN003', hint = 'Sign in again.';
  end if;
  if not v_password then
    raise exception 'this account signs in without a password'
      using errcode = 'TN008', hint = 'Its issuer asks for a second factor, if there is to be one.';
  end if;
  select b.attempt_id, b.password_hash, b.locked_until into attempt_id, password_hash, locked_until
    from identity.begin_sign_in(tenant_id, v_email) b;
end
$$;
comment on function identity.begin_proof(text, uuid) is 'Counts an attempt to prove anew who one is and answers a hash.';
revoke all on function identity.begin_proof(text, uuid) from public;
grant execute on function identity.begin_proof(text, uuid) to :ROLE_AUTH;
