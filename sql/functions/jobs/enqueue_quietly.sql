-- Orders a job without telling anybody, in the caller's transaction: for writes of the data plane, which must not NOTIFY. The worker
-- finds the order within two seconds. Callable by the owner's functions.
create or replace function jobs.enqueue_quietly(
  task text,
  payload jsonb,
  job_key text
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into jobs.outbox (task, payload, job_key) values (task, payload, job_key)
$$;
comment on function jobs.enqueue_quietly(text, jsonb, text) is 'Orders a job that the worker finds within two seconds.';
revoke all on function jobs.enqueue_quietly(text, jsonb, text) from public;
