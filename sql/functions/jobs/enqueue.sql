-- Orders a job, in the caller's transaction. Only tasks of the list on jobs.outbox exist. The order waits in a table of ours and
-- the worker fetches it: code of graphile-worker belongs to the worker's login, which could change it, so it never runs with
-- anybody else's rights. Callable by the owner's functions, and by the worker for its self-test.
create or replace function jobs.enqueue(
  task text,
  payload jsonb,
  job_key text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into jobs.outbox (task, payload, job_key) values (task, payload, job_key);
  perform pg_notify('tenantry_job', '');
end
$$;
comment on function jobs.enqueue(text, jsonb, text) is 'Orders a job; one with the same key that has not started is replaced.';
revoke all on function jobs.enqueue(text, jsonb, text) from public;
grant execute on function jobs.enqueue(text, jsonb, text) to :ROLE_WORKER;
