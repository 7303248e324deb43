-- Changes what an operator is, or whether: what is null stays. Sessions end, so that the next sign-in brings the new role. `active` for one
-- who never chose a password is `invited`. Only admins get here, so one's own role can only fall. May be called by members of
-- tenantry_admin. Raises TN002 with the field as `column`, TN003, TN008 for the last active admin, TN009.
create or replace function platform.change_operator(
  id uuid,
  role text default null,
  status text default null
)
returns platform.operators
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_before platform.operators;
  v_after platform.operators;
begin
  v_before := platform_private.lock_operator(id);
  if role not in ('admin', 'operator', 'security', 'developer') then
    raise exception 'there is no such role'
      using errcode = 'TN002', column = 'role', hint = 'Roles: admin, operator, security, developer.';
  end if;
  if status not in ('active', 'disabled') then
    raise exception 'an operator is made active or disabled'
      using errcode = 'TN002', column = 'status', hint = 'One who never chose a password becomes invited by being made active.';
  end if;
  update platform.operators o
     set role = coalesce(change_operator.role, o.role),
         status = case
                    when change_operator.status = 'active'
                         and not exists (select from platform_private.operator_credentials c where c.operator_id = o.id) then 'invited'
                    else coalesce(change_operator.status, o.status)
                  end
   where o.id = change_operator.id
  returning * into v_after;
  if v_after is distinct from v_before then
    perform platform_private.require_some_admin();
    perform audit.record('operators.change', null, 'operators:' || id, 'ok',
                         jsonb_build_object('role', v_before.role, 'status', v_before.status),
                         jsonb_build_object('role', v_after.role, 'status', v_after.status));
  end if;
  return v_after;
end
$$;
comment on function platform.change_operator(uuid, text, text) is 'Changes an operator''s role or status.';
revoke all on function platform.change_operator(uuid, text, text) from public;
grant execute on function platform.change_operator(uuid, text, text) to :ROLE_ADMIN;
