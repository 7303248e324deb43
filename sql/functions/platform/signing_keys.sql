-- The signing keys of one tenant, or of all and of the platform (tenant_id null), without anything secret: which states they are in and
-- how old they are. An operator who is limited to tenants sees theirs. May be called by operators and security officers.
create or replace function platform.signing_keys(
  id text default null
)
returns table (
  tenant_id text,
  kid text,
  alg text,
  state text,
  created_at timestamptz,
  state_since timestamptz,
  age_days integer
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.tenant_id, k.kid, k.alg, k.state, k.created_at, k.state_since,
         extract(day from now() - k.created_at)::integer
    from platform_private.signing_keys k
   where (signing_keys.id is null or k.tenant_id = signing_keys.id)
     and ((select platform_private.listed_tenants()) is null or k.tenant_id = any ((select platform_private.listed_tenants())::text[]))
   order by k.tenant_id nulls first, k.state, k.created_at
$$;
comment on function platform.signing_keys(text) is 'Signing keys with their states and ages; without an id, those of all tenants and of the platform.';
revoke all on function platform.signing_keys(text) from public;
grant execute on function platform.signing_keys(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
