-- Enters a service account: a program that signs in by a secret instead of a password. It may nothing until it is granted something,
-- and has no secret until one is made. May be called by members of tenantry_admin. Raises TN002, TN008 for a name that is taken,
-- TN009 to an operator limited to tenants: whoever holds its secret could enter what it is granted later.
create or replace function platform.create_service_account(
  name text,
  description text default null
)
returns platform.service_accounts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_account platform.service_accounts;
begin
  perform platform_private.require_unlimited();
  insert into platform.service_accounts (name, description) values (btrim(name), description) returning * into v_account;
  perform audit.record('service_accounts.create', null, 'service_accounts:' || v_account.id, after => jsonb_build_object('name', v_account.name));
  return v_account;
exception
  when unique_violation then
    raise exception 'a service account of this name is there already' using errcode = 'TN008', column = 'name', hint = 'Choose another name.';
  when check_violation or not_null_violation then
    raise exception 'a service account has a name of 1 to 100 characters, and a description of up to 500'
      using errcode = 'TN002', column = 'name', hint = 'For example: Royalty import.';
end
$$;
comment on function platform.create_service_account(text, text) is 'Enters a service account, without rights or secret.';
revoke all on function platform.create_service_account(text, text) from public;
grant execute on function platform.create_service_account(text, text) to :ROLE_ADMIN;
