-- Begins the sign-in of a tenant's user: counts the attempt, then answers one hash to compare the password with; for an
-- unknown or disabled account one that no password fits. Locked: no hash, and until when. Callable by tenantry_auth.
-- Raises TN003, and TN010 when the tenant is not active.
create or replace function identity.begin_user_sign_in(
  tenant_id text,
  email text,
  out attempt_id uuid,
  out password_hash text,
  out locked_until timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
begin
  select a.attempt_id, a.locked_until into attempt_id, locked_until
    from platform_private.begin_attempt(v_schema, email) a;
  if attempt_id is not null then
    execute format(
      'select coalesce(c.password_hash, d.password_hash)
         from platform_private.dummy_password d
         left join %1$I.users u on lower(u.email) = lower($1) and u.status = ''active''
         left join %1$I.user_credentials c on c.user_id = u.id', v_schema)
      into password_hash using email;
  end if;
end
$$;
comment on function identity.begin_user_sign_in(text, text) is 'Counts a user''s attempt to sign in and answers a hash.';
revoke all on function identity.begin_user_sign_in(text, text) from public;
grant execute on function identity.begin_user_sign_in(text, text) to :ROLE_AUTH;
