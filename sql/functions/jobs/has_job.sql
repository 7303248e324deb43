-- Whether a job with this key is ordered, waits or runs, and is not used up. Runs with the worker's rights.
create or replace function jobs.has_job(
  job_key text
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (select from jobs.outbox o where o.job_key = has_job.job_key)
      or exists (select from graphile_worker.jobs j where j.key = has_job.job_key and j.attempts < j.max_attempts);
end
$$;
comment on function jobs.has_job(text) is 'Is there a job with this key that will still run?';
revoke all on function jobs.has_job(text) from public;
grant execute on function jobs.has_job(text) to :ROLE_WORKER;
