-- What a bundle that was ordered is to say. Null for one that is signed or not there. Called by the worker.
create or replace function platform_private.evidence_to_sign(
  bundle_id uuid
)
returns jsonb
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  select platform_private.evidence_content(b.tenant_id, b.since, b.until)
    from platform.evidence_bundles b
   where b.id = evidence_to_sign.bundle_id and b.signed_at is null
$$;
comment on function platform_private.evidence_to_sign(uuid) is 'What a bundle that was ordered is to say.';
revoke all on function platform_private.evidence_to_sign(uuid) from public;
grant execute on function platform_private.evidence_to_sign(uuid) to :ROLE_WORKER;
