-- How the chain of a tenant's trail stands, or without an id that of the platform's own: its head, when it was last verified and with what result, and
-- the newest checkpoint that names it; how long its events are kept, and who holds them since when. `state` is unverified, holds or broken;
-- `requested` since when a verification of it is under way, for an hour at most. May be called by members of
-- tenantry_operator and tenantry_security. Raises TN003, and TN009 for the platform's to one who is limited to tenants.
create or replace function platform.chain_status(
  id text default null,
  out head bigint,
  out digest text,
  out sealed_at timestamptz,
  out verified_up_to bigint,
  out verified_at timestamptz,
  out flaw text,
  out checkpoint bigint,
  out checkpoint_at timestamptz,
  out checkpointed bigint,
  out outside boolean,
  out retention text,
  out held_at timestamptz,
  out hold_reason text,
  out state text,
  out requested timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if id is null then
    perform platform_private.require_unlimited();
  elsif not exists (select from platform.tenants t where t.id = chain_status.id and platform_private.reaches_tenant(t.id)) then
    raise exception 'there is no tenant "%"', id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants.';
  end if;
  select s.head, s.hash, s."sealedAt", s."verifiedUpTo", s."verifiedAt", s.flaw, s.checkpoint, s."checkpointAt", s.checkpointed, s.outside, s.state
    into head, digest, sealed_at, verified_up_to, verified_at, flaw, checkpoint, checkpoint_at, checkpointed, outside, state
    from jsonb_to_record(platform_private.chain_state(coalesce(id, ''))) as s (
      head bigint, hash text, "sealedAt" timestamptz, "verifiedUpTo" bigint, "verifiedAt" timestamptz, flaw text,
      checkpoint bigint, "checkpointAt" timestamptz, checkpointed bigint, outside boolean, state text);
  select r.class, r.held_at, r.hold_reason into retention, held_at, hold_reason from audit.retention r where r.tenant_id = chain_status.id;
  retention := coalesce(retention, '1y');
  select v.requested_at into requested
    from audit.verifications v
   where v.finished_at is null and v.requested_at > now() - interval '1 hour' and (v.chain is null or v.chain = coalesce(chain_status.id, ''))
   order by v.requested_at desc
   limit 1;
end
$$;
comment on function platform.chain_status(text) is 'How the chain of a tenant''s trail stands, or the platform''s own.';
revoke all on function platform.chain_status(text) from public;
grant execute on function platform.chain_status(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
