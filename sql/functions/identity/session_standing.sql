-- Whether an access token's session still holds, and what its person may be now: no row for a session that ended or ran out, or
-- whose person is not active. `factor_missing`: the person signs in by password, the tenant requires a second factor, and there is none: nothing but
-- setting one up is open. The server asks at a token's first use and after every hint. Callable by tenantry_auth.
create or replace function identity.session_standing(
  tenant_id text,
  session_id uuid
)
returns table (
  person_id uuid,
  role text,
  expires_at timestamptz,
  factor_missing boolean
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
    'select p.id, p.role::text, s.expires_at,
            platform_private.requires_second_factor($2) and not platform_private.has_second_factor($2, p.id)
              and exists (select from %1$s c where c.%2$I = p.id)
       from %3$s s join %4$s p on p.id = s.%2$I
      where s.id = $1 and s.ended_at is null and s.expires_at > now() and p.status = ''active''',
    v_realm.credentials, v_realm.person, v_realm.sessions, v_realm.people) using session_id, tenant_id;
end
$$;
comment on function identity.session_standing(text, uuid) is 'Person and role of an open session.';
revoke all on function identity.session_standing(text, uuid) from public;
grant execute on function identity.session_standing(text, uuid) to :ROLE_AUTH;
