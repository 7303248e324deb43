-- A tenant that has been provisioning for five minutes and has no job is failed: nobody will come back to it.
-- Called by the worker every minute. Returns how many there were.
create or replace function platform_private.fail_stale_provisioning()
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
       and not jobs.has_job('provision:' || t.id)
       for update skip locked
  loop
    perform platform_private.fail_run(v_id, 'queue', 'TN013', 'its job was lost', null);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function platform_private.fail_stale_provisioning() is 'Fails provisionings whose job is gone.';
revoke all on function platform_private.fail_stale_provisioning() from public;
grant execute on function platform_private.fail_stale_provisioning() to :ROLE_WORKER;
