-- Ends the sign-in of a tenant's user with what the comparison said, once; opens the session when it succeeded. No row
-- else. Callable by tenantry_auth. Raises TN003, and TN010 when the tenant is not active.
create or replace function identity.finish_user_sign_in(
  tenant_id text,
  attempt_id uuid,
  succeeded boolean
)
returns table (
  user_id uuid,
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
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
  v_email_key constant text := platform_private.finish_attempt(v_schema, attempt_id, succeeded);
begin
  if not succeeded or v_email_key is null then
    return;
  end if;
  update platform.tenants t
     set last_activity_at = date_trunc('minute', now())
   where t.id = tenant_id and t.last_activity_at is distinct from date_trunc('minute', now());
  return query execute format(
    'with who as (
       update %1$I.users u
          set last_sign_in_at = now()
        where lower(u.email) = $1 and u.status = ''active''
       returning u.id, u.email, u.name, u.role
     ), opened as (
       insert into %1$I.user_sessions (user_id, expires_at)
       select who.id, now() + interval ''24 hours'' from who returning id
     )
     select who.id, who.email::text, who.name::text, who.role::text, opened.id from who cross join opened', v_schema)
    using v_email_key;
end
$$;
comment on function identity.finish_user_sign_in(text, uuid, boolean) is 'Ends a user''s sign-in and opens the session.';
revoke all on function identity.finish_user_sign_in(text, uuid, boolean) from public;
grant execute on function identity.finish_user_sign_in(text, uuid, boolean) to :ROLE_AUTH;
