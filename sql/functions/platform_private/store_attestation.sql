-- Keeps the signed attestation of a proof that is over. A second one of the same run is not taken: two workers may have signed at once.
-- Returns whether it was taken. Called by the worker.
create or replace function platform_private.store_attestation(
  run_id uuid,
  statement text
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into platform.attestations (tenant_id, run_id, at, passed, statement)
  select r.tenant_id, r.id, r.finished_at, r.status = 'passed', store_attestation.statement
    from platform.isolation_runs r
   where r.id = store_attestation.run_id and r.status in ('passed', 'failed')
  on conflict on constraint attestations_run_id_key do nothing;
  return found;
end
$$;
comment on function platform_private.store_attestation(uuid, text) is 'Keeps the signed attestation of a proof.';
revoke all on function platform_private.store_attestation(uuid, text) from public;
grant execute on function platform_private.store_attestation(uuid, text) to :ROLE_WORKER;
