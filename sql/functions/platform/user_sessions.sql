-- The open sessions of a user of a tenant, newest first. May be called by members of tenantry_operator and tenantry_security. Raises TN003,
-- TN004.
create or replace function platform.user_sessions(
  tenant_id text,
  user_id uuid
)
returns setof platform.user_session
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.tenant_user(tenant_id, user_id);
  return query execute format(
    'select s.id, s.created_at, s.last_used_at, s.expires_at, s.address::text, s.user_agent::text
       from %I.user_sessions s
      where s.user_id = $1 and s.ended_at is null and s.expires_at > now()
      order by s.created_at desc', platform_private.user_schema(tenant_id)) using user_id;
end
$$;
comment on function platform.user_sessions(text, uuid) is 'The open sessions of a user of a tenant.';
revoke all on function platform.user_sessions(text, uuid) from public;
grant execute on function platform.user_sessions(text, uuid) to :ROLE_OPERATOR, :ROLE_SECURITY;
