-- Partitions of audit.events whose time is over: the month ended longer ago than the class keeps events. Those of holds never are. With
-- their stretches as JSON, in which hashes are hex: what the signed statement of the cut says. Called by the worker.
create or replace function audit.expired_partitions()
returns table (
  partition text,
  retention text,
  stretches jsonb
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  for partition, retention in
    select c.relname::text, k.class
      from (values ('90d', interval '90 days'), ('1y', interval '1 year'), ('7y', interval '7 years')) as k (class, keeps)
      join pg_inherits i on i.inhparent = ('audit.events_' || k.class)::regclass
      join pg_class c on c.oid = i.inhrelid
     where c.relname ~ ('^events_' || k.class || '_[0-9]{4}_[0-9]{2}$')
       and to_date(right(c.relname, 7), 'YYYY_MM')::timestamp at time zone 'UTC' + interval '1 month' + k.keeps < now()
     order by 1
  loop
    select coalesce(jsonb_agg(jsonb_build_array(
             s.chain, s.first_seq, s.last_seq, s.events, encode(s.previous_hash, 'hex'), encode(s.last_hash, 'hex')) order by s.chain, s.first_seq), '[]')
      into stretches
      from audit.stretches(partition) s;
    return next;
  end loop;
end
$$;
comment on function audit.expired_partitions() is 'Partitions whose time is over, with what a cut of them states.';
revoke all on function audit.expired_partitions() from public;
grant execute on function audit.expired_partitions() to :ROLE_WORKER;
