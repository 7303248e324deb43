-- Who is asking, in which session, and what limits it: the operator of this request. Empty for a session that is not the server's.
-- May be called by every operator.
create or replace function platform.my_session(
  out operator_id uuid,
  out email text,
  out name text,
  out role text,
  out tenants text[],
  out session_id uuid,
  out signed_in_at timestamptz,
  out expires_at timestamptz,
  out second_factor boolean
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select o.id, o.email, o.name, o.role, platform_private.listed_tenants(), s.id, s.created_at, s.expires_at,
         exists (select from platform_private.second_factors f where f.tenant_id is null and f.person_id = o.id and f.confirmed_at is not null)
    from platform.operators o
    left join platform_private.operator_sessions s
      on s.operator_id = o.id and s.id::text = current_setting('tenantry.session_id', true)
   where o.id::text = platform_private.actor()
$$;
comment on function platform.my_session() is 'The operator of this request and their session.';
revoke all on function platform.my_session() from public;
grant execute on function platform.my_session() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
