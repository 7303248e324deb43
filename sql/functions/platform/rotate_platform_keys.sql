-- The same as rotate_keys for the platform's own key, which signs operators' tokens. May be called by members of tenantry_admin.
-- Raises TN002, TN004, TN009 for one who is limited to tenants.
create or replace function platform.rotate_platform_keys(
  reason text
)
returns text
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
  return platform_private.rotate_issuer(null, reason);
end
$$;
comment on function platform.rotate_platform_keys(text) is 'Changes the key that signs operators'' tokens; those already issued stay good.';
revoke all on function platform.rotate_platform_keys(text) from public;
grant execute on function platform.rotate_platform_keys(text) to :ROLE_ADMIN;
