-- Keeps a checkpoint, and notes which heads it names. Called by the worker, in the transaction of
-- audit.next_checkpoint. `outside`: it has been written outside the database too.
create or replace function audit.store_checkpoint(
  number bigint,
  statement text,
  heads jsonb,
  outside boolean default false
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.checkpoints (number, statement, outside) values (number, statement, outside);
  update audit.heads h
     set checkpoint_seq = (named.head ->> 1)::bigint
    from jsonb_array_elements(heads) as named (head)
   where h.chain = named.head ->> 0;
end
$$;
comment on function audit.store_checkpoint(bigint, text, jsonb, boolean) is 'Keeps a checkpoint, once it has been written outside where there is such a place.';
revoke all on function audit.store_checkpoint(bigint, text, jsonb, boolean) from public;
grant execute on function audit.store_checkpoint(bigint, text, jsonb, boolean) to :ROLE_WORKER;
