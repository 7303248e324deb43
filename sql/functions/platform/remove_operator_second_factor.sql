-- Removes the second factor of an operator who has lost it, and ends that operator's sessions. One's own goes by one's password or a code instead:
-- a stolen token must not be enough. May be called by members of tenantry_admin. Raises TN003, also for an operator without one, and TN009.
create or replace function platform.remove_operator_second_factor(
  operator_id uuid
)
returns platform.operators
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_operator constant platform.operators := platform_private.lock_operator(operator_id);
  v_confirmed boolean;
begin
  if v_operator.id = nullif(current_setting('tenantry.operator_id', true), '')::uuid then
    raise exception 'this is your own second factor'
      using errcode = 'TN009', hint = 'Remove it by DELETE /api/v1/auth/second-factor with your password or a code, or ask another admin.';
  end if;
  delete from platform_private.second_factors f where f.tenant_id is null and f.person_id = v_operator.id
  returning f.confirmed_at is not null into v_confirmed;
  if v_confirmed is null then
    raise exception 'this operator has no second factor' using errcode = 'TN003', hint = 'Signing in asks this operator for a password alone.';
  end if;
  perform platform_private.end_sessions(null, v_operator.id, 'revoked');
  perform audit.record('operators.remove_second_factor', null, 'operators:' || v_operator.id,
                       before => jsonb_build_object('secondFactor', v_confirmed), after => jsonb_build_object('secondFactor', false));
  return v_operator;
end
$$;
comment on function platform.remove_operator_second_factor(uuid) is 'Removes the second factor of an operator who has lost it.';
revoke all on function platform.remove_operator_second_factor(uuid) from public;
grant execute on function platform.remove_operator_second_factor(uuid) to :ROLE_ADMIN;
