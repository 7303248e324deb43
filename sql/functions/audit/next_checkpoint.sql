-- What the next checkpoint states: its number, the SHA-256 of the statement before (null for the first), and the heads that moved since the
-- last one as [chain, number, hash in hex, marks]; all heads when a day has begun since. Marks are the first four bytes of the hash of each
-- event that the checkpoint is the first to cover, in base64: by them a rewritten chain shows which event is the first that
-- is not what it was. They cost 5.4 bytes an event. No row when
-- nothing moved. One writer at a time; the lock lasts to the end of the transaction, which ends with audit.store_checkpoint.
-- Called by the worker.
create or replace function audit.next_checkpoint()
returns table (
  number bigint,
  previous bytea,
  complete boolean,
  heads jsonb
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_last audit.checkpoints;
begin
  if not pg_try_advisory_xact_lock(3, 2) then
    return;
  end if;
  select * into v_last from audit.checkpoints c order by c.number desc limit 1;
  number := coalesce(v_last.number, 0) + 1;
  previous := sha256(convert_to(v_last.statement, 'UTF8'));
  complete := v_last.number is null or date_trunc('day', v_last.at, 'UTC') < date_trunc('day', now(), 'UTC');
  select jsonb_agg(jsonb_build_array(h.chain, h.seq, encode(h.hash, 'hex'), translate(encode(m.marks, 'base64'), E'\n', '')) order by h.chain)
    into heads
    from audit.heads h
   cross join lateral (
     select coalesce(string_agg(substr(e.hash, 1, 4), '' order by e.seq), '') as marks
       from audit.events e
      where e.chain = h.chain and e.seq <= h.seq
         and e.seq > greatest(h.checkpoint_seq, (select max(c.last_seq) from audit.cuts c where c.chain = h.chain), 0)
   ) m
   where complete or h.checkpoint_seq is distinct from h.seq;
  if heads is not null then
    return next;
  end if;
end
$$;
comment on function audit.next_checkpoint() is 'What the next checkpoint is to state.';
revoke all on function audit.next_checkpoint() from public;
grant execute on function audit.next_checkpoint() to :ROLE_WORKER;
