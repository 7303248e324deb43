-- Raises a critical alert because the copy outside holds checkpoints that the database does not know, so it was set back behind them; the worker
-- writes none until that is settled. Orders a verification when the last one found nothing, so that every status says so. `number` is the newest
-- outside, `why` what does not fit. Called by the worker.
create or replace function audit.report_rollback(
  number bigint,
  why text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform platform_private.raise_alert(null, 'audit_rolled_back', 'critical', format(
    'The database was set back behind its checkpoints outside, the newest number %s: %s. No checkpoint is written until this is settled: see docs/how-to/read-the-audit-trail.md.',
    number, why));
  if not exists (
    select
      from (select v.finished_at, v.flaws, v.broken, v.requested_at from audit.verifications v where v.chain is null order by v.requested_at desc limit 1) v
     where v.flaws <> '{}' or v.broken <> '{}' or (v.finished_at is null and v.requested_at > now() - interval '1 hour')) then
    perform audit.order_verification(null);
  end if;
end
$$;
comment on function audit.report_rollback(bigint, text) is 'Says that the database was set back behind its checkpoints outside.';
revoke all on function audit.report_rollback(bigint, text) from public;
grant execute on function audit.report_rollback(bigint, text) to :ROLE_WORKER;
