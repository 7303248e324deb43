-- Second factors that are sealed under another master key than the installation's, in the order of their ids after a given one. Called by
-- the worker's job, which can open and seal.
create or replace function platform_private.factors_to_reseal(
  after_id uuid,
  most integer
)
returns table (
  id uuid,
  tenant_id text,
  person_id uuid,
  sealed bytea
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select f.id, f.tenant_id, f.person_id, f.sealed
    from platform_private.second_factors f
    join platform.installation i on i.seal_header is not null
   where (after_id is null or f.id > after_id)
     and substr(f.sealed, 1, length(i.seal_header)) <> i.seal_header
   order by f.id
   limit most
$$;
comment on function platform_private.factors_to_reseal(uuid, integer) is 'Second factors sealed under an earlier master key.';
revoke all on function platform_private.factors_to_reseal(uuid, integer) from public;
grant execute on function platform_private.factors_to_reseal(uuid, integer) to :ROLE_WORKER;
