-- The stretches of chains that lie in one partition of audit.events: unbroken runs of numbers, with the hash before and the last one. What a
-- cut removes, and what it is checked against. Called by functions of the owner and, through audit.expired_partitions, by the worker.
create or replace function audit.stretches(
  partition text
)
returns table (
  chain text,
  first_seq bigint,
  last_seq bigint,
  events bigint,
  previous_hash bytea,
  last_hash bytea
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query execute format($query$
    with runs as (
      select p.chain, min(p.seq) as first_seq, max(p.seq) as last_seq, count(*) as events
        from (select e.chain, e.seq, e.seq - row_number() over (partition by e.chain order by e.seq) as run from audit.%I e) p
       group by p.chain, p.run
    )
    select r.chain, r.first_seq, r.last_seq, r.events,
           coalesce((select e.hash from audit.events e where e.chain = r.chain and e.seq = r.first_seq - 1),
                    (select c.last_hash from audit.cuts c where c.chain = r.chain and c.last_seq = r.first_seq - 1),
                    case when r.first_seq = 1 then decode(repeat('00', 32), 'hex') end),
           (select e.hash from audit.%I e where e.chain = r.chain and e.seq = r.last_seq)
      from runs r
     order by r.chain, r.first_seq
  $query$, partition, partition);
end
$$;
comment on function audit.stretches(text) is 'Unbroken runs of chains in one partition.';
revoke all on function audit.stretches(text) from public;
