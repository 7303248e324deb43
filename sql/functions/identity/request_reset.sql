-- Somebody says they lost their password: orders a message to the account of that e-mail, if there is one
-- and none went out in the last five minutes: else a stranger could fill a mailbox and void every link in it. The work is the same
-- if there is none, so that nothing tells them apart: the order then names nobody and the worker drops it. Callable by tenantry_auth. Raises TN003,
-- TN010.
create or replace function identity.request_reset(
  tenant_id text,
  email text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
  v_person uuid;
begin
  -- Whoever signs in by an issuer alone gets no password beside it.
  execute format(
    'select p.id from %s p join %s c on c.%I = p.id
      where lower(p.email) = lower($1) and p.status = ''active''
        and not exists (select from %s i where i.%5$I = p.id and i.purpose = ''reset'' and i.created_at > now() - interval ''5 minutes'' and i.accepted_at is null)',
    v_realm.people, v_realm.credentials, v_realm.person, v_realm.invitations, v_realm.person)
    into v_person using email;
  if v_person is not null then
    perform platform_private.open_invitation(tenant_id, v_person, 'reset');
  end if;
  perform jobs.enqueue('invitation__send', jsonb_build_object('tenantId', tenant_id, 'personId', v_person),
                       format('invitation:%s:%s', tenant_id, coalesce(v_person, gen_random_uuid())));
  perform audit.record('password.forget', tenant_id, 'email:' || left(lower(email), 254));
end
$$;
comment on function identity.request_reset(text, text) is 'Orders a message with which a lost password can be replaced.';
revoke all on function identity.request_reset(text, text) from public;
grant execute on function identity.request_reset(text, text) to :ROLE_AUTH;
