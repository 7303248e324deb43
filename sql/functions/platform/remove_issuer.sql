-- Takes an OpenID issuer away from a tenant: its people sign in by it no more, and the sessions it opened end. May be called by members of
-- tenantry_admin. Raises TN003.
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
  v_user uuid;
begin
  select * into v_issuer from platform.external_issuers i where i.id = issuer_id and platform_private.reaches_tenant(i.tenant_id) for update;
  if not found then
    raise exception 'there is no such issuer' using errcode = 'TN003', hint = 'List them: select * from platform.external_issuers.';
  end if;
  -- Who was removed meanwhile has no sessions, and must not stand in the way.
  for v_user in execute format(
    'select e.user_id from platform_private.external_identities e join %I.users u on u.id = e.user_id where e.issuer_id = $1',
    platform_private.user_realm(v_issuer.tenant_id)) using v_issuer.id
  loop
    perform platform.end_user_sessions(v_issuer.tenant_id, v_user);
  end loop;
  delete from platform.external_issuers i where i.id = v_issuer.id;
  perform audit.record('issuers.remove', v_issuer.tenant_id, 'external_issuers:' || v_issuer.id, before => to_jsonb(v_issuer));
  return v_issuer;
end
$$;
comment on function platform.remove_issuer(uuid) is 'Takes an OpenID issuer away from a tenant.';
revoke all on function platform.remove_issuer(uuid) from public;
grant execute on function platform.remove_issuer(uuid) to :ROLE_ADMIN;
