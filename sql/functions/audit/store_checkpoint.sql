-- Keeps a checkpoint that has been written outside, and notes which heads it names. Called by the worker, in the transaction of
-- audit.next_checkpoint.
create or replace function audit.store_checkpoint(
  number bigint,
  statement text,
  heads jsonb
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.checkpoints (number, statement) values (number, statement);
  update audit.heads h
     set checkpoint_seq = (named.head ->> 1)::bigint
    from jsonb_array_elements(heads) as named (head)
   where h.chain = named.head ->> 0;
end
$$;
comment on function audit.store_checkpoint(bigint, text, jsonb) is 'Keeps a checkpoint that has been written outside.';
revoke all on function audit.store_checkpoint(bigint, text, jsonb) from public;
grant execute on function audit.store_checkpoint(bigint, text, jsonb) to :ROLE_WORKER;
