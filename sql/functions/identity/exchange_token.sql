-- Opens a session for somebody whom a tenant's own issuer vouches for, once the server has verified that issuer's token. A person is known by issuer
-- and subject; one seen for the first time takes the invited user of that e-mail over if that one signs in no other way, else becomes a new user. The role is
-- what the issuer says, each time. `token_hash` names the issuer's token, which counts once: it is kept until `token_expires_at`, from when on the
-- server takes it no more. `outcome` is ok; used for a token that was exchanged before; disabled; or removed for somebody whom the tenant removed:
-- the issuer's word doesn't bring them back, an invitation of that e-mail does. Callable by tenantry_auth. Raises TN002, TN003, TN008 for an e-mail
-- that signs in by password, TN010.
create or replace function identity.exchange_token(
  tenant_id text,
  issuer_id uuid,
  subject text,
  email text,
  name text,
  role text,
  refresh_hash text,
  token_hash text,
  token_expires_at timestamptz,
  address text default null,
  user_agent text default null
)
returns table (
  outcome text,
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
  v_person uuid;
  v_otherwise boolean;
  v_known boolean;
begin
  delete from platform_private.exchanged_tokens t
   where (t.tenant_id, t.token_hash) in (select old.tenant_id, old.token_hash from platform_private.exchanged_tokens old
                                          where old.expires_at < now() limit 100 for update skip locked);
  insert into platform_private.exchanged_tokens (tenant_id, token_hash, expires_at)
  values (tenant_id, token_hash, token_expires_at)
  on conflict do nothing;
  if not found then
    outcome := 'used';
    perform audit.record('sign_in.refuse', tenant_id, 'external_issuers:' || issuer_id, 'refused', detail => jsonb_build_object('code', 'TOKEN_REVOKED'));
    return next;
    return;
  end if;
  perform from platform.external_issuers i where i.id = issuer_id and i.tenant_id = exchange_token.tenant_id for update;
  if not found then
    raise exception 'the tenant has no such issuer' using errcode = 'TN003', hint = 'Register it first.';
  end if;
  select e.user_id into person_id
    from platform_private.external_identities e
   where e.issuer_id = exchange_token.issuer_id and e.subject = exchange_token.subject;
  v_known := person_id is not null;
  execute format('select u.status from %I.users u where u.id = $1 for update', v_schema) into v_status using person_id;
  if v_status is null then
    execute format(
      'select u.id, u.status, exists (select from %1$I.user_credentials c where c.user_id = u.id)
                 or exists (select from platform_private.external_identities e join platform.external_issuers i on i.id = e.issuer_id
                             where e.user_id = u.id and i.tenant_id = $2)
         from %1$I.users u where lower(u.email) = lower($1) for update', v_schema)
      into v_person, v_status, v_otherwise using email, tenant_id;
    if v_known and (v_status is distinct from 'invited' or v_otherwise) then
      outcome := 'removed';
    elsif v_otherwise then
      raise exception 'this e-mail signs in in another way here'
        using errcode = 'TN008', hint = 'An administrator of the tenant removes that user first, or changes its e-mail.';
    elsif v_person is null then
      begin
        execute format('insert into %I.users (email, name, role, status) values ($1, $2, $3, ''active'') returning id, status', v_schema)
          into v_person, v_status using email, name, role;
      exception when check_violation or not_null_violation or foreign_key_violation then
        raise exception 'the issuer''s token lacks an e-mail address, a name or a known role'
          using errcode = 'TN002', column = 'idToken', hint = 'It needs the claims email and name.';
      end;
    end if;
    if outcome is null then
      person_id := v_person;
      insert into platform_private.external_identities (issuer_id, subject, user_id) values (issuer_id, subject, person_id)
      on conflict on constraint external_identities_pkey do update set user_id = excluded.user_id;
      execute format('delete from %I.user_invitations where user_id = $1', v_schema) using person_id;
    end if;
  end if;
  if v_status = 'disabled' then
    outcome := 'disabled';
  end if;
  if outcome is not null then
    perform audit.record('sign_in.refuse', tenant_id, 'users:' || person_id, 'refused',
                         detail => jsonb_build_object('code', 'FORBIDDEN', 'because', outcome, 'issuerId', issuer_id));
    return next;
    return;
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
  outcome := 'ok';
  return next;
end
$$;
comment on function identity.exchange_token(text, uuid, text, text, text, text, text, text, timestamptz, text, text) is 'Opens a session for somebody whom a tenant''s own issuer vouches for.';
revoke all on function identity.exchange_token(text, uuid, text, text, text, text, text, text, timestamptz, text, text) from public;
grant execute on function identity.exchange_token(text, uuid, text, text, text, text, text, text, timestamptz, text, text) to :ROLE_AUTH;
