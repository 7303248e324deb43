-- The second half of an idempotent request: what a repetition of it shall be answered. See remember_request.
create or replace function platform.store_response(
  key text,
  response jsonb
)
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  update platform_private.idempotency_keys k
     set response = store_response.response
   where k.actor = platform_private.actor() and k.key = store_response.key
$$;
comment on function platform.store_response(text, jsonb) is E'@behavior -*\nKeeps the answer to a request with an Idempotency-Key.';
revoke all on function platform.store_response(text, jsonb) from public;
grant execute on function platform.store_response(text, jsonb) to :ROLE_OPERATOR;
