-- The last step: a tenant whose schema and keys exist becomes ready, and active if its run asked for that and its isolation is
-- proven. Safe to run twice. Called by the worker. `keys_ms` is how long making the keys took, for the record of steps.
create or replace function platform_private.finish_provisioning(
  tenant_id text,
  keys_ms numeric
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_run platform.provisioning_runs;
  v_steps jsonb;
  v_started timestamptz := clock_timestamp();
begin
  select * into v_run
    from platform.provisioning_runs r
   where r.tenant_id = finish_provisioning.tenant_id and r.status in ('queued', 'running')
   for update;
  if v_tenant.status <> 'provisioning' or v_run.id is null then
    return v_tenant.status;
  end if;
  if v_tenant.schema_version is null or not platform_private.has_signing_key(tenant_id) then
    raise exception 'tenant "%" is not complete', tenant_id
      using errcode = 'TN004', detail = 'Its schema or its signing key is missing.',
            hint = 'Call platform.provision_tenant first; the worker then makes the key.';
  end if;
  v_steps := v_run.steps || jsonb_build_object('name', 'keys', 'ms', keys_ms, 'at', v_started);
  v_steps := v_steps || coalesce((
    select jsonb_build_object('name', 'proof', 'ms', i.duration_ms, 'at', i.finished_at)
      from platform.isolation_runs i
     where i.tenant_id = finish_provisioning.tenant_id and i.status = 'passed'
     order by i.started_at desc
     limit 1), '[]');
  update platform.tenants t
     set size_bytes = platform_private.measure_tenant(tenant_id), measured_at = now()
   where t.id = finish_provisioning.tenant_id;
  v_tenant := platform_private.change_status(tenant_id, array['provisioning'], 'ready', null);
  if v_run.activate then
    v_tenant := platform.activate_tenant(tenant_id, 'provisioned');
  end if;
  update platform.provisioning_runs r
     set status = 'succeeded',
         steps = platform_private.record_step(v_steps, v_tenant.status, v_started),
         finished_at = clock_timestamp()
   where r.id = v_run.id;
  -- The administrator is a user now; runs that failed before named the same.
  update platform.provisioning_runs r
     set administrator_named = true, admin_email = null, admin_name = null
   where r.tenant_id = finish_provisioning.tenant_id and r.admin_email is not null;
  return v_tenant.status;
end
$$;
comment on function platform_private.finish_provisioning(text, numeric) is 'Makes a complete tenant ready or active and closes its run.';
revoke all on function platform_private.finish_provisioning(text, numeric) from public;
grant execute on function platform_private.finish_provisioning(text, numeric) to :ROLE_WORKER;
