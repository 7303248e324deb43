-- Ends a tenant's open run as failed: whatever the tenant already had is removed, the row says why. What can't be removed, such as
-- a schema or role of that name that somebody else made, is named in the reason and keeps nobody from failing. The caller
-- holds the lock of the tenant's row.
create or replace function platform_private.fail_run(
  tenant_id text,
  failed_step text,
  sqlstate text,
  error text,
  steps jsonb
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_error text := error;
begin
  begin
    -- With the schema would go what the registry shows of it only in part, and the next run could not bring it back.
    if platform_private.has_schema(tenant_id) then
      execute format(
        'update platform.tenants t set settings = t.settings || jsonb_build_object(''integrations'', s.value)
           from %I.settings s where t.id = $1 and s.section = ''integrations''', platform_private.tenant_schema(tenant_id))
        using tenant_id;
    end if;
    perform platform_private.drop_tenant_schema(tenant_id);
  exception when others then
    v_error := concat(error, '; and what is there could not be removed: ', sqlerrm);
  end;
  perform platform_private.change_status(tenant_id, array['provisioning'], 'failed', failed_step || ': ' || v_error);
  update platform.provisioning_runs r
     set status = 'failed',
         failed_step = fail_run.failed_step,
         sqlstate = fail_run.sqlstate,
         error = v_error,
         steps = coalesce(fail_run.steps, r.steps),
         finished_at = clock_timestamp()
   where r.tenant_id = fail_run.tenant_id
     and r.status in ('queued', 'running');
end
$$;
comment on function platform_private.fail_run(text, text, text, text, jsonb) is 'Ends a provisioning run as failed and leaves nothing of the tenant.';
revoke all on function platform_private.fail_run(text, text, text, text, jsonb) from public;
