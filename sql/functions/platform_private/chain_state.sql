-- How the chain of a tenant's sealed events stands: its head, when it was last verified and with what result, and the newest checkpoint that
-- names it. `state` is unverified while nobody has looked, else holds or broken: no flaw alone says nothing. A flaw of the evidence itself, such as
-- checkpoints that are missing outside, is every chain's. Called by functions only.
create or replace function platform_private.chain_state(
  tenant_id text
)
returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'head', coalesce(h.seq, 0), 'hash', encode(h.hash, 'hex'), 'sealedAt', h.sealed_at, 'verifiedUpTo', h.verified_seq,
    'verifiedAt', f.verified_at, 'flaw', f.flaw,
    'state', case when f.flaw is not null then 'broken' when f.verified_at is null then 'unverified' else 'holds' end,
    'checkpointed', h.checkpoint_seq, 'checkpoint', c.number, 'checkpointAt', c.at, 'outside', coalesce(c.outside, false))
    from (select chain_state.tenant_id as id) t
    left join audit.heads h on h.chain = t.id
    left join lateral (
      select k.number, k.at, k.outside from audit.checkpoints k where h.checkpoint_seq is not null order by k.number desc limit 1
    ) c on true
    left join lateral (
      select v.finished_at, v.broken, v.flaws
        from audit.verifications v
       where v.finished_at is not null and (v.chain is null or v.chain = t.id)
       order by v.finished_at desc
       limit 1
    ) v on true
   cross join lateral (
     -- A chain that was removed with its head has its verdict beside the verification alone.
     select coalesce(h.flaw, v.broken ->> t.id, v.flaws[1]) as flaw,
            coalesce(h.verified_at, case when v.broken ? t.id or v.flaws <> '{}' then v.finished_at end) as verified_at
   ) f
$$;
comment on function platform_private.chain_state(text) is 'How the chain of a tenant''s events stands.';
revoke all on function platform_private.chain_state(text) from public;
