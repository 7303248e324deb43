-- Lets the next key of a tenant (null: the platform) sign from now on. The one that signed verifies for as long as a token of it may
-- live; a worker makes a new next one. Under the lock of the issuer's row. Returns the kid that signs. Raises TN002 without a reason,
-- TN004 while the next key is missing or was published less than two minutes ago: whoever keeps our keys for a minute, as
-- jwks.json allows, and every server process must know a key before it signs.
create or replace function platform_private.rotate_issuer(
  tenant_id text,
  reason text
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_next platform_private.signing_keys;
  v_retired text;
begin
  if btrim(coalesce(reason, '')) = '' then
    raise exception 'say why the keys are to change'
      using errcode = 'TN002', column = 'reason', hint = 'Give a reason; it is kept in the audit trail.';
  end if;
  select * into v_next
    from platform_private.signing_keys k
   where k.tenant_id is not distinct from rotate_issuer.tenant_id and k.state = 'next';
  if v_next.kid is null or v_next.state_since > now() - interval '2 minutes' then
    raise exception 'the next key has not been published long enough'
      using errcode = 'TN004',
            detail = case when v_next.kid is null then 'It is still being made.'
                          else format('It was published at %s.', v_next.state_since) end,
            hint = 'Rotate two minutes after that. If a key has leaked, revoke: platform.revoke_keys.';
  end if;
  update platform_private.signing_keys k
     set state = 'previous', state_since = now()
   where k.tenant_id is not distinct from rotate_issuer.tenant_id and k.state = 'current'
  returning k.kid into v_retired;
  update platform_private.signing_keys k
     set state = 'current', state_since = now()
   where k.kid = v_next.kid;
  perform jobs.enqueue('keys__rotate', jsonb_build_object('tenantId', tenant_id), 'keys:' || coalesce(tenant_id, ''));
  perform audit.record('keys.rotate', tenant_id, 'signing_keys:' || v_next.kid, 'ok',
                       jsonb_build_object('current', v_retired), jsonb_build_object('current', v_next.kid),
                       jsonb_build_object('reason', reason));
  return v_next.kid;
end
$$;
comment on function platform_private.rotate_issuer(text, text) is 'Next key becomes current, current becomes previous.';
revoke all on function platform_private.rotate_issuer(text, text) from public;
