-- The evidence of a period as it is collected, unsigned: what platform.request_evidence has signed. At most 366 days. May be called by operators
-- and security officers, for tenants they reach. Raises TN002 for a bad period, TN003.
create or replace function platform.evidence(
  id text,
  since timestamptz,
  until timestamptz
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from platform.tenants t where t.id = evidence.id and platform_private.reaches_tenant(t.id)) then
    raise exception 'there is no tenant "%"', evidence.id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  perform platform_private.check_evidence_period(since, until);
  return platform_private.evidence_content(evidence.id, since, until);
end
$$;
comment on function platform.evidence(text, timestamptz, timestamptz) is 'The evidence of a period, unsigned.';
revoke all on function platform.evidence(text, timestamptz, timestamptz) from public;
grant execute on function platform.evidence(text, timestamptz, timestamptz) to :ROLE_OPERATOR, :ROLE_SECURITY;
