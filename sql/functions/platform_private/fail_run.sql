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
