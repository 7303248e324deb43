-- Adds a job, in the caller's transaction. Only tasks of the list below exist. Callable by the owner's functions.
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
  if task not in ('tenant__provision', 'worker__test') then
    raise exception 'there is no task "%"', task
      using errcode = 'TN002', column = 'task', hint = 'Tasks are listed in jobs.enqueue and in worker/tasks.';
  end if;
  perform graphile_worker.add_job(
    identifier => enqueue.task,
    payload => enqueue.payload::json,
    job_key => enqueue.job_key,
    max_attempts => 6
  );
end
$$;
comment on function jobs.enqueue(text, jsonb, text) is 'Adds a job; a job with the same key that has not started is replaced.';
revoke all on function jobs.enqueue(text, jsonb, text) from public;
grant execute on function jobs.enqueue(text, jsonb, text) to :ROLE_OWNER;
