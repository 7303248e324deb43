-- Lifts the lock that failed sign-ins put on a user. May be called by members of tenantry_operator and tenantry_security. Raises TN003,
-- TN004.
create or replace function platform.unlock_user(
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
begin
  execute format('delete from %I.sign_in_locks where email_key = lower($1)', v_schema) using v_user.email;
  perform audit.record('users.unlock', tenant_id, 'users:' || user_id,
                       before => jsonb_build_object('lockedUntil', v_user.locked_until), after => jsonb_build_object('lockedUntil', null));
  return platform_private.tenant_user(tenant_id, user_id);
end
$$;
comment on function platform.unlock_user(text, uuid) is 'Lifts the lock of a user''s account.';
revoke all on function platform.unlock_user(text, uuid) from public;
grant execute on function platform.unlock_user(text, uuid) to :ROLE_OPERATOR, :ROLE_SECURITY;
