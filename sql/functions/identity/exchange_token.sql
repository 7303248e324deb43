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
