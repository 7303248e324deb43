-- Keeps a new key for signing statements, unless there is one: then it is not kept, and false is returned. Called by the worker.
create or replace function audit.store_statement_key(
  kid text,
  public_jwk jsonb,
  sealed bytea
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.statement_keys (kid, public_jwk, sealed) values (kid, public_jwk, sealed) on conflict do nothing;
  if found then
    perform audit.record('statement_keys.create', null, 'statement_keys:' || kid);
    -- Servers publish the platform's keys, these among them: without it one would be unknown for a minute to who verifies its first statement.
    perform pg_notify('tenantry_keys', '');
    return true;
  end if;
  return false;
end
$$;
comment on function audit.store_statement_key(text, jsonb, bytea) is 'Keeps a sealed key for signing statements.';
revoke all on function audit.store_statement_key(text, jsonb, bytea) from public;
grant execute on function audit.store_statement_key(text, jsonb, bytea) to :ROLE_WORKER;
