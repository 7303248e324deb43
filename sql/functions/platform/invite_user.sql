-- Enters a user of a tenant as invited and orders the message. May be called by members of tenantry_operator. An operator below admin gives only roles that read, or the first administrator.
-- Raises TN002 with the field as `column`, TN003, TN004, TN009, TN008 for an e-mail that the tenant has already.
create or replace function platform.invite_user(
  tenant_id text,
  email text,
  name text,
  role text
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_id uuid;
  v_constraint text;
  v_field text;
begin
  perform platform_private.require_grantable_role(v_schema, role);
  begin
    execute format('insert into %I.users (email, name, role, status) values (btrim($1), btrim($2), $3, ''invited'') returning id', v_schema)
      into v_id using email, name, role;
  exception
    when unique_violation then
      raise exception 'a user with this e-mail is there already'
        using errcode = 'TN008', column = 'email', hint = 'Change that user, or invite them again.';
    when check_violation or not_null_violation or foreign_key_violation then
      get stacked diagnostics v_constraint = constraint_name;
      v_field := coalesce(nullif(split_part(v_constraint, '_', 2), ''), 'email');
      raise exception '%', platform_private.user_flaw(v_schema, v_field)
        using errcode = 'TN002', column = v_field,
              hint = 'An e-mail address, a name of 1 to 200 characters, and a role of the tenant.';
  end;
  perform audit.record('users.invite', tenant_id, 'users:' || v_id);
  return platform_private.tenant_user(tenant_id, v_id);
end
$$;
comment on function platform.invite_user(text, text, text, text) is 'Invites a person as a user of a tenant.';
revoke all on function platform.invite_user(text, text, text, text) from public;
grant execute on function platform.invite_user(text, text, text, text) to :ROLE_OPERATOR;
