-- Revokes every key of a tenant (null: the platform) that may have signed, and the next one, and destroys their private halves. A worker
-- makes new ones. Under the lock of the issuer's row. Returns how many were revoked. Raises TN002 without a reason.
create or replace function platform_private.revoke_issuer(
  tenant_id text,
  reason text
)
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_revoked jsonb;
begin
  if btrim(coalesce(reason, '')) = '' then
    raise exception 'say why the keys are to be revoked'
      using errcode = 'TN002', column = 'reason', hint = 'Give a reason; it is kept in the audit trail.';
  end if;
  select coalesce(jsonb_object_agg(k.kid, k.state), '{}') into v_revoked
    from platform_private.signing_keys k
   where k.tenant_id is not distinct from revoke_issuer.tenant_id and k.state <> 'revoked';
  update platform_private.signing_keys k
     set state = 'revoked', state_since = now(), sealed = '', encryption = null
   where k.tenant_id is not distinct from revoke_issuer.tenant_id and k.state <> 'revoked';
  perform jobs.enqueue('keys__rotate', jsonb_build_object('tenantId', tenant_id), 'keys:' || coalesce(tenant_id, ''));
  perform audit.record('keys.revoke', tenant_id, 'signing_keys:' || coalesce(tenant_id, 'platform'), 'ok',
                       v_revoked, null, jsonb_build_object('reason', reason));
  return (select count(*) from jsonb_object_keys(v_revoked));
end
$$;
comment on function platform_private.revoke_issuer(text, text) is 'Revokes every key of an issuer.';
revoke all on function platform_private.revoke_issuer(text, text) from public;
