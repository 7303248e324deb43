-- Public keys of all statements ever signed, for /.well-known/jwks.json. Callable by tenantry_auth.
create or replace function identity.statement_keys()
returns table (
  kid text,
  public_jwk jsonb
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.kid, k.public_jwk from audit.statement_keys k order by k.created_at desc
$$;
comment on function identity.statement_keys() is 'Public keys of signed statements.';
revoke all on function identity.statement_keys() from public;
grant execute on function identity.statement_keys() to :ROLE_AUTH;
