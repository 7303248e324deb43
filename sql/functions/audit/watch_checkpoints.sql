-- Raises an alert when sealed events have waited for ten minutes and no checkpoint was written: what none names can be rewritten unnoticed, and whoever
-- may connect can hold the lock that the writer of checkpoints takes. What was read from a server log is as old as the log. Returns whether it did.
-- Called by the worker every minute.
create or replace function audit.watch_checkpoints()
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from audit.checkpoints c where c.at > now() - interval '10 minutes')
     or not exists (
       select
         from audit.heads h
         join audit.events e on e.chain = h.chain and e.seq = coalesce(h.checkpoint_seq, 0) + 1
        where h.checkpoint_seq is distinct from h.seq and e.at < now() - interval '10 minutes' and not e.action ^@ 'access.') then
    return false;
  end if;
  perform platform_private.raise_alert(null, 'audit_not_checkpointed', 'critical',
    'Sealed events have waited for ten minutes and no checkpoint names them. See the worker''s log, and who holds an advisory lock in pg_locks.');
  return true;
end
$$;
comment on function audit.watch_checkpoints() is 'Raises an alert when no checkpoint is written.';
revoke all on function audit.watch_checkpoints() from public;
grant execute on function audit.watch_checkpoints() to :ROLE_WORKER;
