-- Whether a tenant (null: the platform) has a current signing key. Called by finish_provisioning.
create or replace function platform_private.has_signing_key(
  tenant_id text
)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from platform_private.signing_keys k
     where coalesce(k.tenant_id, '') = coalesce(has_signing_key.tenant_id, '')
       and k.state = 'current'
  )
$$;
comment on function platform_private.has_signing_key(text) is 'Is there a current signing key?';
revoke all on function platform_private.has_signing_key(text) from public;
