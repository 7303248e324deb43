-- Lifts the lock that failed sign-ins put on an operator. May be called by members of tenantry_admin and tenantry_security who are not limited
-- to tenants. Raises TN003, TN009.
create or replace function platform.unlock_operator(
  id uuid
)
returns platform.operators
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_operator platform.operators;
  v_locked_until timestamptz;
begin
  perform platform_private.require_unlimited();
  select * into v_operator from platform.operators o where o.id = unlock_operator.id;
  if not found then
    raise exception 'there is no operator of this id'
      using errcode = 'TN003', hint = 'List them: select id, email from platform.operators.';
  end if;
  delete from platform_private.sign_in_locks l where l.email_key = lower(v_operator.email) returning l.locked_until into v_locked_until;
  perform audit.record('operators.unlock', null, 'operators:' || id,
                       before => jsonb_build_object('lockedUntil', v_locked_until), after => jsonb_build_object('lockedUntil', null));
  return v_operator;
end
$$;
comment on function platform.unlock_operator(uuid) is 'Lifts the lock of an operator''s account.';
revoke all on function platform.unlock_operator(uuid) from public;
grant execute on function platform.unlock_operator(uuid) to :ROLE_ADMIN, :ROLE_SECURITY;
