-- Changes a user of a tenant: any of name, role and status (active or disabled; who was invited becomes active by taking the
-- invitation up). A disabled user's sessions end at once. May be called by members of tenantry_operator. Raises TN002 with the field as `column`, TN003, TN004, TN009.
create or replace function platform.change_user(
  tenant_id text,
  user_id uuid,
  patch jsonb
)
returns platform.tenant_user
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_user constant platform.tenant_user := platform_private.tenant_user(tenant_id, user_id);
  v_key text;
  v_constraint text;
  v_field text;
begin
  for v_key in select k from jsonb_object_keys(coalesce(patch, '{}')) k loop
    if v_key not in ('name', 'role', 'status') then
      raise exception 'there is no field "%" to change', v_key
        using errcode = 'TN002', column = v_key, hint = 'Fields: name, role, status.';
    end if;
  end loop;
  if patch ->> 'status' not in ('active', 'disabled') or (patch ->> 'status' = 'active' and v_user.status = 'invited') then
    raise exception 'a user is made active or disabled, and one who was invited only by taking the invitation up'
      using errcode = 'TN002', column = 'status', hint = 'Invite the person again.';
  end if;
  if patch ->> 'role' <> v_user.role then
    perform platform_private.require_grantable_role(v_schema, patch ->> 'role');
  end if;
  begin
    execute format(
      'update %I.users set name = coalesce(btrim($2), name), role = coalesce($3, role), status = coalesce($4, status) where id = $1', v_schema)
      using user_id, patch ->> 'name', patch ->> 'role', patch ->> 'status';
  exception when check_violation or foreign_key_violation then
    get stacked diagnostics v_constraint = constraint_name;
    v_field := split_part(v_constraint, '_', 2);
    raise exception '%', platform_private.user_flaw(v_schema, v_field)
      using errcode = 'TN002', column = v_field, hint = 'A name of 1 to 200 characters, a role of the tenant.';
  end;
  return platform_private.tenant_user(tenant_id, user_id);
end
$$;
comment on function platform.change_user(text, uuid, jsonb) is 'Changes name, role or status of a user of a tenant.';
revoke all on function platform.change_user(text, uuid, jsonb) from public;
grant execute on function platform.change_user(text, uuid, jsonb) to :ROLE_OPERATOR;
