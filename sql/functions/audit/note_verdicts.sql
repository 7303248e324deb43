-- Verifies all chains and notes the verdict beside each head, for whoever asks how the chain is. Returns the chains with a flaw; each new
-- one is an event of the platform's. Called every night by the worker.
create or replace function audit.note_verdicts()
returns table (
  chain text,
  first_bad bigint,
  flaw text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_verdict record;
begin
  for v_verdict in select * from audit.verify(null) loop
    update audit.heads h
       set verified_seq = v_verdict.last_seq, verified_at = now(),
           flaw = case when v_verdict.first_bad is not null then format('event %s: %s', v_verdict.first_bad, v_verdict.flaw) end
     where h.chain = v_verdict.chain;
    if v_verdict.first_bad is not null then
      chain := v_verdict.chain;
      first_bad := v_verdict.first_bad;
      flaw := v_verdict.flaw;
      perform audit.record('audit.verify', nullif(chain, ''), 'events:' || first_bad, 'failed', null, null, jsonb_build_object('flaw', flaw));
      return next;
    end if;
  end loop;
end
$$;
comment on function audit.note_verdicts() is 'Verifies all chains and notes the verdicts.';
revoke all on function audit.note_verdicts() from public;
grant execute on function audit.note_verdicts() to :ROLE_WORKER;
