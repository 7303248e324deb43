-- Changes a user of a tenant: any of name, role and status (active or disabled; who was invited becomes active by taking the
-- invitation up). A disabled user's sessions end at once; one who has neither password nor issuer becomes invited by being made active.
-- Compared with the locked row, and only what differs is written. May be called by members of tenantry_operator; an operator below admin gives
-- only roles that read, and to those who have such a one. Raises TN002 with the field as `column`, TN003, TN004, TN009.
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
  v_user constant platform.tenant_user := platform_private.lock_user(tenant_id, user_id);
  v_schema constant text := platform_private.tenant_schema(tenant_id);
  v_status text := patch ->> 'status';
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
  if patch ->> 'role' <> v_user.role or patch ->> 'status' <> v_user.status then
    perform platform_private.require_movable_user(v_schema, v_user.role);
  end if;
  if patch ->> 'role' <> v_user.role then
    perform platform_private.require_grantable_role(v_schema, patch ->> 'role');
  end if;
  if v_user.status = 'disabled' and v_status = 'active' then
    execute format(
      'select case when exists (select from %I.user_credentials where user_id = $1)
                     or exists (select from platform_private.external_identities e join platform.external_issuers i on i.id = e.issuer_id
                                 where e.user_id = $1 and i.tenant_id = $2)
                   then ''active'' else ''invited'' end', v_schema)
      into v_status using user_id, tenant_id;
  end if;
  begin
    execute format(
      'update %I.users set name = coalesce(btrim($2), name), role = coalesce($3, role), status = coalesce($4, status)
        where id = $1 and (btrim($2) <> name or $3 <> role or $4 <> status)', v_schema)
      using user_id, patch ->> 'name', patch ->> 'role', v_status;
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
