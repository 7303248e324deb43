-- Limits an operator to the tenants listed, in place of those listed before; null or an empty list lifts the limit. For everything the
-- operator does from then on, other tenants are not there; visits in them end. May be called by members of tenantry_admin. Raises TN003 for an operator or
-- a tenant that is not there, TN008 for the last active admin, TN009.
create or replace function platform.limit_operator(
  id uuid,
  tenant_ids text[]
)
returns platform.operators
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_operator platform.operators;
  v_before jsonb;
  v_after jsonb;
  v_unknown text;
begin
  v_operator := platform_private.lock_operator(id);
  select wanted.tenant_id into v_unknown
    from unnest(tenant_ids) as wanted (tenant_id)
   where wanted.tenant_id is null or not exists (select from platform.tenants t where t.id = wanted.tenant_id)
   limit 1;
  if found then
    raise exception 'there is no tenant "%"', v_unknown
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  select coalesce(jsonb_agg(ot.tenant_id order by ot.tenant_id), '[]') into v_before
    from platform.operator_tenants ot where ot.operator_id = limit_operator.id;
  delete from platform.operator_tenants ot where ot.operator_id = limit_operator.id;
  insert into platform.operator_tenants (operator_id, tenant_id)
  select distinct limit_operator.id, wanted.tenant_id from unnest(tenant_ids) as wanted (tenant_id);
  select coalesce(jsonb_agg(ot.tenant_id order by ot.tenant_id), '[]') into v_after
    from platform.operator_tenants ot where ot.operator_id = limit_operator.id;
  if v_after <> v_before then
    perform platform_private.require_some_admin();
    if v_after <> '[]' then
      perform platform_private.end_visits('limited', operator_id => id, kept => tenant_ids);
    end if;
    perform audit.record('operators.limit', null, 'operators:' || id, 'ok',
                         jsonb_build_object('tenants', v_before), jsonb_build_object('tenants', v_after));
  end if;
  return v_operator;
end
$$;
comment on function platform.limit_operator(uuid, text[]) is 'Limits an operator to the tenants listed; an empty list lifts the limit.';
revoke all on function platform.limit_operator(uuid, text[]) from public;
grant execute on function platform.limit_operator(uuid, text[]) to :ROLE_ADMIN;
