-- The key that signs statements now, sealed. No row: the worker makes one. Called by the worker.
create or replace function audit.statement_key()
returns table (
  kid text,
  sealed bytea,
  public_jwk jsonb,
  created_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.kid, k.sealed, k.public_jwk, k.created_at from audit.statement_keys k where k.retired_at is null
$$;
comment on function audit.statement_key() is 'The sealed key that signs statements.';
revoke all on function audit.statement_key() from public;
grant execute on function audit.statement_key() to :ROLE_WORKER;
