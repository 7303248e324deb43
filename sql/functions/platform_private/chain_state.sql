-- How the chain of a tenant's sealed events stands: its head, when it was last verified and with what result, and the newest checkpoint that
-- names it. Called by functions only.
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
    'verifiedAt', h.verified_at, 'flaw', h.flaw, 'checkpointed', h.checkpoint_seq, 'checkpoint', c.number, 'checkpointAt', c.at,
    'outside', coalesce(c.outside, false))
    from (select chain_state.tenant_id as id) t
    left join audit.heads h on h.chain = t.id
    left join lateral (
      select k.number, k.at, k.outside from audit.checkpoints k where h.checkpoint_seq is not null order by k.number desc limit 1
    ) c on true
$$;
comment on function platform_private.chain_state(text) is 'How the chain of a tenant''s events stands.';
revoke all on function platform_private.chain_state(text) from public;
