-- Recomputes the chain of one tenant, of the platform (empty id), or of all (null), from the stored bytes, and compares numbers, hashes and the
-- head. `first_bad` is the number of the first event that is wrong or missing, `flaw` says how; both null if the chain holds.
-- What it can't see is what was rewritten or cut off together with its head: for that there are checkpoints outside, and
-- `npm run audit:verify`, which doesn't trust what the database says of itself. Signatures are checked there as well.
-- May be called by operators and security officers, for tenants they reach. Raises TN003.
create or replace function audit.verify(
  tenant_id text default null
)
returns table (
  chain text,
  events bigint,
  last_seq bigint,
  first_bad bigint,
  flaw text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set client_encoding = 'UTF8'
as $$
declare
  v_head audit.heads;
begin
  if tenant_id <> '' and not exists (select from platform.tenants t where t.id = tenant_id and platform_private.reaches_tenant(t.id)) then
    raise exception 'there is no tenant "%"', tenant_id
      using errcode = 'TN003', hint = 'List them: select id from platform.tenants. The platform''s own chain has the empty id.';
  end if;
  for v_head in
    select * from audit.heads h
     where (verify.tenant_id is null or h.chain = verify.tenant_id)
       and ((select platform_private.listed_tenants()) is null or h.chain = any ((select platform_private.listed_tenants())::text[]))
     order by h.chain
  loop
    return query
      with items as (
        select e.seq as first_seq, e.seq as last_seq, e.hash, audit.event_bytes(e) as bytes, null::bytea as expected
          from audit.events e where e.chain = v_head.chain
        union all
        select c.first_seq, c.last_seq, c.last_hash, null, c.previous_hash
          from audit.cuts c where c.chain = v_head.chain
      ), steps as (
        select i.*, coalesce(lag(i.last_seq) over w, 0) as before_seq, coalesce(lag(i.hash) over w, decode(repeat('00', 32), 'hex')) as before_hash
          from items i
        window w as (order by i.first_seq, i.last_seq)
      ), found as (
        select count(*) filter (where s.bytes is not null) as events,
               max(s.last_seq) as last_seq,
               min(case when s.first_seq > s.before_seq + 1 then s.before_seq + 1 else s.first_seq end)
                 filter (where s.first_seq <> s.before_seq + 1
                            or s.hash is distinct from case when s.bytes is null then s.hash else sha256(s.before_hash || s.bytes) end
                            or s.before_hash is distinct from coalesce(s.expected, s.before_hash)) as first_bad,
               bool_or(s.last_seq = v_head.seq and s.hash = v_head.hash) as has_head
          from steps s
      )
      select v_head.chain, f.events, f.last_seq,
             case when f.first_bad is not null then f.first_bad
                  when f.last_seq is distinct from v_head.seq then least(coalesce(f.last_seq, 0), v_head.seq) + 1
                  when not f.has_head then v_head.seq end,
             case when f.first_bad is not null then 'an event was changed, removed, added or moved'
                  when f.last_seq is distinct from v_head.seq then 'the chain does not end where its head says'
                  when not f.has_head then 'the head was changed' end
        from found f;
  end loop;
end
$$;
comment on function audit.verify(text) is 'Recomputes chains of sealed events and says which event is the first that is wrong.';
revoke all on function audit.verify(text) from public;
grant execute on function audit.verify(text) to :ROLE_OPERATOR, :ROLE_SECURITY;
