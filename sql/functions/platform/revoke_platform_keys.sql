-- The same as revoke_keys for the platform's own keys: every operator has to sign in again, whoever calls this among them. May be
-- called by members of tenantry_admin. Raises TN002, TN009 for one who is limited to tenants.
create or replace function platform.revoke_platform_keys(
  reason text
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if platform_private.listed_tenants() is not null then
    raise exception 'the platform''s keys are changed by admins who are not limited to tenants'
      using errcode = 'TN009', hint = 'Ask an admin of the platform.';
  end if;
  perform from platform.installation for update;
  return platform_private.revoke_issuer(null, reason);
end
$$;
comment on function platform.revoke_platform_keys(text) is 'Emergency: revokes every key of the platform, and so each operator''s token, at once.';
revoke all on function platform.revoke_platform_keys(text) from public;
grant execute on function platform.revoke_platform_keys(text) to :ROLE_ADMIN;
