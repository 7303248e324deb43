-- Ends an operator's sign-in with what the comparison said, once; opens the session when it succeeded. No row else.
-- Callable by tenantry_auth.
create or replace function identity.finish_operator_sign_in(
  attempt_id uuid,
  succeeded boolean
)
returns table (
  operator_id uuid,
  email text,
  name text,
  role text,
  session_id uuid
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_email_key constant text := platform_private.finish_attempt('platform_private', attempt_id, succeeded);
begin
  if not succeeded or v_email_key is null then
    return;
  end if;
  return query
    with who as (
      update platform.operators o
         set last_sign_in_at = now()
       where lower(o.email) = v_email_key and o.status = 'active'
      returning o.id, o.email, o.name, o.role
    ), opened as (
      insert into platform_private.operator_sessions (operator_id) select who.id from who returning id
    )
    select who.id, who.email, who.name, who.role, opened.id from who cross join opened;
end
$$;
comment on function identity.finish_operator_sign_in(uuid, boolean) is 'Ends an operator''s sign-in and opens the session.';
revoke all on function identity.finish_operator_sign_in(uuid, boolean) from public;
grant execute on function identity.finish_operator_sign_in(uuid, boolean) to :ROLE_AUTH;
