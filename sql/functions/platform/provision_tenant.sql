-- Builds a tenant: role, schema, tables, policies, grants and base rows, checked against the blueprint's fingerprint, all
-- in one transaction. A failure leaves nothing of it and is recorded with its step and SQLSTATE, not raised; passing
-- troubles of the server (lock timeouts, deadlocks, resources, shutdown) are raised, so that the job tries again.
-- The signing key needs Node: the job of request_provisioning makes it, and activates. Safe to call twice.
-- May be called by members of tenantry_operator and by the worker. Raises TN003, and TN004 unless provisioning or failed.
create or replace function platform.provision_tenant(
  id text
)
returns platform.provisioning_runs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants := platform_private.lock_tenant(id);
  v_run platform.provisioning_runs;
  v_baseline platform_private.tenant_baselines;
  v_step text;
  v_steps jsonb := '[]';
  v_started timestamptz := clock_timestamp();
  v_clock timestamptz := v_started;
  v_sqlstate text;
  v_message text;
begin
  if v_tenant.status = 'failed' then
    v_tenant := platform.request_provisioning(id);
  end if;
  if v_tenant.status <> 'provisioning' then
    raise exception 'tenant "%" is %, it cannot be provisioned', id, v_tenant.status
      using errcode = 'TN004', detail = 'Allowed from: provisioning, failed.',
            hint = 'An active tenant is complete; a cancelled or purged one is gone for good.';
  end if;
  select * into strict v_run
    from platform.provisioning_runs r
   where r.tenant_id = provision_tenant.id and r.status in ('queued', 'running')
   for update;
  if v_tenant.schema_version is not null then
    return v_run;
  end if;

  begin
    v_step := 'role';
    select * into v_baseline from platform_private.tenant_baselines b order by b.version desc limit 1;
    if not found then
      raise exception 'no tenant migrations are registered'
        using errcode = 'TN014', hint = 'Run the migrator.';
    end if;
    perform platform_private.create_tenant_role(id);
    v_steps := platform_private.record_step(v_steps, v_step, v_clock);

    v_step := 'schema';
    v_clock := clock_timestamp();
    perform platform_private.build_tenant_schema(id, v_baseline.baseline_sql);
    perform platform_private.adopt_settings(id);
    v_steps := platform_private.record_step(v_steps, v_step, v_clock);

    if v_tenant.template = 'demo' then
      v_step := 'template';
      v_clock := clock_timestamp();
      perform platform_private.run_in_schema(
        platform_private.tenant_schema(id), platform_private.tenant_role(id), v_baseline.demo_sql);
      v_steps := platform_private.record_step(v_steps, v_step, v_clock);
    end if;

    v_step := 'administrator';
    v_clock := clock_timestamp();
    perform platform_private.invite_administrator(id, v_run.admin_email, v_run.admin_name);
    v_steps := platform_private.record_step(v_steps, v_step, v_clock);

    v_step := 'fingerprint';
    v_clock := clock_timestamp();
    if platform_private.fingerprint_schema(platform_private.tenant_schema(id), platform_private.tenant_role(id))
       is distinct from platform_private.expected_fingerprint(v_baseline.version) then
      raise exception 'the schema differs from the blueprint'
        using errcode = 'TN007', hint = 'Run the migrator: it rebuilds the blueprint and its fingerprint.';
    end if;
    v_steps := platform_private.record_step(v_steps, v_step, v_clock);
  exception when others then
    get stacked diagnostics v_sqlstate = returned_sqlstate, v_message = message_text;
    if left(v_sqlstate, 2) in ('40', '53', '55', '57', '58') then
      raise;
    end if;
    perform platform_private.fail_run(id, v_step, v_sqlstate, v_message, v_steps);
    select * into v_run from platform.provisioning_runs r where r.id = v_run.id;
    return v_run;
  end;

  update platform.tenants t
     set schema_version = v_baseline.version, updated_at = now()
   where t.id = provision_tenant.id;
  perform audit.record('schema.create', id, 'tenants:' || id, 'ok', null, null, jsonb_build_object(
    'version', v_baseline.version, 'fingerprint', platform_private.expected_fingerprint(v_baseline.version)));
  update platform.provisioning_runs r
     set status = 'running', started_at = v_started, steps = v_steps
   where r.id = v_run.id
  returning * into v_run;
  return v_run;
end
$$;
comment on function platform.provision_tenant(text) is
  'Builds a tenant''s role and schema in one transaction. Returns the run, with the reason if it failed.';
revoke all on function platform.provision_tenant(text) from public;
grant execute on function platform.provision_tenant(text) to :ROLE_OPERATOR, :ROLE_WORKER;
