-- A tenant that has been provisioning for five minutes and has no job is failed: nobody will come back to it. Called by the
-- worker every minute with the keys of the jobs that will still run; orders not yet fetched count as well. One that can't be
-- failed doesn't keep the others from it. Returns how many were.
create or replace function platform_private.fail_stale_provisioning(
  live_keys text[]
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id text;
  v_count integer := 0;
begin
  for v_id in
    select t.id
      from platform.tenants t
     where t.status = 'provisioning'
       and t.updated_at < now() - interval '5 minutes'
       and 'provision:' || t.id <> all (live_keys)
       and not exists (select from jobs.outbox o where o.job_key = 'provision:' || t.id)
       for update skip locked
  loop
    perform platform_private.fail_run(v_id, 'queue', 'TN013', 'its job was lost', null);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function platform_private.fail_stale_provisioning(text[]) is 'Fails provisionings whose job is gone.';
revoke all on function platform_private.fail_stale_provisioning(text[]) from public;
grant execute on function platform_private.fail_stale_provisioning(text[]) to :ROLE_WORKER;
