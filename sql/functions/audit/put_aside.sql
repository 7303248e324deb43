-- Moves one event that can't be sealed out of the way of all others, whole, to audit.set_aside; without an id the first that waits. That it
-- happened is an event of the platform's and an alert. Returns whether there was one. Called by audit.take and by the worker, when sealing an event failed
-- by what is in it.
create or replace function audit.put_aside(
  id bigint,
  flaw text
)
returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_event audit.buffer;
begin
  delete from audit.buffer b
   where b.id = coalesce(put_aside.id, (select min(f.id) from audit.buffer f))
  returning * into v_event;
  if not found then
    return false;
  end if;
  insert into audit.set_aside (id, at, tenant_id, action, actor, flaw, event)
  values (v_event.id, v_event.at, v_event.tenant_id, v_event.action, v_event.actor, flaw, to_jsonb(v_event));
  perform audit.record('audit.set_aside', null, 'set_aside:' || v_event.id, 'failed', null, null, jsonb_build_object('flaw', flaw));
  perform platform_private.raise_alert(null, 'audit_set_aside', 'critical',
    'An event could not be sealed and was set aside. See audit.set_aside: who wrote it, and why it could not be.');
  return true;
end
$$;
comment on function audit.put_aside(bigint, text) is 'Moves an event that can''t be sealed out of the way of others.';
revoke all on function audit.put_aside(bigint, text) from public;
grant execute on function audit.put_aside(bigint, text) to :ROLE_WORKER;
