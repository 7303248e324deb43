-- Which chain a verification is to look at: null for all. No row for one that is over, or was cleared. Called by the worker.
create or replace function audit.verification_asked(
  verification_id uuid
)
returns table (
  chain text
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select v.chain from audit.verifications v where v.id = verification_asked.verification_id and v.finished_at is null
$$;
comment on function audit.verification_asked(uuid) is 'Which chain a verification is to look at.';
revoke all on function audit.verification_asked(uuid) from public;
grant execute on function audit.verification_asked(uuid) to :ROLE_WORKER;
