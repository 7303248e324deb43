-- Events of a partition that are in a shorter class than was ever ordered for them, by the chain's own hashed events: the class is no part of an event's
-- hash, so whoever can write the table could move them there to have them removed early. An event may be in the class that was in force at its number
-- (1y, with which every chain starts), one that a later order gave to what was there (`past`, or the end of a hold), and one ordered within a week after it:
-- events get their class when they are sealed. What an earlier cut stated of the chain stands for orders that went with it. Under a hold nothing may
-- go. Null when nothing is wrong; `waiting` where an order is not sealed yet. Called by audit.cut and by the worker, before it signs.
create or replace function audit.unordered(
  partition text
)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_rank constant integer := (
    select k.rank from unnest(array['90d', '1y', '7y']) with ordinality as k (class, rank) where starts_with(unordered.partition, 'events_' || k.class || '_'));
  v_waits boolean;
  v_flaw text;
begin
  execute format($query$
    select exists (
      select from audit.buffer b
       where b.action in ('audit.retention', 'audit.hold', 'audit.release') and exists (select from audit.%I p where p.chain = b.tenant_id))
  $query$, partition) into v_waits;
  if v_waits then
    return 'waiting';
  end if;
  execute format($query$
    with ranks (class, rank) as (values ('90d', 1), ('1y', 2), ('7y', 3)),
    chains as materialized (
      select distinct p.chain from audit.%1$I p
    ),
    said as materialized (
      select e.chain, e.seq, e.at, e.action, e.detail
        from audit.events e
        join chains c on c.chain = e.chain
       -- What is ordered for a tenant is told in the platform's chain as well, and is no order for that.
       where e.action in ('audit.retention', 'audit.hold', 'audit.release') and e.chain <> ''
    ),
    given as materialized (
      select g.chain, g.seq, g.at, g.past, r.rank
        from (
          select c.chain, 0::bigint as seq, 'infinity'::timestamptz as at, false as past, '1y' as class from chains c
          union all
          select s.chain, s.seq, s.at, (s.detail ->> 'past')::boolean, s.detail ->> 'after' from said s where s.action = 'audit.retention'
          union all
          select u.chain, u.last_seq, 'infinity', false, u.retention from audit.cuts u join chains c on c.chain = u.chain
        ) g
        join ranks r on r.class = g.class
    ),
    -- A row a chain: an event is compared with the few orders of its own.
    orders as materialized (
      select o.chain, max(o.rank) as longest, array_agg(o.seq) as seqs, array_agg(o.at) as ats, array_agg(o.past) as pasts, array_agg(o.rank) as ranks
        from (
          select g.chain, g.seq, g.at, g.past, g.rank from given g
          union all
          -- The end of a hold gives events the class that is in force then.
          select s.chain, s.seq, s.at, true, f.rank
            from said s
           cross join lateral (select g.rank from given g where g.chain = s.chain and g.seq < s.seq order by g.seq desc limit 1) f
           where s.action = 'audit.release'
        ) o
       group by o.chain
    ),
    held as materialized (
      select distinct on (s.chain) s.chain, s.action = 'audit.hold' as holds
        from said s
       where s.action <> 'audit.retention'
       order by s.chain, s.seq desc
    )
    select case when h.holds then format('chain %%s is under a hold', p.chain) else format('event %%s of chain %%s', p.seq, p.chain) end
      from audit.%1$I p
      join orders c on c.chain = p.chain
      left join held h on h.chain = p.chain
     where h.holds
        -- Most chains were never given a longer class.
        or c.longest > $1
           and (
             select o.rank from unnest(c.seqs, c.ranks) as o (seq, rank) where o.seq <= p.seq order by o.seq desc, o.rank limit 1) > $1
           and not exists (
             select from unnest(c.seqs, c.ats, c.pasts, c.ranks) as o (seq, at, past, rank)
              where o.seq > p.seq and o.rank <= $1 and (o.past or o.at < p.at + interval '7 days'))
     order by p.chain, p.seq
     limit 1
  $query$, partition) into v_flaw using v_rank;
  return v_flaw;
end
$$;
comment on function audit.unordered(text) is 'The first event of a partition that is in a shorter class than was ordered for it.';
revoke all on function audit.unordered(text) from public;
grant execute on function audit.unordered(text) to :ROLE_WORKER;
