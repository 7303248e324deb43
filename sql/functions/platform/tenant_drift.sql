-- Compares a tenant's schema with the blueprint of its version. May be called by operators, security officers and
-- developers. `drifted` is null for a tenant without schema. Raises TN002 without an id, TN003.
create or replace function platform.tenant_drift(
  id text,
  out expected text,
  out actual text,
  out drifted boolean
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_version integer;
begin
  if id is null then
    raise exception 'say which tenant' using errcode = 'TN002', column = 'id', hint = 'For example: tenantDrift(id: "aurora").';
  end if;
  select t.schema_version into v_version from platform.tenants t where t.id = tenant_drift.id and platform_private.reaches_tenant(t.id);
  if not found then
    raise exception 'there is no tenant "%"', id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  expected := platform_private.expected_fingerprint(v_version);
  actual := platform_private.fingerprint_schema(platform_private.tenant_schema(id), platform_private.tenant_role(id));
  if v_version is not null then
    drifted := expected is distinct from actual;
  end if;
end
$$;
comment on function platform.tenant_drift(text) is E'@behavior -mutationField +queryField\nCompares a tenant''s schema with the blueprint.';
revoke all on function platform.tenant_drift(text) from public;
grant execute on function platform.tenant_drift(text) to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
