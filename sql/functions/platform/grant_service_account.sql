-- Says what a service account may do in one tenant: exactly these permissions, in place of what it could there before; none takes the
-- tenant away from it. In the tenant it is a role of its own, which its people see and cannot change. May be called by members of
-- tenantry_admin; to one limited to tenants only accounts granted there are known. Raises TN002 for a permission that there isn't, TN003, TN004.
create or replace function platform.grant_service_account(
  account_id uuid,
  tenant_id text,
  permissions text[]
)
returns platform.service_accounts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_role constant text := 'service_' || replace(account_id::text, '-', '');
  v_account platform.service_accounts;
  v_before text[];
  v_unknown text;
begin
  select * into v_account from platform.service_accounts a where a.id = account_id
     and (platform_private.listed_tenants() is null
          or exists (select from platform.service_account_grants g where g.account_id = a.id and platform_private.reaches_tenant(g.tenant_id)))
     for update;
  if not found then
    raise exception 'there is no such service account' using errcode = 'TN003', hint = 'List them: select * from platform.service_accounts.';
  end if;
  execute format('select p from unnest($1) as p except select name from %I.permissions limit 1', v_schema) into v_unknown using permissions;
  if v_unknown is not null or permissions is null then
    raise exception 'there is no permission "%"', v_unknown
      using errcode = 'TN002', column = 'permissions', hint = 'See the table permissions of the tenant.';
  end if;
  select g.permissions into v_before
    from platform.service_account_grants g
   where g.account_id = v_account.id and g.tenant_id = grant_service_account.tenant_id;
  execute format('delete from %I.roles where name = $1', v_schema) using v_role;
  delete from platform.service_account_grants g where g.account_id = v_account.id and g.tenant_id = grant_service_account.tenant_id;
  if cardinality(permissions) > 0 then
    execute format('insert into %I.roles (name, description, builtin) values ($1, $2, true)', v_schema)
      using v_role, 'Service account: ' || v_account.name;
    execute format('insert into %I.role_permissions (role_name, permission) select distinct $1, p from unnest($2) as p', v_schema)
      using v_role, permissions;
    insert into platform.service_account_grants (account_id, tenant_id, permissions) values (v_account.id, tenant_id, permissions);
  end if;
  perform platform_private.announce_session(tenant_id, s.id) from platform_private.service_secrets s where s.account_id = v_account.id;
  perform audit.record('service_accounts.grant', tenant_id, 'service_accounts:' || v_account.id,
                       before => jsonb_build_object('permissions', v_before), after => jsonb_build_object('permissions', permissions));
  return v_account;
end
$$;
comment on function platform.grant_service_account(uuid, text, text[]) is 'Sets the permissions of a service account in one tenant.';
revoke all on function platform.grant_service_account(uuid, text, text[]) from public;
grant execute on function platform.grant_service_account(uuid, text, text[]) to :ROLE_ADMIN;
