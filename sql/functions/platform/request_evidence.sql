-- Orders a signed bundle of evidence of a period, of at most 366 days; the worker signs it within seconds. Asked again with the same period it answers
-- the one that was ordered a moment ago, signed or not yet. May be called by operators and security officers. Raises TN002 for a bad
-- period, TN003.
create or replace function platform.request_evidence(
  id text,
  since timestamptz,
  until timestamptz
)
returns platform.evidence_bundles
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(id);
begin
  return platform_private.order_evidence(v_tenant.id, since, until);
end
$$;
comment on function platform.request_evidence(text, timestamptz, timestamptz) is 'Orders a signed bundle of evidence of a period.';
revoke all on function platform.request_evidence(text, timestamptz, timestamptz) from public;
grant execute on function platform.request_evidence(text, timestamptz, timestamptz) to :ROLE_OPERATOR, :ROLE_SECURITY;
