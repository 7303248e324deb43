--! Previous: sha1:f8c2ba5b9f67f0548487ce652bfda9b17b6e9e78
--! Hash: sha1:eb36bedc29ee9cdc2270cc464aa88b47052e3530
--! Message: Name who signs in

-- The migration being written: see docs/how-to/change-the-database.md.

--! Included functions/platform_private/speak_as.sql
-- From here to the end of the transaction the session speaks for one person: their events name them. Called by the functions of schema
-- identity, once they know who it is.
create or replace function platform_private.speak_as(
  tenant_id text,
  person_id uuid
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select set_config(case when tenant_id is null then 'tenantry.operator_id' else 'tenantry.user_id' end, person_id::text, true)
$$;
comment on function platform_private.speak_as(text, uuid) is 'Says on whose behalf the rest of the transaction acts.';
revoke all on function platform_private.speak_as(text, uuid) from public;
--! EndIncluded functions/platform_private/speak_as.sql
--! Included functions/identity/finish_sign_in.sql
-- Ends a sign-in with what the comparison said, once; opens the session when it succeeded. No row else. `refresh_hash` is the
-- SHA-256 of the session's first refresh token. `new_hash` replaces the stored hash: of the same password under newer parameters,
-- or with `is_change` of a new one, which ends the person's other sessions.
-- A first password (must_change) opens a session that ends with its access token and can't be renewed. Once it has run out it opens nothing,
-- nor can it be changed: `session_id` is null then. Callable by tenantry_auth. Raises TN003, and TN010 when the tenant is not active.
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
  v_email_key text;
  v_offered text;
  v_stored text;
  v_expired boolean := false;
  v_holds boolean := false;
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
  end if;
  v_email_key := platform_private.finish_attempt(v_realm.schema_name, attempt_id, coalesce(v_holds, false));
  if v_email_key is null or v_holds is not true then
    if v_email_key is not null then
      perform audit.record('sign_in.refuse', tenant_id, 'email:' || v_email_key, 'refused', detail => jsonb_build_object(
        'code', case when v_expired and v_stored = v_offered then 'FIRST_PASSWORD_EXPIRED' else 'BAD_CREDENTIALS' end, 'address', address));
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
--! EndIncluded functions/identity/finish_sign_in.sql
--! Included functions/identity/accept_invitation.sql
-- Takes an invitation or a reset up, once: stores the hash of the password chosen, activates who was invited, ends the person's sessions and
-- lifts a lock. Returns the e-mail; null for a token that is unknown, used or too old. Callable by tenantry_auth.
-- Raises TN003, TN010.
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
  v_email text;
begin
  execute format(
    'update %s i set accepted_at = now(), token_hash = null
      where i.token_hash = $1 and i.accepted_at is null and i.expires_at > now()
     returning i.%I', v_realm.invitations, v_realm.person)
    into v_person using token_hash;
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
  return v_email;
end
$$;
comment on function identity.accept_invitation(text, text, text) is 'Takes an invitation or a reset up.';
revoke all on function identity.accept_invitation(text, text, text) from public;
grant execute on function identity.accept_invitation(text, text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/accept_invitation.sql
--! Included functions/identity/end_session.sql
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
--! EndIncluded functions/identity/end_session.sql
--! Included functions/identity/revoke_session.sql
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
--! EndIncluded functions/identity/revoke_session.sql
--! Included functions/identity/exchange_token.sql
-- Opens a session for somebody whom a tenant's own issuer vouches for, once the server has verified that issuer's token. A person is known by issuer
-- and subject; one seen for the first time takes the invited user of that e-mail over if that one signs in no other way, else becomes a new user. The role is
-- what the issuer says, each time. Callable by tenantry_auth. Raises TN002, TN003, TN008 for an e-mail that signs in by password, TN009 for a
-- user who is disabled, TN010.
create or replace function identity.exchange_token(
  tenant_id text,
  issuer_id uuid,
  subject text,
  email text,
  name text,
  role text,
  refresh_hash text,
  address text default null,
  user_agent text default null
)
returns table (
  person_id uuid,
  session_id uuid,
  person_email text,
  person_name text,
  person_role text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
  v_status text;
  v_password boolean;
begin
  perform from platform.external_issuers i where i.id = issuer_id and i.tenant_id = exchange_token.tenant_id for update;
  if not found then
    raise exception 'the tenant has no such issuer' using errcode = 'TN003', hint = 'Register it first.';
  end if;
  select e.user_id into person_id
    from platform_private.external_identities e
   where e.issuer_id = exchange_token.issuer_id and e.subject = exchange_token.subject;
  if person_id is null then
    execute format(
      'select u.id, exists (select from %1$I.user_credentials c where c.user_id = u.id)
                 or exists (select from platform_private.external_identities e join platform.external_issuers i on i.id = e.issuer_id
                             where e.user_id = u.id and i.tenant_id = $2)
         from %1$I.users u where lower(u.email) = lower($1)', v_schema)
      into person_id, v_password using email, tenant_id;
    if v_password then
      raise exception 'this e-mail signs in another way here'
        using errcode = 'TN008', hint = 'An administrator of the tenant removes that user first, or changes its e-mail.';
    end if;
    if person_id is null then
      begin
        execute format('insert into %I.users (email, name, role, status) values ($1, $2, $3, ''active'') returning id', v_schema)
          into person_id using email, name, role;
      exception when check_violation or not_null_violation or foreign_key_violation then
        raise exception 'the issuer''s token lacks an e-mail address, a name or a known role'
          using errcode = 'TN002', column = 'idToken', hint = 'It needs the claims email and name.';
      end;
    end if;
    insert into platform_private.external_identities (issuer_id, subject, user_id) values (issuer_id, subject, person_id);
    execute format('delete from %I.user_invitations where user_id = $1', v_schema) using person_id;
  end if;
  execute format('select status from %I.users where id = $1 for update', v_schema) into v_status using person_id;
  if v_status is null then
    raise exception 'this user was removed' using errcode = 'TN009', hint = 'An operator removes the issuer and registers it again, or invites the person.';
  elsif v_status = 'disabled' then
    perform audit.record('sign_in.refuse', tenant_id, 'users:' || person_id, 'refused', detail => jsonb_build_object('issuerId', issuer_id));
    raise exception 'this user is disabled' using errcode = 'TN009', hint = 'Ask an administrator of the tenant.';
  end if;
  execute format(
    'update %I.users set role = $2, status = ''active'', last_sign_in_at = now() where id = $1 returning email::text, name::text, role::text', v_schema)
    into person_email, person_name, person_role using person_id, role;
  perform platform_private.speak_as(tenant_id, person_id);
  execute format(
    'insert into %I.user_sessions (user_id, expires_at, address, user_agent)
     values ($1, now() + interval ''24 hours'', left($2, 64), left($3, 200)) returning id', v_schema)
    into session_id using person_id, address, user_agent;
  execute format('insert into %I.refresh_tokens (token_hash, session_id, expires_at) values ($1, $2, now() + interval ''24 hours'')', v_schema)
    using refresh_hash, session_id;
  perform audit.record('sign_in.succeed', tenant_id, 'users:' || person_id,
                       detail => jsonb_build_object('sessionId', session_id, 'issuerId', issuer_id, 'address', address));
  return next;
end
$$;
comment on function identity.exchange_token(text, uuid, text, text, text, text, text, text, text) is 'Opens a session for somebody whom a tenant''s own issuer vouches for.';
revoke all on function identity.exchange_token(text, uuid, text, text, text, text, text, text, text) from public;
grant execute on function identity.exchange_token(text, uuid, text, text, text, text, text, text, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/exchange_token.sql
--! Included functions/identity/manage_user.sql
-- What an administrator of a tenant does for a colleague's sign-in: verb is invite, reset, unlock or end_sessions. Whoever has this
-- session must hold users.manage and everything that the colleague's role holds. Callable by tenantry_auth. Raises TN002 for another verb, TN003,
-- TN004, TN009, TN010.
create or replace function identity.manage_user(
  tenant_id text,
  session_id uuid,
  user_id uuid,
  verb text
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
  v_by record;
  v_user platform.tenant_user;
  v_may boolean;
begin
  select * into v_by from identity.session_standing(tenant_id, session_id);
  select * into v_user from platform_private.tenant_user(tenant_id, user_id);
  execute format(
    'select exists (select from %1$I.role_permissions p where p.role_name = $1 and p.permission = ''users.manage'')
        and not exists (select p.permission from %1$I.role_permissions p where p.role_name = $2
                        except
                        select p.permission from %1$I.role_permissions p where p.role_name = $1)', v_schema)
    into v_may using v_by.role, v_user.role;
  if not v_may then
    raise exception 'the role of this request may not do that'
      using errcode = 'TN009', detail = 'It takes users.manage, and whatever the user''s own role holds.', hint = 'Ask an administrator of the tenant.';
  end if;
  perform platform_private.speak_as(tenant_id, v_by.person_id), set_config('tenantry.role', v_by.role, true);
  case verb
    when 'invite' then return platform.send_user_token(tenant_id, user_id, 'invitation');
    when 'reset' then return platform.send_user_token(tenant_id, user_id, 'reset');
    when 'unlock' then return platform.unlock_user(tenant_id, user_id);
    when 'end_sessions' then
      perform platform.end_user_sessions(tenant_id, user_id);
      return platform_private.tenant_user(tenant_id, user_id);
    else
      raise exception 'there is no such step' using errcode = 'TN002', column = 'verb', hint = 'invite, reset, unlock or end_sessions.';
  end case;
end
$$;
comment on function identity.manage_user(text, uuid, uuid, text) is 'Invites, resets, unlocks or signs out a colleague.';
revoke all on function identity.manage_user(text, uuid, uuid, text) from public;
grant execute on function identity.manage_user(text, uuid, uuid, text) to :ROLE_AUTH;
--! EndIncluded functions/identity/manage_user.sql
