-- Keeps a new key for the values of a chain, or of one person in it, sealed; if there is one already, that one stays. Returns the number of
-- the one that holds. Called by the worker, which makes keys.
create or replace function audit.data_key(
  chain text,
  person text,
  sealed bytea
)
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id bigint;
begin
  insert into audit.data_keys (chain, person, sealed) values (chain, person, sealed)
  on conflict do nothing
  returning id into v_id;
  if v_id is null then
    select k.id into strict v_id
      from audit.data_keys k
     where k.chain = data_key.chain and coalesce(k.person, '') = coalesce(data_key.person, '') and k.destroyed_at is null;
  end if;
  return v_id;
end
$$;
comment on function audit.data_key(text, text, bytea) is 'Keeps a sealed data key, or says which one there is.';
revoke all on function audit.data_key(text, text, bytea) from public;
grant execute on function audit.data_key(text, text, bytea) to :ROLE_WORKER;
