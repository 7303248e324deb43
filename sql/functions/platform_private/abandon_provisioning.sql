-- Gives up on a tenant whose job failed for the last time: everything is removed and the run says why. Quiet when the
-- tenant is no longer provisioning. Called by the worker.
create or replace function platform_private.abandon_provisioning(
  tenant_id text,
  failed_step text,
  sqlstate text,
  error text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(tenant_id);
begin
  if v_tenant.status = 'provisioning' then
    perform platform_private.fail_run(tenant_id, failed_step, sqlstate, error, null);
  end if;
end
$$;
comment on function platform_private.abandon_provisioning(text, text, text, text) is 'Marks a provisioning as failed after its last attempt.';
revoke all on function platform_private.abandon_provisioning(text, text, text, text) from public;
grant execute on function platform_private.abandon_provisioning(text, text, text, text) to :ROLE_WORKER;
