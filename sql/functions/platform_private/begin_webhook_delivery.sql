-- What a delivery of a webhook sends, to where, signed with what (`sealed`, and `earlier` for a while after a rotation): read anew from
-- the tenant, ids and status only. No row when
-- there is nothing to send any more: decided already, the tenant closed, the webhook switched off or without a secret, the
-- subject gone; a delivery that can't be made any more is closed with the reason. Called by the worker. Raises TN010 while a lock-down
-- stops the tenant: the delivery waits.
create or replace function platform_private.begin_webhook_delivery(
  tenant_id text,
  delivery_id uuid
)
returns table (
  webhook text,
  url text,
  event text,
  occurred_at timestamptz,
  data jsonb,
  sealed text,
  earlier text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants;
  v_schema constant text := platform_private.tenant_schema(tenant_id);
  v_delivery record;
  v_webhook jsonb;
  v_sealed text;
  v_data jsonb;
  v_refusal text;
begin
  select * into v_tenant from platform.tenants t where t.id = begin_webhook_delivery.tenant_id;
  if not platform_private.has_schema(tenant_id) then
    return;
  end if;
  -- Nothing is lost by a lock-down: the job fails, and the delivery waits for its next attempt.
  if v_tenant.status = 'active' and platform_private.locked_down(tenant_id, v_tenant.lane) then
    raise exception 'tenant "%" is locked down', tenant_id
      using errcode = 'TN010', detail = 'locked_down', hint = 'The delivery is tried again.';
  end if;
  -- The earlier secret as JSON: schemas before version 10 have no such column.
  execute format(
    'select d.webhook, d.event, d.subject_id, d.created_at, s.sealed,
            case when (to_jsonb(s) ->> ''earlier_until'')::timestamptz > now() then to_jsonb(s) ->> ''earlier'' end as earlier
       from %1$I.webhook_deliveries d left join %1$I.webhook_secrets s on s.webhook = d.webhook
      where d.id = $1 and d.status = ''pending''', v_schema)
    into v_delivery using delivery_id;
  if v_delivery.webhook is null then
    return;
  end if;
  execute format(
    'select w.webhook from %I.settings s cross join jsonb_path_query(s.value, ''$.webhooks[*]'') as w (webhook)
      where s.section = ''integrations'' and w.webhook ->> ''id'' = $1 and w.webhook -> ''enabled'' = ''true''', v_schema)
    into v_webhook using v_delivery.webhook;
  if v_delivery.event ^@ 'approval.' then
    execute format(
      'select jsonb_build_object(''approvalId'', id, ''agreementId'', agreement_id, ''kind'', kind, ''status'', status)
         from %I.approvals where id = $1', v_schema)
      into v_data using v_delivery.subject_id;
  else
    execute format('select jsonb_build_object(''agreementId'', id, ''status'', status) from %I.agreements where id = $1', v_schema)
      into v_data using v_delivery.subject_id;
  end if;
  v_refusal := case
    when v_tenant.status <> 'active' then 'The tenant is not open.'
    when v_webhook is null then 'The webhook was removed or switched off.'
    when v_delivery.sealed is null then 'The webhook has no signing secret. Make one.'
    when v_data is null then 'What it is about was deleted.'
  end;
  if v_refusal is not null then
    perform platform_private.end_webhook_delivery(tenant_id, delivery_id, 'failed', null, v_refusal);
    return;
  end if;
  webhook := v_delivery.webhook;
  url := v_webhook ->> 'url';
  event := v_delivery.event;
  occurred_at := v_delivery.created_at;
  data := v_data;
  sealed := v_delivery.sealed;
  earlier := v_delivery.earlier;
  return next;
end
$$;
comment on function platform_private.begin_webhook_delivery(text, uuid) is 'What a delivery sends and where; no row when it is not to be sent.';
revoke all on function platform_private.begin_webhook_delivery(text, uuid) from public;
grant execute on function platform_private.begin_webhook_delivery(text, uuid) to :ROLE_WORKER;
