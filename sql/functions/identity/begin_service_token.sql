-- Client credentials (RFC 6749, 4.4): the secret by which a service account may act in a tenant, and its role there. No row for a wrong
-- secret, one that has run out, or a tenant that the account was not granted. Callable by tenantry_auth. Raises TN003, TN010.
create or replace function identity.begin_service_token(
  client_id uuid,
  secret_hash text,
  tenant_id text
)
returns table (
  account_id uuid,
  secret_id uuid,
  role text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  select s.account_id, s.id into account_id, secret_id
    from platform_private.service_secrets s
    join platform.service_accounts a on a.id = s.account_id and a.status = 'active'
   where s.account_id = client_id and s.secret_hash = begin_service_token.secret_hash and (s.expires_at is null or s.expires_at > now());
  if account_id is not null then
    perform platform_private.active_tenant_schema(tenant_id);
    select p.role into role from identity.service_standing(tenant_id, secret_id) p;
  end if;
  if role is null then
    perform audit.record('service_token.refuse', tenant_id, 'service_accounts:' || client_id, 'refused');
    return;
  end if;
  update platform.service_accounts a set last_used_at = now() where a.id = client_id;
  perform audit.record('service_token.issue', tenant_id, 'service_accounts:' || client_id);
  return next;
end
$$;
comment on function identity.begin_service_token(uuid, text, text) is 'Checks a service account''s secret for one tenant.';
revoke all on function identity.begin_service_token(uuid, text, text) from public;
grant execute on function identity.begin_service_token(uuid, text, text) to :ROLE_AUTH;
