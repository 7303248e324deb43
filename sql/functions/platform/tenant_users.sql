-- The users of a tenant, by name: identity tables only. May be called by members of tenantry_operator and tenantry_security.
-- Raises TN003, TN004.
create or replace function platform.tenant_users(
  tenant_id text
)
returns setof platform.tenant_user
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return query execute format(
    'select u.id, u.email::text, u.name::text, u.role::text, u.status::text, u.last_sign_in_at,
            (select max(l.locked_until) from %1$I.sign_in_locks l where l.email_key = lower(u.email) and l.locked_until > now()),
            (select count(*)::integer from %1$I.user_sessions s where s.user_id = u.id and s.ended_at is null and s.expires_at > now()),
            u.created_at, u.updated_at,
            exists (select from platform_private.second_factors f where f.tenant_id = $1 and f.person_id = u.id and f.confirmed_at is not null)
       from %1$I.users u
      order by u.name, u.id', platform_private.user_schema(tenant_id)) using tenant_id;
end
$$;
comment on function platform.tenant_users(text) is 'The users of a tenant.';
revoke all on function platform.tenant_users(text) from public;
grant execute on function platform.tenant_users(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
