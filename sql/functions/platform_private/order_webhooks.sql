-- Row trigger of agreements and approvals: what happened becomes one delivery for each webhook of the tenant that is switched
-- on for it, and a job each, in the transaction of the change. No NOTIFY: it takes a lock that all commits of the database wait
-- for, and this is a write of the data plane. The worker looks for orders every two seconds.
create or replace function platform_private.order_webhooks()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant text := case when tg_table_schema ^@ 'tenant_' then substr(tg_table_schema, 8) end;
  v_event constant text := case
    when tg_table_name = 'approvals' then case new.status when 'pending' then 'approval.requested' else 'approval.decided' end
    else 'agreement.' || case new.status when 'active' then 'activated' else new.status end end;
  v_most constant integer := 1000;
  v_webhook text;
  v_waiting integer;
  v_delivery uuid;
begin
  for v_webhook in
    select w.webhook ->> 'id'
      from platform.tenants t
     cross join jsonb_path_query(t.settings, '$.integrations.webhooks[*]') as w (webhook)
     where t.id = v_tenant and w.webhook -> 'enabled' = 'true' and w.webhook -> 'events' ? v_event
  loop
    execute format('select count(*) from (select from %I.webhook_deliveries where status = ''pending'' limit $1) w', tg_table_schema)
      into v_waiting using v_most;
    if v_waiting >= v_most then
      execute format(
        'insert into %I.webhook_deliveries (webhook, event, subject_id, status, last_error, finished_at) values ($1, $2, $3, ''failed'', $4, now())',
        tg_table_schema)
        using v_webhook, v_event, new.id, 'Refused: too many deliveries wait already.';
      continue;
    end if;
    execute format('insert into %I.webhook_deliveries (webhook, event, subject_id) values ($1, $2, $3) returning id', tg_table_schema)
      into v_delivery
      using v_webhook, v_event, new.id;
    perform jobs.enqueue_quietly(
      'webhook__deliver', jsonb_build_object('tenantId', v_tenant, 'deliveryId', v_delivery), 'webhook:' || v_delivery);
  end loop;
  return null;
end
$$;
comment on function platform_private.order_webhooks() is 'Trigger: orders a delivery for each webhook that wants to know.';
revoke all on function platform_private.order_webhooks() from public;
