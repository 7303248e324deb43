-- Ends a sign-in with what the comparison said, once; opens the session when it succeeded. No row else. `refresh_hash` is the
-- SHA-256 of the session's first refresh token. `new_hash` replaces the stored hash: of the same password under newer parameters,
-- or with `is_change` of a new one, which ends the person's other sessions.
-- A first password (must_change) opens a session that ends with its access token and can't be renewed, and works until it runs out:
-- `session_id` is null then. Callable by tenantry_auth. Raises TN003, and TN010 when the tenant is not active.
create or replace function identity.finish_sign_in(
  tenant_id text,
  attempt_id uuid,
  succeeded boolean,
  refresh_hash text default null,
  new_hash text default null,
  is_change boolean default false,
  address text default null,
  user_agent text default null
)
returns table (
  person_id uuid,
  email text,
  name text,
  role text,
  session_id uuid,
  must_change boolean
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_email_key constant text := platform_private.finish_attempt(v_realm.schema_name, attempt_id, succeeded);
  v_expires_at timestamptz;
begin
  if v_email_key is not null and succeeded then
    execute format(
      'select p.id, p.email::text, p.name::text, p.role::text, c.must_change, c.expires_at
         from %s p join %s c on c.%I = p.id where lower(p.email) = $1 and p.status = ''active'' for update of p',
      v_realm.people, v_realm.credentials, v_realm.person)
      into person_id, email, name, role, must_change, v_expires_at using v_email_key;
  end if;
  if person_id is null then
    if v_email_key is not null then
      perform audit.record('sign_in.refuse', tenant_id, 'email:' || v_email_key, 'refused',
                           detail => jsonb_build_object('code', 'BAD_CREDENTIALS', 'address', address));
    end if;
    return;
  end if;
  if must_change and not is_change and v_expires_at < now() then
    perform audit.record('sign_in.refuse', tenant_id, split_part(v_realm.people, '.', 2) || ':' || person_id, 'refused',
                         detail => jsonb_build_object('code', 'FIRST_PASSWORD_EXPIRED', 'address', address));
    return next;
    return;
  end if;
  if new_hash is not null then
    execute format(
      'update %s set password_hash = $2, must_change = must_change and not $3,
              expires_at = case when $3 then null else expires_at end where %I = $1', v_realm.credentials, v_realm.person)
      using person_id, new_hash, is_change;
  end if;
  if is_change then
    must_change := false;
    perform platform_private.end_sessions(tenant_id, person_id, 'password');
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
comment on function identity.finish_sign_in(text, uuid, boolean, text, text, boolean, text, text) is 'Ends a sign-in and opens the session.';
revoke all on function identity.finish_sign_in(text, uuid, boolean, text, text, boolean, text, text) from public;
grant execute on function identity.finish_sign_in(text, uuid, boolean, text, text, boolean, text, text) to :ROLE_AUTH;
