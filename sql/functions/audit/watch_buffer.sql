-- Raises an alert when an event has waited in the buffer for longer than a minute: what isn't sealed nothing proves. One that was just
-- committed by a long transaction gets five seconds more. Returns whether it did. Called by the worker every minute.
create or replace function audit.watch_buffer()
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id bigint;
begin
  -- By its number: an old one is in front.
  select o.id into v_id from (select b.id, b.at from audit.buffer b order by b.id limit 1) o where o.at < now() - interval '1 minute';
  if not found then
    return false;
  end if;
  perform pg_sleep(5);
  if not exists (select from audit.buffer b where b.id = v_id) then
    return false;
  end if;
  perform platform_private.raise_alert(null, 'audit_not_sealed', 'critical',
    'Events of the audit trail have waited for more than a minute and are not sealed. See the worker''s log.');
  return true;
end
$$;
comment on function audit.watch_buffer() is 'Raises an alert when events are not sealed.';
revoke all on function audit.watch_buffer() from public;
grant execute on function audit.watch_buffer() to :ROLE_WORKER;
