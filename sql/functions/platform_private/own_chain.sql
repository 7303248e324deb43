-- How the chain of a tenant's own trail stands: what stands behind `chain_status` in every tenant's schema. Raises TN009 without audit.read.
create or replace function platform_private.own_chain(
  schema_name text
)
returns table (
  head bigint,
  hash text,
  sealed_at timestamptz,
  verified_up_to bigint,
  verified_at timestamptz,
  flaw text,
  checkpoint bigint,
  checkpoint_at timestamptz,
  checkpointed bigint,
  outside boolean
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_state constant jsonb := platform_private.chain_state(platform_private.require_own(schema_name, 'audit.read'));
begin
  return query
    select s.head, s.hash, s."sealedAt", s."verifiedUpTo", s."verifiedAt", s.flaw, s.checkpoint, s."checkpointAt", s.checkpointed, s.outside
      from jsonb_to_record(v_state) as s (head bigint, hash text, "sealedAt" timestamptz, "verifiedUpTo" bigint, "verifiedAt" timestamptz, flaw text,
                                          checkpoint bigint, "checkpointAt" timestamptz, checkpointed bigint, outside boolean);
end
$$;
comment on function platform_private.own_chain(text) is 'How the chain of one tenant''s trail stands, for its own people.';
revoke all on function platform_private.own_chain(text) from public;
