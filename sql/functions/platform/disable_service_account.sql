-- Closes a service account for good: its tokens stop working at once, its roles in tenants go, and its name is free again. May be called by members of
-- tenantry_admin. Raises TN003, TN009 to an operator limited to tenants.
create or replace function platform.disable_service_account(
  account_id uuid
)
returns platform.service_accounts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_account platform.service_accounts;
  v_tenant text;
begin
  perform platform_private.require_unlimited();
  update platform.service_accounts a
     set status = 'disabled'
   where a.id = account_id and a.status = 'active'
  returning * into v_account;
  if not found then
    raise exception 'there is no such active service account' using errcode = 'TN003', hint = 'List them: select * from platform.service_accounts.';
  end if;
  for v_tenant in
    select g.tenant_id
      from platform.service_account_grants g
      join platform.tenants t on t.id = g.tenant_id
     where g.account_id = v_account.id and t.schema_version is not null and t.status not in ('deleted', 'purged', 'cancelled', 'failed')
     order by 1
  loop
    perform platform.grant_service_account(account_id, v_tenant, '{}');
  end loop;
  perform audit.record('service_accounts.disable', null, 'service_accounts:' || v_account.id);
  return v_account;
end
$$;
comment on function platform.disable_service_account(uuid) is 'Closes a service account for good.';
revoke all on function platform.disable_service_account(uuid) from public;
grant execute on function platform.disable_service_account(uuid) to :ROLE_ADMIN;
