-- What the message needs that somebody asked for who says they lost a password, as begin_invitation. No row if there is no such account,
-- if it signs in by an issuer alone, which gives it no password beside that, or if a message went out in the last five minutes: else a stranger could
-- fill a mailbox and void every link in it. Called by the worker. Raises TN003, TN010 for a tenant that is not open.
create or replace function jobs.begin_reset(
  tenant_id text,
  request_id uuid,
  token_hash text
)
returns table (
  email text,
  name text,
  purpose text,
  realm_name text,
  expires_at timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_request platform_private.reset_requests;
  v_recent boolean;
begin
  delete from platform_private.reset_requests r where r.requested_at < now() - interval '1 day';
  select * into v_request from platform_private.reset_requests r
   where r.id = request_id and r.tenant_id is not distinct from begin_reset.tenant_id for update;
  if not found then
    return;
  end if;
  if v_request.person_id is null then
    -- Under the person's lock: of two requests at once the second sees the first one's message.
    execute format(
      'select p.id from %s p join %s c on c.%I = p.id where lower(p.email) = $1 and p.status = ''active'' for update of p',
      v_realm.people, v_realm.credentials, v_realm.person)
      into v_request.person_id using v_request.email_key;
    execute format(
      'select exists (select from %s i where i.%I = $1 and i.purpose = ''reset'' and i.created_at > now() - interval ''5 minutes'' and i.accepted_at is null)',
      v_realm.invitations, v_realm.person)
      into v_recent using v_request.person_id;
    if v_request.person_id is null or v_recent then
      delete from platform_private.reset_requests r where r.id = request_id;
      return;
    end if;
    perform platform_private.open_invitation(tenant_id, v_request.person_id, 'reset');
    update platform_private.reset_requests r set person_id = v_request.person_id where r.id = request_id;
  end if;
  return query select * from jobs.begin_invitation(tenant_id, v_request.person_id, token_hash);
end
$$;
comment on function jobs.begin_reset(text, uuid, text) is 'Address and words of a reset that somebody asked for; stores its token''s hash.';
revoke all on function jobs.begin_reset(text, uuid, text) from public;
grant execute on function jobs.begin_reset(text, uuid, text) to :ROLE_WORKER;
