-- Keeps a signed bundle and tells who waits for it. Called by the worker.
create or replace function platform_private.store_evidence(
  bundle_id uuid,
  statement text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  update platform.evidence_bundles b
     set statement = store_evidence.statement, signed_at = now(), status = 'signed'
   where b.id = store_evidence.bundle_id and b.signed_at is null;
end
$$;
comment on function platform_private.store_evidence(uuid, text) is 'Keeps a signed bundle.';
revoke all on function platform_private.store_evidence(uuid, text) from public;
grant execute on function platform_private.store_evidence(uuid, text) to :ROLE_WORKER;
