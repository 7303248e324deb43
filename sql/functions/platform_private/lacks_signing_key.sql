-- Whether a tenant (null: the platform) lacks one of the two keys it should always have, the current and the next. Called by the
-- worker and the migrator, which make them.
create or replace function platform_private.lacks_signing_key(
  tenant_id text
)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select count(*) < 2
    from platform_private.signing_keys k
   where k.tenant_id is not distinct from lacks_signing_key.tenant_id
     and k.state in ('current', 'next')
$$;
comment on function platform_private.lacks_signing_key(text) is 'Is the current or the next signing key missing?';
revoke all on function platform_private.lacks_signing_key(text) from public;
grant execute on function platform_private.lacks_signing_key(text) to :ROLE_WORKER;
