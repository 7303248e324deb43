-- Keys of the trail, for values and for statements, that are sealed under another master key than the installation's; destroyed and retired ones
-- hold nothing any more. `person` says for whom a data key is. Called by the worker's job, which can open and seal.
create or replace function audit.keys_to_reseal(
  most integer
)
returns table (
  kind text,
  id text,
  chain text,
  person text,
  sealed bytea
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.kind, k.id, k.chain, k.person, k.sealed
    from (
      select 'data' as kind, d.id::text as id, d.chain, d.person, d.sealed from audit.data_keys d
      union all
      select 'statement', s.kid, null, null, s.sealed from audit.statement_keys s
    ) k
    join platform.installation i on substr(k.sealed, 1, length(i.seal_header)) <> i.seal_header
   order by k.kind, k.id
   limit most
$$;
comment on function audit.keys_to_reseal(integer) is 'Keys of the trail sealed under an earlier master key.';
revoke all on function audit.keys_to_reseal(integer) from public;
grant execute on function audit.keys_to_reseal(integer) to :ROLE_WORKER;
