-- Gives a tenant's user a password, by the argon2id hash that Node made. `must_change`: it is a first
-- password, which works for three days.
-- Callable by tenantry_auth. Raises TN003, also for an unknown user, and TN010 when the tenant is not active.
create or replace function identity.set_user_password(
  tenant_id text,
  email text,
  password_hash text,
  must_change boolean
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.active_tenant_schema(tenant_id);
  v_count bigint;
begin
  execute format(
    'insert into %1$I.user_credentials (user_id, password_hash, must_change, expires_at)
     select u.id, $2, $3, case when $3 then now() + interval ''3 days'' end from %1$I.users u where lower(u.email) = lower($1)
     on conflict (user_id) do update set password_hash = excluded.password_hash, must_change = excluded.must_change,
           expires_at = excluded.expires_at',
    v_schema) using email, password_hash, must_change;
  get diagnostics v_count = row_count;
  if v_count = 0 then
    raise exception 'there is no such user' using errcode = 'TN003', hint = 'Invite the person first.';
  end if;
end
$$;
comment on function identity.set_user_password(text, text, text, boolean) is 'Sets the hash of a user''s password.';
revoke all on function identity.set_user_password(text, text, text, boolean) from public;
grant execute on function identity.set_user_password(text, text, text, boolean) to :ROLE_AUTH;
