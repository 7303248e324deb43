-- Ends a sign-in with what the comparison said, once; opens the session when it succeeded. No row else. `refresh_hash` is the
-- SHA-256 of the session's first refresh token. `new_hash` replaces the stored hash: of the same password under newer parameters,
-- or with `is_change` of a new one, which ends the person's other sessions and is an event of its own.
-- A first password (must_change) opens a session that ends with its access token and can't be renewed. Once it has run out it opens nothing,
-- nor can it be changed: `session_id` is null then.
-- Who has a second factor shows it: `step` is the time step that the server found the code to be of, `recovery_hash` of what a recovery code
-- hashes to. With neither, nothing is opened and the attempt counts neither way: `factor_wanted` is true then.
-- Callable by tenantry_auth. Raises TN003, and TN010 when the tenant is not active.
create or replace function identity.finish_sign_in(
  tenant_id text,
  attempt_id uuid,
  succeeded boolean,
  refresh_hash text default null,
  new_hash text default null,
  is_change boolean default false,
  address text default null,
  user_agent text default null,
  step bigint default null,
  recovery_hash text default null
)
returns table (
  person_id uuid,
  email text,
  name text,
  role text,
  session_id uuid,
  must_change boolean,
  factor_wanted boolean
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_email_key text;
  v_offered text;
  v_stored text;
  v_expired boolean := false;
  v_holds boolean := false;
  v_code_wrong boolean := false;
begin
  execute format('select a.email_key, a.offered from %I.sign_in_attempts a where a.id = $1', v_realm.schema_name)
    into v_email_key, v_offered using attempt_id;
  if succeeded then
    execute format(
      'select p.id, p.email::text, p.name::text, p.role::text, c.must_change, coalesce(c.must_change and c.expires_at < now(), false),
              encode(sha256(convert_to(c.password_hash, ''UTF8'')), ''hex'')
         from %s p join %s c on c.%I = p.id where lower(p.email) = $1 and p.status = ''active'' for update',
      v_realm.people, v_realm.credentials, v_realm.person)
      into person_id, email, name, role, must_change, v_expired, v_stored using v_email_key;
    -- The password may have been replaced since its hash was handed out: then what matched was the old one.
    v_holds := v_stored = v_offered and not v_expired;
    factor_wanted := false;
    if v_holds and platform_private.has_second_factor(tenant_id, person_id) then
      if step is null and recovery_hash is null then
        if platform_private.waive_attempt(v_realm.schema_name, attempt_id) then
          perform audit.record('sign_in.challenge', tenant_id, split_part(v_realm.people, '.', 2) || ':' || person_id,
                               detail => jsonb_build_object('address', address));
          factor_wanted := true;
          return next;
        end if;
        return;
      end if;
      v_code_wrong := not platform_private.use_second_factor(tenant_id, person_id, step, recovery_hash);
      v_holds := not v_code_wrong;
    end if;
  end if;
  v_email_key := platform_private.finish_attempt(v_realm.schema_name, attempt_id, coalesce(v_holds, false));
  if v_email_key is null or v_holds is not true then
    if v_email_key is not null then
      perform audit.record('sign_in.refuse', tenant_id, 'email:' || v_email_key, 'refused', detail => jsonb_build_object(
        'code', case when v_expired and v_stored = v_offered then 'FIRST_PASSWORD_EXPIRED' when v_code_wrong then 'BAD_SECOND_FACTOR' else 'BAD_CREDENTIALS' end, 'address', address));
      if v_expired and v_stored = v_offered then
        return next;
      end if;
    end if;
    return;
  end if;
  perform platform_private.speak_as(tenant_id, person_id);
  if new_hash is not null then
    execute format(
      'update %s set password_hash = $2, must_change = must_change and not $3,
              expires_at = case when $3 then null else expires_at end where %I = $1', v_realm.credentials, v_realm.person)
      using person_id, new_hash, is_change;
  end if;
  if is_change then
    must_change := false;
    execute format('delete from %s where %I = $1', v_realm.invitations, v_realm.person) using person_id;
    perform platform_private.end_sessions(tenant_id, person_id, 'password');
    perform audit.record('password.change', tenant_id, split_part(v_realm.people, '.', 2) || ':' || person_id,
                         detail => jsonb_build_object('address', address));
  end if;
  execute format('update %s set last_sign_in_at = now() where id = $1', v_realm.people) using person_id;
  if tenant_id is not null then
    update platform.tenants t
       set last_activity_at = date_trunc('minute', now())
     where t.id = finish_sign_in.tenant_id and t.last_activity_at is distinct from date_trunc('minute', now());
  end if;
  execute format(
    'insert into %s (%I, expires_at, address, user_agent) values ($1, now() + $2, left($3, 64), left($4, 200)) returning id',
    v_realm.sessions, v_realm.person)
    into session_id
    using person_id, case when must_change then interval '15 minutes' else interval '24 hours' end, address, user_agent;
  if not must_change then
    execute format('insert into %s (token_hash, session_id, expires_at) values ($1, $2, now() + interval ''24 hours'')', v_realm.tokens)
      using refresh_hash, session_id;
  end if;
  perform audit.record('sign_in.succeed', tenant_id, split_part(v_realm.people, '.', 2) || ':' || person_id,
                       detail => jsonb_build_object('sessionId', session_id, 'address', address, 'passwordChanged', is_change));
  return next;
end
$$;
comment on function identity.finish_sign_in(text, uuid, boolean, text, text, boolean, text, text, bigint, text) is 'Ends a sign-in and opens the session.';
revoke all on function identity.finish_sign_in(text, uuid, boolean, text, text, boolean, text, text, bigint, text) from public;
grant execute on function identity.finish_sign_in(text, uuid, boolean, text, text, boolean, text, text, bigint, text) to :ROLE_AUTH;
