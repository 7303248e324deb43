-- The open sessions of the person whose session this is, newest first. Callable by tenantry_auth.
create or replace function identity.sessions(
  tenant_id text,
  session_id uuid
)
returns table (
  id uuid,
  created_at timestamptz,
  last_used_at timestamptz,
  expires_at timestamptz,
  address text,
  user_agent text,
  this_one boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
begin
  return query execute format(
    'select s.id, s.created_at, s.last_used_at, s.expires_at, s.address::text, s.user_agent::text, s.id = own.id
       from %1$s own join %1$s s on s.%2$I = own.%2$I
      where own.id = $1 and own.ended_at is null and s.ended_at is null and s.expires_at > now()
      order by s.created_at desc limit 100', v_realm.sessions, v_realm.person) using session_id;
end
$$;
comment on function identity.sessions(text, uuid) is 'Open sessions of the person who has this one.';
revoke all on function identity.sessions(text, uuid) from public;
grant execute on function identity.sessions(text, uuid) to :ROLE_AUTH;
