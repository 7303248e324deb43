-- Orders the notices before the agreements of one tenant end: for each rule that is in force, each active agreement that ends within its days, once.
-- Returns of how many agreements somebody was told. Raises TN003, and TN010 for a tenant that is not active. Called by the worker.
create or replace function platform_private.remind_agreements(
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
  v_agreement uuid;
  v_roles text[];
  v_count integer := 0;
begin
  -- A schema before version 10 has nowhere to write down who was told.
  if to_regclass(format('%I.ending_notices', v_schema)) is null then
    return 0;
  end if;
  execute format(
    'delete from %1$I.ending_notices n where not exists (select from %1$I.agreements a where a.id = n.agreement_id and a.status = ''active'')', v_schema);
  for v_agreement, v_roles in execute format(
    'with told as (
       insert into %1$I.ending_notices (agreement_id, rule_id)
       select a.id, r.id
         from %1$I.agreements a
         join %1$I.notification_rules r on r.event = ''agreement_ending'' and r.enabled
        where a.status = ''active'' and a.ends_on between current_date and current_date + r.days_before
       on conflict do nothing
       returning agreement_id, rule_id
     )
     select t.agreement_id, array_agg(r.role_name::text)
       from told t join %1$I.notification_rules r on r.id = t.rule_id
      group by t.agreement_id', v_schema)
  loop
    perform platform_private.order_notices(tenant_id, 'agreement_ending', v_agreement, v_roles);
    v_count := v_count + 1;
  end loop;
  if v_count > 0 then
    perform audit.record('agreements.remind', tenant_id, detail => jsonb_build_object('agreements', v_count));
  end if;
  return v_count;
end
$$;
comment on function platform_private.remind_agreements(text) is 'Orders the notices before agreements end.';
revoke all on function platform_private.remind_agreements(text) from public;
grant execute on function platform_private.remind_agreements(text) to :ROLE_WORKER;
