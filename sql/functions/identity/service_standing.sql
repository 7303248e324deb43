-- Whether a service account may still act in a tenant by one of its secrets, and as what. Callable by tenantry_auth.
create or replace function identity.service_standing(
  tenant_id text,
  secret_id uuid
)
returns table (
  account_id uuid,
  role text,
  expires_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select a.id, 'service_' || replace(a.id::text, '-', ''), coalesce(s.expires_at, now() + interval '1 day')
    from platform_private.service_secrets s
    join platform.service_accounts a on a.id = s.account_id and a.status = 'active'
    join platform.service_account_grants g on g.account_id = a.id and g.tenant_id = service_standing.tenant_id
   where s.id = secret_id and (s.expires_at is null or s.expires_at > now())
$$;
comment on function identity.service_standing(text, uuid) is 'Account and role behind a service account''s token.';
revoke all on function identity.service_standing(text, uuid) from public;
grant execute on function identity.service_standing(text, uuid) to :ROLE_AUTH;
