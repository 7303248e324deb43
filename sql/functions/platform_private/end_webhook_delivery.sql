-- Writes down how an attempt to deliver went: pending (it will be tried again), delivered or failed. Called by the worker.
create or replace function platform_private.end_webhook_delivery(
  tenant_id text,
  delivery_id uuid,
  status text,
  response_status integer,
  error text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.tenant_schema(tenant_id);
begin
  if not platform_private.has_schema(tenant_id) then
    return;
  end if;
  execute format(
    'update %I.webhook_deliveries
        set status = $2, attempts = attempts + 1, response_status = $3, last_error = left($4, 200),
            finished_at = case when $2 <> ''pending'' then now() end
      where id = $1 and status = ''pending''', v_schema)
    using delivery_id, status, response_status, error;
end
$$;
comment on function platform_private.end_webhook_delivery(text, uuid, text, integer, text) is 'Writes down how a delivery went.';
revoke all on function platform_private.end_webhook_delivery(text, uuid, text, integer, text) from public;
grant execute on function platform_private.end_webhook_delivery(text, uuid, text, integer, text) to :ROLE_WORKER;
