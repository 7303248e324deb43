-- Notes how far a chain has come; nothing for an empty head. Called by audit.seal.
create or replace function audit.move_head(
  head audit.heads
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into audit.heads as h (chain, seq, hash)
  select head.chain, head.seq, head.hash where head.chain is not null
  on conflict (chain) do update set seq = excluded.seq, hash = excluded.hash, sealed_at = now()
$$;
comment on function audit.move_head(audit.heads) is 'Notes how far a chain has come.';
revoke all on function audit.move_head(audit.heads) from public;
