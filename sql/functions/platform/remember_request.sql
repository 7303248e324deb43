-- The first half of an idempotent request: remembers the key of this operator, in the transaction of the request itself.
-- `fresh`: do it, then store_response. Else `response` is what the first one got. Two at once: the second waits for the
-- first. Keys are kept for a day. May be called by operators. Raises TN002 when the key came with another request.
create or replace function platform.remember_request(
  key text,
  request_hash text,
  out fresh boolean,
  out response jsonb
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_hash text;
begin
  delete from platform_private.idempotency_keys k
   where k.actor = platform_private.actor() and k.created_at < now() - interval '1 day';
  insert into platform_private.idempotency_keys (actor, key, request_hash)
  values (platform_private.actor(), remember_request.key, remember_request.request_hash)
  on conflict on constraint idempotency_keys_pkey do nothing;
  fresh := found;
  select k.request_hash, k.response into v_hash, remember_request.response
    from platform_private.idempotency_keys k
   where k.actor = platform_private.actor() and k.key = remember_request.key;
  if v_hash <> request_hash then
    raise exception 'this Idempotency-Key was used for another request'
      using errcode = 'TN002', column = 'Idempotency-Key', hint = 'Use a new key for a new request.';
  end if;
end
$$;
comment on function platform.remember_request(text, text) is E'@behavior -*\nRemembers an Idempotency-Key.';
revoke all on function platform.remember_request(text, text) from public;
grant execute on function platform.remember_request(text, text) to :ROLE_OPERATOR;
