-- Refuses to open a tenant that has not passed a proof of isolation at its present schema version. From ready its newest finished run counts. A closed
-- tenant can't be attempted, so there the latest passed run counts, and the posture is looked at anew. Called by activate_tenant, before
-- the tenant is opened. Raises TN040.
create or replace function platform_private.require_proof(
  tenant platform.tenants
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_newest text;
  v_why text;
begin
  select r.status into v_newest
    from platform.isolation_runs r
   where r.tenant_id = tenant.id
     and r.schema_version = tenant.schema_version
     and (r.status = 'passed' or r.status = 'failed' and tenant.status <> 'suspended')
   order by r.started_at desc
   limit 1;
  if v_newest is null then
    v_why := 'No proof has been made at its present schema version.';
  elsif v_newest = 'failed' then
    v_why := 'Its newest proof failed.';
  elsif tenant.status = 'suspended' then
    select format('Its posture fails in %s: %s.', case p.failed when 1 then '1 check' else p.failed || ' checks' end, p.failures -> 0 ->> 'kind') into v_why
      from platform_private.isolation_posture(tenant.id) p
     where p.failed > 0;
  end if;
  if v_why is not null then
    raise exception 'the isolation of tenant "%" is not proven', tenant.id
      using errcode = 'TN040', detail = v_why, hint = 'See platform.isolation_failures and docs/how-to/prove-isolation.md.';
  end if;
end
$$;
comment on function platform_private.require_proof(platform.tenants) is 'Raises TN040 unless a tenant''s isolation is proven.';
revoke all on function platform_private.require_proof(platform.tenants) from public;
