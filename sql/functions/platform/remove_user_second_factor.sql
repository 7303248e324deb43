-- Removes the second factor of a tenant's user who has lost it, and ends that user's sessions: whoever found the telephone may have one. May be
-- called by members of tenantry_operator. Raises TN003, also for a user without one, and TN004.
create or replace function platform.remove_user_second_factor(
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
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_user constant platform.tenant_user := platform_private.tenant_user(tenant_id, user_id);
  v_confirmed boolean;
begin
  delete from platform_private.second_factors f
   where f.tenant_id = remove_user_second_factor.tenant_id and f.person_id = v_user.id
  returning f.confirmed_at is not null into v_confirmed;
  if v_confirmed is null then
    raise exception 'this user has no second factor' using errcode = 'TN003', hint = 'Signing in asks this user for a password alone.';
  end if;
  perform platform.end_user_sessions(tenant_id, user_id);
  perform audit.record('users.remove_second_factor', tenant_id, 'users:' || user_id,
                       before => jsonb_build_object('secondFactor', v_confirmed), after => jsonb_build_object('secondFactor', false));
  return platform_private.tenant_user(tenant_id, user_id);
end
$$;
comment on function platform.remove_user_second_factor(text, uuid) is 'Removes the second factor of a user who has lost it.';
revoke all on function platform.remove_user_second_factor(text, uuid) from public;
grant execute on function platform.remove_user_second_factor(text, uuid) to :ROLE_OPERATOR;
