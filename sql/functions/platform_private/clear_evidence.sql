-- Removes what evidence is not kept: signed bundles after a day, since a new one says the same of its period; and attestations of proofs that
-- passed. Of these stay all of the last day, the last of each day (UTC) for a year, and the last of each month for seven years. One of a proof
-- that failed stays for ever. Returns how many of each were removed. Called by the worker, every night.
create or replace function platform_private.clear_evidence()
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_attestations bigint;
  v_bundles bigint;
begin
  delete from platform.attestations a
   where a.passed
     and a.at < now() - interval '1 day'
     and not (a.at >= now() - interval '1 year' and not exists (
       select from platform.attestations later
        where later.tenant_id = a.tenant_id and later.passed and (later.at, later.id) > (a.at, a.id)
          and later.at < date_trunc('day', a.at, 'UTC') + interval '1 day'))
     and not (a.at >= now() - interval '7 years' and not exists (
       select from platform.attestations later
        where later.tenant_id = a.tenant_id and later.passed and (later.at, later.id) > (a.at, a.id)
          and date_trunc('month', later.at, 'UTC') = date_trunc('month', a.at, 'UTC')));
  get diagnostics v_attestations = row_count;
  delete from platform.evidence_bundles b where b.requested_at < now() - interval '1 day';
  get diagnostics v_bundles = row_count;
  return jsonb_build_object('attestations', v_attestations, 'bundles', v_bundles);
end
$$;
comment on function platform_private.clear_evidence() is 'Removes attestations and bundles whose time is over.';
revoke all on function platform_private.clear_evidence() from public;
grant execute on function platform_private.clear_evidence() to :ROLE_WORKER;
