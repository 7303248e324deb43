-- The first chain, by its name, of which the sealed events are not what a checkpoint's heads say, as [chain, number, hash in hex, marks]; null when all
-- are. Events that were cut go by their cut. Called by the worker, of a checkpoint outside that the database does not know.
create or replace function audit.contradicted(
  heads jsonb
)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select named.head ->> 0
    from jsonb_array_elements(heads) as named (head)
   where not exists (
           select from audit.events e
            where e.chain = named.head ->> 0 and e.seq = (named.head ->> 1)::bigint and encode(e.hash, 'hex') = named.head ->> 2)
     and not exists (
           select from audit.cuts c
            where c.chain = named.head ->> 0 and (named.head ->> 1)::bigint between c.first_seq and c.last_seq
              and ((named.head ->> 1)::bigint <> c.last_seq or encode(c.last_hash, 'hex') = named.head ->> 2))
   order by 1
   limit 1
$$;
comment on function audit.contradicted(jsonb) is 'The first chain whose events are not what a checkpoint says.';
revoke all on function audit.contradicted(jsonb) from public;
grant execute on function audit.contradicted(jsonb) to :ROLE_WORKER;
