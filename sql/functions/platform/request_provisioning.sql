-- Orders the provisioning of a failed tenant again, with the wishes of its last run; for one that is provisioning, sees to
-- it that there is a job. May be called by members of tenantry_operator. Raises TN003, TN004.
create or replace function platform.request_provisioning(
  id text
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants := platform_private.lock_tenant(id);
begin
  if v_tenant.status <> 'provisioning' then
    perform platform_private.change_status(id, array['failed'], 'provisioning', 'provisioning ordered again');
    -- A failed tenant doesn't hold its lane: a dedicated one may have taken it since.
    update platform.tenants t
       set lane = platform_private.choose_lane(t.tier)
     where t.id = request_provisioning.id
    returning * into v_tenant;
    insert into platform.provisioning_runs (tenant_id, activate, admin_email, admin_name)
    select r.tenant_id, r.activate, r.admin_email, r.admin_name
      from platform.provisioning_runs r
     where r.tenant_id = request_provisioning.id
     order by r.created_at desc
     limit 1;
  end if;
  perform jobs.enqueue('tenant__provision', jsonb_build_object('tenantId', id), 'provision:' || id);
  return v_tenant;
end
$$;
comment on function platform.request_provisioning(text) is 'Orders the provisioning of a failed tenant again.';
revoke all on function platform.request_provisioning(text) from public;
grant execute on function platform.request_provisioning(text) to :ROLE_OPERATOR;
