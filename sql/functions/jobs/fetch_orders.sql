-- Moves ordered jobs into graphile-worker's queue, in one statement and so whole or not at all. Runs with the worker's rights, and
-- only the worker may. A starting worker's self-test goes before whatever has piled up, proofs come
-- after what somebody waits for. Webhooks and notices wait in queues of their tenant's,
-- which give one at a time: each may wait for somebody's server, and a slow or a full one delays nobody else's. Verifications of the trail, of which one
-- is made at a time, wait in a queue too, and not in the places that all other jobs need. Returns how many there were.
create or replace function jobs.fetch_orders()
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_count integer;
begin
  with taken as (
    delete from jobs.outbox o
     where o.id in (select id from jobs.outbox order by task <> 'worker__test', id limit 5000 for update skip locked)
    returning o.task, o.payload, o.job_key
  )
  select count(graphile_worker.add_job(
           identifier => taken.task, payload => taken.payload::json, job_key => taken.job_key,
           max_attempts => case when taken.task in ('webhook__deliver', 'notice__send') then 10 else 6 end,
           queue_name => case taken.task when 'audit__verify' then 'audit:verify'
                                         when 'webhook__deliver' then 'webhooks:' || (taken.payload ->> 'tenantId')
                                         when 'notice__send' then 'notices:' || (taken.payload ->> 'tenantId') end,
           priority => case taken.task when 'worker__test' then -100 when 'isolation__prove' then 50 when 'webhook__deliver' then 100 else 0 end))
    into v_count
    from taken;
  return v_count;
end
$$;
comment on function jobs.fetch_orders() is 'Moves ordered jobs into the queue; returns how many.';
revoke all on function jobs.fetch_orders() from public;
grant execute on function jobs.fetch_orders() to :ROLE_WORKER;
