-- Proofs that are over and have no attestation yet, the oldest first: those of `npm run verify`, and those whose worker ended between proof
-- and signature. Called by the worker, every minute.
create or replace function platform_private.unattested_runs(
  size integer
)
returns setof uuid
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select r.id
    from platform.isolation_runs r
   where r.status in ('passed', 'failed') and not exists (select from platform.attestations a where a.run_id = r.id)
   order by r.finished_at
   limit size
$$;
comment on function platform_private.unattested_runs(integer) is 'Proofs that are over and have no attestation yet.';
revoke all on function platform_private.unattested_runs(integer) from public;
grant execute on function platform_private.unattested_runs(integer) to :ROLE_WORKER;
