-- Keys of a tenant's sealed values, sealed themselves, by number: for the server, which opens what a tenant's trail shows. `sealed` is
-- null for a key that was destroyed. A number of another tenant's is as good as none. Callable by tenantry_auth.
create or replace function identity.data_keys(
  tenant_id text,
  ids bigint[]
)
returns table (
  id text,
  person text,
  sealed bytea
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.id::text, k.person, k.sealed from audit.data_keys k where k.chain = data_keys.tenant_id and k.id = any (data_keys.ids)
$$;
comment on function identity.data_keys(text, bigint[]) is 'Sealed keys of a tenant''s sealed values.';
revoke all on function identity.data_keys(text, bigint[]) from public;
grant execute on function identity.data_keys(text, bigint[]) to :ROLE_AUTH;
