-- How a tenant stands to each point of SOC 2 and GDPR that the product has a control for: met, not met or not assessable, computed from facts at
-- this moment, with the facts. What the points are and what no software can assess: docs/explanation/compliance.md. May be called by
-- operators and security officers, for tenants they reach. Raises TN003.
create or replace function platform.compliance_status(
  id text
)
returns table (
  framework text,
  point text,
  title text,
  status text,
  facts jsonb
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from platform.tenants t where t.id = compliance_status.id and platform_private.reaches_tenant(t.id)) then
    raise exception 'there is no tenant "%"', compliance_status.id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  return query
    select s.framework, s.point, s.title, s.status, s.facts from platform_private.judge_compliance(compliance_status.id) s order by s.place;
end
$$;
comment on function platform.compliance_status(text) is 'How a tenant stands to each point of SOC 2 and GDPR, computed from facts.';
revoke all on function platform.compliance_status(text) from public;
grant execute on function platform.compliance_status(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
