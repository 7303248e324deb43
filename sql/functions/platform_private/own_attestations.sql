-- A page of a tenant's attestations, the newest first: what stands behind `attestations` in every tenant's schema. Raises TN009 without
-- evidence.read, TN002 for a bad size.
create or replace function platform_private.own_attestations(
  schema_name text,
  older_than timestamptz,
  size integer
)
returns table (
  at timestamptz,
  run_id uuid,
  passed boolean,
  cause text,
  posture_checks integer,
  posture_failures integer,
  attempts integer,
  attempt_failures integer,
  sampled integer,
  statement text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant text := platform_private.require_own(schema_name, 'evidence.read', size);
begin
  return query
    select a.at, a.run_id, a.passed, said.content ->> 'cause',
           (said.content #>> '{totals,postureChecks}')::integer, (said.content #>> '{totals,postureFailures}')::integer,
           (said.content #>> '{totals,attempts}')::integer, (said.content #>> '{totals,attemptFailures}')::integer,
           (said.content ->> 'sampledTenants')::integer, a.statement
      from (select * from platform.attestations x
             where x.tenant_id = v_tenant and (older_than is null or x.at < older_than)
             order by x.at desc limit size) a
     cross join lateral (select platform_private.statement_content(a.statement)) said (content)
     order by a.at desc;
end
$$;
comment on function platform_private.own_attestations(text, timestamptz, integer) is 'A page of one tenant''s attestations, for its own people.';
revoke all on function platform_private.own_attestations(text, timestamptz, integer) from public;
