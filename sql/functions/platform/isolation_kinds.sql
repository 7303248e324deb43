-- What was tried, kind by kind, in the newest proof of each active tenant that the asking operator reaches: the columns of the isolation matrix with their
-- sums. May be called by every operator.
create or replace function platform.isolation_kinds()
returns table (
  half text,
  kind text,
  tenants integer,
  tried bigint,
  failed bigint
)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select c.half, c.kind, count(*)::integer, sum(c.tried)::bigint, sum(c.failed)::bigint
    from platform.tenants t
   cross join lateral (
     select i.checks
       from platform.isolation_runs i
      where i.tenant_id = t.id and i.status <> 'running'
      order by i.started_at desc
      limit 1
   ) r
   cross join lateral jsonb_to_recordset(r.checks) as c (half text, kind text, tried integer, failed integer)
   where t.status = 'active'
   group by c.half, c.kind
   order by c.half desc, c.kind
$$;
comment on function platform.isolation_kinds() is 'What was tried, kind by kind, in the newest proofs.';
revoke all on function platform.isolation_kinds() from public;
grant execute on function platform.isolation_kinds() to :ROLE_OPERATOR, :ROLE_SECURITY, :ROLE_DEVELOPER;
