-- Ends what begin_proof began, with what the server's comparison said. Returns whose session it is if the proof holds, else nothing, and the
-- failure stays counted like one at sign-in. From then on the transaction speaks for that person. Called by the functions that change a
-- second factor.
create or replace function platform_private.finish_proof(
  tenant_id text,
  session_id uuid,
  attempt_id uuid,
  succeeded boolean
)
returns uuid
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_person constant uuid := (select s.person_id from identity.session_standing(tenant_id, session_id) s);
  v_holds boolean;
begin
  -- The attempt must be this person's, and the password still the one whose hash was handed out.
  execute format(
    'select $3 and encode(sha256(convert_to(c.password_hash, ''UTF8'')), ''hex'') = a.offered
       from %s p join %s c on c.%I = p.id join %I.sign_in_attempts a on a.email_key = left(lower(p.email), 254)
      where p.id = $1 and a.id = $2', v_realm.people, v_realm.credentials, v_realm.person, v_realm.schema_name)
    into v_holds using v_person, attempt_id, succeeded;
  if platform_private.finish_attempt(v_realm.schema_name, attempt_id, coalesce(v_holds, false)) is null or v_holds is not true then
    perform audit.record('second_factor.refuse', tenant_id, split_part(v_realm.people, '.', 2) || ':' || v_person, 'refused',
                         detail => jsonb_build_object('sessionId', session_id));
    return null;
  end if;
  perform platform_private.speak_as(tenant_id, v_person);
  return v_person;
end
$$;
comment on function platform_private.finish_proof(text, uuid, uuid, boolean) is 'Ends a proof; whose it is, if it holds.';
revoke all on function platform_private.finish_proof(text, uuid, uuid, boolean) from public;
