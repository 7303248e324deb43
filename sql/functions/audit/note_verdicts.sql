-- Keeps what a verification of the trail came to, for whoever asks how a chain is. `verdict` is {"whole": all checkpoints outside were compared,
-- "outside": there is a copy outside, "statements": checkpoints compared, "newest": the newest of them, "flaws": [what is wrong with the evidence],
-- "chains": [{chain, events, lastSeq, firstBad, flaw}]}. The verdict stands beside each head, and beside the verification for a chain whose head
-- is gone. A flaw goes by a verification that compared everything, not by one of the last days. A flaw raises a critical alert, and a new one is an
-- event. Returns the chains with a flaw. Without an id nobody asked for it: the worker did by itself. Called by the worker.
create or replace function audit.note_verdicts(
  verification_id uuid,
  chain_asked text,
  verdict jsonb
)
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
#variable_conflict use_column
declare
  v_whole constant boolean := coalesce((verdict ->> 'whole')::boolean, false);
  v_flaws constant text[] := array(select f.flaw from jsonb_array_elements_text(coalesce(verdict -> 'flaws', '[]')) with ordinality as f (flaw, place) order by f.place);
  v_bad record;
  v_broken jsonb := '{}';
  v_places text[] := '{}';
  v_known text;
begin
  for v_bad in
    select c.chain, c."firstBad" as first_bad, c.flaw, format('event %s: %s', c."firstBad", c.flaw) as words, t.id as tenant_id
      from jsonb_to_recordset(verdict -> 'chains') as c (chain text, "firstBad" bigint, flaw text)
      left join platform.tenants t on t.id = c.chain
     where c."firstBad" is not null
     order by c.chain
  loop
    select h.flaw into v_known from audit.heads h where h.chain = v_bad.chain;
    if v_known is distinct from v_bad.words then
      perform audit.record('audit.verify', v_bad.tenant_id, 'events:' || v_bad.first_bad, 'failed', null, null, jsonb_build_object('flaw', v_bad.flaw));
    end if;
    v_broken := v_broken || jsonb_build_object(v_bad.chain, v_bad.words);
    v_places := v_places || format('%s, %s', case v_bad.chain when '' then 'the platform''s own' else v_bad.chain end, v_bad.words);
    -- The tenant's own alert, so that others are not judged by it; many at once are one finding.
    if v_bad.tenant_id is not null and cardinality(v_places) <= 20 then
      perform platform_private.raise_alert(v_bad.tenant_id, 'audit_broken', 'critical',
        format('The audit trail of tenant "%s" does not hold. %s.', v_bad.tenant_id, initcap(left(v_bad.words, 1)) || substr(v_bad.words, 2)));
    end if;
    chain := v_bad.chain;
    first_bad := v_bad.first_bad;
    flaw := v_bad.flaw;
    return next;
  end loop;
  if v_flaws <> '{}' or v_broken ? '' or cardinality(v_places) > 20 then
    perform platform_private.raise_alert(null, 'audit_broken', 'critical', format('The audit trail does not hold: %s%s. Run npm run audit:verify.',
      array_to_string((v_flaws || v_places)[1:5], '; '),
      case when cardinality(v_flaws || v_places) > 5 then format('; and %s more', cardinality(v_flaws || v_places) - 5) else '' end));
  end if;
  update audit.heads h
     set verified_seq = c."lastSeq", verified_at = now(),
         flaw = coalesce(v_broken ->> h.chain, case when not v_whole then h.flaw end)
    from jsonb_to_recordset(verdict -> 'chains') as c (chain text, "lastSeq" bigint)
   where h.chain = c.chain;
  insert into audit.verifications as v (id, chain, finished_at, whole, outside, statements, newest, events, chains, flaws, broken)
  select coalesce(note_verdicts.verification_id, gen_random_uuid()), note_verdicts.chain_asked, now(), v_whole, (verdict ->> 'outside')::boolean,
         (verdict ->> 'statements')::integer, (verdict ->> 'newest')::bigint, sum(c.events), count(*), v_flaws, v_broken
    from jsonb_to_recordset(verdict -> 'chains') as c (events bigint)
  on conflict (id) do update
    set finished_at = excluded.finished_at, whole = excluded.whole, outside = excluded.outside, statements = excluded.statements,
        newest = excluded.newest, events = excluded.events, chains = excluded.chains, flaws = excluded.flaws, broken = excluded.broken;
  delete from audit.verifications v where v.requested_at < now() - interval '90 days';
end
$$;
comment on function audit.note_verdicts(uuid, text, jsonb) is 'Keeps what a verification of the trail came to.';
revoke all on function audit.note_verdicts(uuid, text, jsonb) from public;
grant execute on function audit.note_verdicts(uuid, text, jsonb) to :ROLE_WORKER;
