-- The next events to seal, in the order in which they were written as far as they are committed; those of a transaction that is still
-- under way come later, with later numbers. Since sealing takes events out of the buffer, none is missed by that. One sealer at a time: for a second one there is nothing. Holds its lock to the
-- end of the transaction, which ends with audit.seal. `private` is what is to be encrypted, with the key of `person`, or of the chain
-- without one; `key_id` and `key` are that key if there is one. Events of the chains in `skipping` stay, for another time. One that can't be sealed
-- is set aside first. Called by the worker.
create or replace function audit.take(
  most integer,
  skipping text[] default '{}'
)
returns table (
  id bigint,
  chain text,
  person text,
  private text,
  key_id bigint,
  key bytea
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if not pg_try_advisory_xact_lock(3, 1) then
    return;
  end if;
  perform audit.put_aside(n.id, n.flaw)
    from (select f.id, audit.unsealable(f.event) as flaw
            from (select b.id, b as event from audit.buffer b where coalesce(b.tenant_id, '') <> all (skipping) order by b.id limit most) f) n
   where n.flaw is not null;
  return query
    select b.id, b.chain, p.person, p.private::text, k.id, k.sealed
      from (
        select e.id, coalesce(e.tenant_id, '') as chain, e as event
          from audit.buffer e
         where coalesce(e.tenant_id, '') <> all (skipping)
         order by e.id
         limit most
      ) b
     cross join lateral (select audit.private_part(b.event) as private) v
     cross join lateral (
       select v.private,
              case when v.private is not null then audit.person_of(b.event) end as person
     ) p
      left join audit.data_keys k
        on p.private is not null and k.chain = b.chain and coalesce(k.person, '') = coalesce(p.person, '') and k.destroyed_at is null
     order by b.id;
end
$$;
comment on function audit.take(integer, text[]) is 'The next events to seal.';
revoke all on function audit.take(integer, text[]) from public;
grant execute on function audit.take(integer, text[]) to :ROLE_WORKER;
