-- The ages of a tenant's signing keys, never the keys: what stands behind `key_ages` in every tenant's schema. Raises TN009 without keys.read.
create or replace function platform_private.own_keys(
  schema_name text
)
returns table (
  kid text,
  alg text,
  state text,
  created_at timestamptz,
  state_since timestamptz,
  age_days integer
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant text := platform_private.require_own(schema_name, 'keys.read');
begin
  return query
    select k.kid, k.alg, k.state, k.created_at, k.state_since, floor(extract(epoch from now() - k.created_at) / 86400)::integer
      from platform_private.signing_keys k
     where k.tenant_id = v_tenant
     order by k.state_since desc, k.kid;
end
$$;
comment on function platform_private.own_keys(text) is 'The ages of one tenant''s signing keys, for its own people.';
revoke all on function platform_private.own_keys(text) from public;
