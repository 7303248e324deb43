-- Ends the sessions of a user of a tenant, all or one; its access tokens stop working at once. Returns how many ended. May be
-- called by members of tenantry_operator and tenantry_security. Raises TN003, TN004.
create or replace function platform.end_user_sessions(
  tenant_id text,
  user_id uuid,
  session_id uuid default null
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_count integer := 0;
  v_session platform.user_session;
begin
  for v_session in select * from platform.user_sessions(tenant_id, user_id) s where session_id is null or s.id = session_id loop
    execute format('update %I.user_sessions set ended_at = now(), ended_because = ''revoked'' where id = $1', platform_private.user_realm(tenant_id))
      using v_session.id;
    perform platform_private.announce_session(tenant_id, v_session.id);
    v_count := v_count + 1;
  end loop;
  perform audit.record('users.end_sessions', tenant_id, 'users:' || user_id, detail => jsonb_build_object('sessions', v_count));
  return v_count;
end
$$;
comment on function platform.end_user_sessions(text, uuid, uuid) is 'Ends sessions of a user of a tenant.';
revoke all on function platform.end_user_sessions(text, uuid, uuid) from public;
grant execute on function platform.end_user_sessions(text, uuid, uuid) to :ROLE_OPERATOR, :ROLE_SECURITY;
