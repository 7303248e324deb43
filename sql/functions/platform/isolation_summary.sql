-- What the newest proof of each tenant comes to, of those that the asking operator reaches: counters that are to be zero, and what stands behind
-- them. `unproven` are active tenants without a proof that is over. May be called by every operator.
create or replace function platform.isolation_summary(
  out tenants integer,
  out passed integer,
  out failed integer,
  out unproven integer,
  out running integer,
  out posture_checks bigint,
  out posture_failures bigint,
  out attempts bigint,
  out attempt_failures bigint,
  out broken integer,
  out open_alerts integer,
  out critical_alerts integer,
  out oldest_proof_at timestamptz,
  out newest_proof_at timestamptz
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select count(*)::integer,
         (count(*) filter (where r.status = 'passed'))::integer,
         (count(*) filter (where r.status = 'failed'))::integer,
         (count(*) filter (where r.status is null))::integer,
         (select count(*)::integer from platform.isolation_runs o where o.status = 'running'),
         coalesce(sum(r.posture_checks), 0),
         coalesce(sum(r.posture_failures), 0),
         coalesce(sum(r.attempts), 0),
         coalesce(sum(r.attempt_failures), 0),
         (count(*) filter (where r.broken is not null))::integer,
         (select count(*)::integer from platform.alerts a where a.acknowledged_at is null),
         (select count(*)::integer from platform.alerts a where a.acknowledged_at is null and a.severity = 'critical'),
         min(r.finished_at),
         max(r.finished_at)
    from platform.tenants t
    left join lateral (
      select i.status, i.posture_checks, i.posture_failures, i.attempts, i.attempt_failures, i.broken, i.finished_at
        from platform.isolation_runs i
       where i.tenant_id = t.id and i.status <> 'running'
       order by i.started_at desc
       limit 1
    ) r on true
   where t.status = 'active'
$$;
comment on function platform.isolation_summary() is 'What the newest proof of each active tenant comes to.';
revoke all on function platform.isolation_summary() from public;
grant execute on function platform.isolation_summary() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
