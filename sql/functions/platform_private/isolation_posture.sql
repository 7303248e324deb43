-- The posture of one tenant and of what it shares with all: for each kind of check how often it was made and how often it failed, and each
-- failure with what was expected and what was seen. Names of objects and roles only, never a row's value. `shared` is that half, made a moment ago;
-- without it it is made now. Called by begin_isolation_run.
create or replace function platform_private.isolation_posture(
  tenant_id text,
  shared jsonb default null,
  out checks jsonb,
  out failures jsonb,
  out tried integer,
  out failed integer,
  out fingerprint text,
  out control_plane text
)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_shared constant jsonb := coalesce(shared, platform_private.shared_posture());
begin
  with looked as materialized (
    select * from platform_private.posture_role(isolation_posture.tenant_id)
    union all
    select * from platform_private.posture_grants(isolation_posture.tenant_id)
    union all
    select * from platform_private.posture_tables(isolation_posture.tenant_id)
    union all
    select * from platform_private.posture_functions(isolation_posture.tenant_id)
    union all
    select * from platform_private.posture_schema(isolation_posture.tenant_id)
  ), kinds as (
    select c.kind, sum(c.tried)::integer as tried, sum(c.failed)::integer as failed
      from (select l.kind, count(*) as tried, count(*) filter (where l.seen is distinct from l.expected) as failed from looked l group by l.kind
            union all
            select s.kind, s.tried, s.failed from jsonb_to_recordset(v_shared -> 'checks') as s (kind text, tried bigint, failed bigint)) c
     group by c.kind
  ), found as (
    select l.kind, l.target, l.expected, l.seen from looked l where l.seen is distinct from l.expected
    union all
    select s.kind, s.target, s.expected, s.seen from jsonb_to_recordset(v_shared -> 'failures') as s (kind text, target text, expected text, seen text)
  )
  select (select jsonb_agg(jsonb_build_object('half', 'posture', 'kind', k.kind, 'tried', k.tried, 'failed', k.failed) order by k.kind) from kinds k),
         (select coalesce(jsonb_agg(jsonb_build_object('kind', f.kind, 'target', f.target, 'expected', f.expected, 'seen', f.seen) order by f.kind, f.target), '[]')
            from found f),
         (select sum(k.tried) from kinds k),
         (select sum(k.failed) from kinds k),
         (select l.seen from looked l where l.kind = 'schema-fingerprint'),
         v_shared ->> 'digest'
    into checks, failures, tried, failed, fingerprint, control_plane;
end
$$;
comment on function platform_private.isolation_posture(text, jsonb) is 'What the catalogs say of a tenant''s isolation: counts by kind, and failures.';
revoke all on function platform_private.isolation_posture(text, jsonb) from public;
