-- Whether a job with this key waits or runs. Callable by the owner's functions.
create or replace function jobs.has_job(
  job_key text
)
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (select from graphile_worker.jobs j where j.key = has_job.job_key);
end
$$;
comment on function jobs.has_job(text) is 'Is there a job with this key?';
revoke all on function jobs.has_job(text) from public;
grant execute on function jobs.has_job(text) to :ROLE_OWNER;
