-- Takes an OpenID issuer away from a tenant, open or not: its people sign in by it no more, and the sessions it opened end. May be called
-- by members of tenantry_admin. Raises TN003.
create or replace function platform.remove_issuer(
  issuer_id uuid
)
returns platform.external_issuers
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_issuer platform.external_issuers;
  v_people uuid[];
  v_session uuid;
  v_sessions integer := 0;
begin
  select * into v_issuer from platform.external_issuers i where i.id = issuer_id and platform_private.reaches_tenant(i.tenant_id) for update;
  if not found then
    raise exception 'there is no such issuer' using errcode = 'TN003', hint = 'List them: select * from platform.external_issuers.';
  end if;
  v_people := array(select e.user_id from platform_private.external_identities e where e.issuer_id = v_issuer.id);
  delete from platform.external_issuers i where i.id = v_issuer.id;
  -- Of the table itself, not person by person: some may have been removed since, and the tenant closed.
  if platform_private.has_schema(v_issuer.tenant_id) then
    for v_session in execute format(
      'update %I.user_sessions set ended_at = now(), ended_because = ''revoked'' where user_id = any ($1) and ended_at is null returning id',
      platform_private.tenant_schema(v_issuer.tenant_id)) using v_people
    loop
      perform platform_private.announce_session(v_issuer.tenant_id, v_session);
      v_sessions := v_sessions + 1;
    end loop;
  end if;
  perform audit.record('issuers.remove', v_issuer.tenant_id, 'external_issuers:' || v_issuer.id, before => to_jsonb(v_issuer),
                       detail => jsonb_build_object('sessions', v_sessions));
  return v_issuer;
end
$$;
comment on function platform.remove_issuer(uuid) is 'Takes an OpenID issuer away from a tenant.';
revoke all on function platform.remove_issuer(uuid) from public;
grant execute on function platform.remove_issuer(uuid) to :ROLE_ADMIN;
