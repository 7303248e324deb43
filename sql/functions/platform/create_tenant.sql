-- Registers a tenant and orders its provisioning: row, run and job in one transaction. Settings wait on the row until the tenant's
-- own table is there.
-- May be called by members of tenantry_operator. Raises TN001 when id, name or domain is taken, TN002 with the field as
-- `column` for anything malformed, TN008 when no lane is free.
create or replace function platform.create_tenant(
  id text,
  name text,
  description text default null,
  domain text default null,
  tier text default 'standard',
  template text default 'standard',
  settings jsonb default '{}',
  activate boolean default true,
  admin_email text default null,
  admin_name text default null
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
  v_domain constant text := lower(create_tenant.domain);
  v_constraint text;
begin
  perform platform_private.check_new_tenant(id, name, v_domain, admin_email);
  perform platform_private.require_settings(coalesce(settings, '{}'), false);
  begin
    insert into platform.tenants (id, name, description, domain, tier, template, settings, lane)
    values (
      create_tenant.id, btrim(create_tenant.name), create_tenant.description, v_domain,
      coalesce(create_tenant.tier, 'standard'), coalesce(create_tenant.template, 'standard'),
      coalesce(create_tenant.settings, '{}'), platform_private.choose_lane(coalesce(create_tenant.tier, 'standard'))
    )
    returning * into v_tenant;
  exception
    when unique_violation then
      get stacked diagnostics v_constraint = constraint_name;
      raise exception 'a tenant with this id, name or domain was created at the same moment'
        using errcode = 'TN001', detail = 'An id is never used twice.', hint = 'Choose another.',
              column = case v_constraint when 'tenants_name_unique' then 'name'
                                         when 'tenants_domain_unique' then 'domain' else 'id' end;
    when check_violation then
      get stacked diagnostics v_constraint = constraint_name;
      raise exception 'this value is not accepted'
        using errcode = 'TN002', column = split_part(v_constraint, '_', 2),
              hint = 'The accepted values stand in the OpenAPI document and in the comments of platform.tenants.';
  end;
  insert into platform.tenant_transitions (tenant_id, to_status, reason, actor)
  values (v_tenant.id, v_tenant.status, 'created', audit.actor());
  perform audit.record('tenants.create', v_tenant.id, 'tenants:' || v_tenant.id, 'ok', null, jsonb_build_object('status', v_tenant.status));
  insert into platform.provisioning_runs (tenant_id, activate, admin_email, admin_name)
  values (v_tenant.id, coalesce(create_tenant.activate, true), create_tenant.admin_email, create_tenant.admin_name);
  perform jobs.enqueue('tenant__provision', jsonb_build_object('tenantId', v_tenant.id), 'provision:' || v_tenant.id);
  return v_tenant;
end
$$;
comment on function platform.create_tenant(text, text, text, text, text, text, jsonb, boolean, text, text) is
  'Registers a tenant and orders its provisioning.';
revoke all on function platform.create_tenant(text, text, text, text, text, text, jsonb, boolean, text, text) from public;
grant execute on function platform.create_tenant(text, text, text, text, text, text, jsonb, boolean, text, text)
  to :ROLE_OPERATOR;
