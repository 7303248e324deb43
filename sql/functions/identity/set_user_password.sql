-- Gives a tenant's user a password, by the argon2id hash that Node made. `must_change`: it is a first
-- password, which works for three days. That it was set stands in the trail.
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
  v_user uuid;
begin
  execute format(
    'insert into %1$I.user_credentials (user_id, password_hash, must_change, expires_at)
     select u.id, $2, $3, case when $3 then now() + interval ''3 days'' end from %1$I.users u where lower(u.email) = lower($1)
     on conflict (user_id) do update set password_hash = excluded.password_hash, must_change = excluded.must_change,
           expires_at = excluded.expires_at
     returning user_id',
    v_schema) into v_user using email, password_hash, must_change;
  if v_user is null then
    raise exception 'there is no such user' using errcode = 'TN003', hint = 'Invite the person first.';
  end if;
  perform audit.record('password.set', tenant_id, 'users:' || v_user, detail => jsonb_build_object('mustChange', must_change));
end
$$;
comment on function identity.set_user_password(text, text, text, boolean) is 'Sets the hash of a user''s password.';
revoke all on function identity.set_user_password(text, text, text, boolean) from public;
grant execute on function identity.set_user_password(text, text, text, boolean) to :ROLE_AUTH;
