-- What is attested of a proof of isolation that is over: tenant and installation, what was tried by kind with counts, what failed, what PostgreSQL
-- can't refuse, versions, and how the trail's chain stands. Of other tenants their number alone: failures are given by half and kind,
-- since their targets name others. Null for a run that is open, is not there, or has its attestation. Called by the worker.
create or replace function platform_private.attestation_content(
  run_id uuid
)
returns jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'v', 1,
    'tenant', r.tenant_id,
    'installation', i.id,
    'run', r.id,
    'cause', r.cause,
    'startedAt', to_char(r.started_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'finishedAt', to_char(r.finished_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'passed', r.status = 'passed',
    'broken', r.broken,
    'sampledTenants', r.sampled,
    'totals', jsonb_build_object('postureChecks', r.posture_checks, 'postureFailures', r.posture_failures,
                                 'attempts', coalesce(r.attempts, 0), 'attemptFailures', coalesce(r.attempt_failures, 0)),
    'posture', (
      select coalesce(jsonb_object_agg(c.kind, jsonb_build_array(c.tried, c.failed)), '{}')
        from jsonb_to_recordset(r.checks) as c (half text, kind text, tried integer, failed integer)
       where c.half = 'posture'),
    'attempts', (
      select coalesce(jsonb_object_agg(c.kind, jsonb_build_array(c.tried, c.failed)), '{}')
        from jsonb_to_recordset(r.checks) as c (half text, kind text, tried integer, failed integer)
       where c.half = 'attempts'),
    'failures', (
      select coalesce(jsonb_agg(jsonb_build_object('half', f.half, 'kind', f.kind, 'expected', f.expected, 'seen', f.seen, 'count', f.count)
                                order by f.half, f.kind, f.expected, f.seen), '[]')
        from (select f.half, f.kind,
                     -- What posture expects and sees may be a role's or a schema's name; an attempt's are SQLSTATEs.
                     case when f.half = 'attempts' then f.expected else 'as it should be' end as expected,
                     case when f.half = 'attempts' then f.seen else 'otherwise' end as seen,
                     count(*) as count
                from platform.isolation_failures f
               where f.run_id = r.id
               group by 1, 2, 3, 4) f),
    'notRefusable', r.observed,
    'versions', jsonb_build_object('postgresql', r.server_version, 'schema', r.schema_version, 'fingerprint', r.fingerprint,
                                   'controlPlane', r.control_plane),
    'chain', platform_private.chain_state(r.tenant_id),
    'lane', jsonb_build_object('tier', t.tier))
    from platform.isolation_runs r
    join platform.tenants t on t.id = r.tenant_id
   cross join platform.installation i
   where r.id = attestation_content.run_id
     and r.status in ('passed', 'failed')
     and not exists (select from platform.attestations a where a.run_id = r.id)
$$;
comment on function platform_private.attestation_content(uuid) is 'What is attested of a proof of isolation.';
revoke all on function platform_private.attestation_content(uuid) from public;
grant execute on function platform_private.attestation_content(uuid) to :ROLE_WORKER;
