-- Removes a user of a tenant; one whose name stands in approvals can only be disabled. May be called by members of
-- tenantry_operator; an operator below admin removes only those whose role reads. Raises TN003, TN004, TN008, TN009.
create or replace function platform.remove_user(
  tenant_id text,
  user_id uuid
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
begin
  perform platform_private.require_movable_user(v_schema, v_user.role);
  execute format('delete from %I.users where id = $1', v_schema) using user_id;
  return v_user;
exception when foreign_key_violation then
  raise exception 'this user asked for or decided approvals, which stay on record: disable the user instead'
    using errcode = 'TN008', detail = 'Approvals keep the user''s id.',
          hint = 'platform.change_user(tenant_id, user_id, ''{"status": "disabled"}''). To erase who it was, after that: platform.erase_person(tenant_id, user_id, reason).';
end
$$;
comment on function platform.remove_user(text, uuid) is 'Removes a user of a tenant who left no trace in its business.';
revoke all on function platform.remove_user(text, uuid) from public;
grant execute on function platform.remove_user(text, uuid) to :ROLE_OPERATOR;
