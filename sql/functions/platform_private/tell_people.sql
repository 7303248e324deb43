-- Row trigger of agreements and approvals: orders messages about what happened, once for a submission or a decision. Rows deeper than one are
-- those that a submission or a refusal brings along. Rows that the owner loads (demo data, restore, import) are no news: nobody's claims stand
-- behind them.
create or replace function platform_private.tell_people()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant text := case when tg_table_schema ^@ 'tenant_' then substr(tg_table_schema, 8) end;
  v_by constant uuid := nullif(current_setting('tenantry.user_id', true), '');
begin
  if tg_table_name = 'approvals' and (pg_trigger_depth() > 1 or v_by is null) then
    return null;
  end if;
  perform platform_private.order_notices(
    v_tenant,
    case when tg_table_name = 'agreements' then 'agreement_ended' when new.status = 'pending' then 'approval_requested' else 'approval_decided' end,
    new.id, but => v_by);
  return null;
end
$$;
comment on function platform_private.tell_people() is 'Trigger: orders messages about agreements and approvals.';
revoke all on function platform_private.tell_people() from public;
