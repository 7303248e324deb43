-- Orders the job that ends agreements past their last day, now instead of tonight: in one tenant, or in all without an id.
-- May be called by members of tenantry_operator. Raises TN003, TN004 for a tenant that is not active,
-- TN009 for all tenants to an operator limited to some.
create or replace function platform.expire_agreements(
  id text default null
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_status text;
begin
  if id is not null then
    select t.status into v_status from platform.tenants t where t.id = expire_agreements.id and platform_private.reaches_tenant(t.id);
    if not found then
      raise exception 'there is no tenant "%"', id
        using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
    end if;
    if v_status <> 'active' then
      raise exception 'tenant "%" is %, its agreements rest', id, v_status
        using errcode = 'TN004', detail = 'Allowed from: active.', hint = 'Activate it first.';
    end if;
  else
    perform platform_private.require_unlimited();
  end if;
  perform audit.record('agreements.order_expiry', id);
  perform jobs.enqueue('agreements__expire', jsonb_strip_nulls(jsonb_build_object('tenantId', id)), 'expire:' || coalesce(id, '*'));
end
$$;
comment on function platform.expire_agreements(text) is 'Orders the job that ends agreements past their last day.';
revoke all on function platform.expire_agreements(text) from public;
grant execute on function platform.expire_agreements(text) to :ROLE_OPERATOR;
