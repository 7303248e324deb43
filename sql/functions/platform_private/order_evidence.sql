-- Orders a signed bundle, or finds the one that was ordered a moment ago: who waits asks again by the same period until it is signed. One that is
-- not signed yet counts for ten minutes, a signed one for one minute. Called by platform.request_evidence and by a tenant's request_evidence, which
-- have looked at who asks.
create or replace function platform_private.order_evidence(
  tenant_id text,
  since timestamptz,
  until timestamptz
)
returns platform.evidence_bundles
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_bundle platform.evidence_bundles;
begin
  perform platform_private.check_evidence_period(since, until);
  -- Those who ask for the same at once get the same.
  perform platform_private.lock_tenant(order_evidence.tenant_id);
  select * into v_bundle
    from platform.evidence_bundles b
   where b.tenant_id = order_evidence.tenant_id and b.since = order_evidence.since and b.until = order_evidence.until
     and (b.signed_at > now() - interval '1 minute' or (b.signed_at is null and b.requested_at > now() - interval '10 minutes'))
   order by b.requested_at desc
   limit 1;
  if found then
    return v_bundle;
  end if;
  insert into platform.evidence_bundles (tenant_id, since, until) values (order_evidence.tenant_id, order_evidence.since, order_evidence.until)
  returning * into v_bundle;
  perform jobs.enqueue('evidence__sign', jsonb_build_object('bundleId', v_bundle.id), 'evidence:' || v_bundle.id);
  perform audit.record('evidence.request', v_bundle.tenant_id, 'evidence_bundles:' || v_bundle.id, 'ok', null, null,
                       jsonb_build_object('from', v_bundle.since, 'to', v_bundle.until));
  return v_bundle;
end
$$;
comment on function platform_private.order_evidence(text, timestamptz, timestamptz) is 'Orders a signed bundle of evidence.';
revoke all on function platform_private.order_evidence(text, timestamptz, timestamptz) from public;
