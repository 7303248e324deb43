-- The posture of one tenant and of what it shares with all: for each kind of check how often it was made and how often it failed, and each
-- failure with what was expected and what was seen. Names of objects and roles only, never a row's value. Called by begin_isolation_run.
create or replace function platform_private.isolation_posture(
  tenant_id text,
  out checks jsonb,
  out failures jsonb,
  out tried integer,
  out failed integer
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
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
    select * from platform_private.posture_logins()
    union all
    select * from platform_private.posture_server()
  ), kinds as (
    select l.kind, count(*)::integer as tried, (count(*) filter (where l.seen is distinct from l.expected))::integer as failed
      from looked l
     group by l.kind
  )
  select (select jsonb_agg(jsonb_build_object('half', 'posture', 'kind', k.kind, 'tried', k.tried, 'failed', k.failed) order by k.kind) from kinds k),
         (select coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'target', l.target, 'expected', l.expected, 'seen', l.seen) order by l.kind, l.target), '[]')
            from looked l
           where l.seen is distinct from l.expected),
         (select sum(k.tried) from kinds k),
         (select sum(k.failed) from kinds k)
    into checks, failures, tried, failed;
end
$$;
comment on function platform_private.isolation_posture(text) is 'What the catalogs say of a tenant''s isolation: counts by kind, and failures.';
revoke all on function platform_private.isolation_posture(text) from public;
