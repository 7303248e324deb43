-- Ends the active agreements of one tenant whose last day has passed, each with its event in the audit trail; returns how many.
-- Takes the tenant's path for the while, as the triggers of agreements expect, and hands the caller's back. Raises TN003, and
-- TN010 for a tenant that is not active. Called by the worker.
create or replace function platform_private.expire_agreements(
  tenant_id text
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
  v_id uuid;
  v_count integer := 0;
begin
  perform set_config('search_path', format('%I, tenantry_shared, pg_temp', v_schema), true);
  for v_id in execute format(
    'update %I.agreements set status = ''expired'' where status = ''active'' and ends_on < current_date returning id', v_schema)
  loop
    perform audit.record('agreements.expire', tenant_id, 'agreements:' || v_id, 'ok', '{"status": "active"}', '{"status": "expired"}');
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function platform_private.expire_agreements(text) is 'Expires a tenant''s agreements whose last day has passed.';
revoke all on function platform_private.expire_agreements(text) from public;
grant execute on function platform_private.expire_agreements(text) to :ROLE_WORKER;
