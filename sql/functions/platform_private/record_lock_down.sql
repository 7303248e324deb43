-- Writes the beginning or the end of a lock-down into the platform's trail and into those of tenants. The reason stays on the platform's
-- side: it may name other tenants. A lane's or everybody's tenants get their event when it is lifted, with the time of its beginning:
-- nobody could read it before, and 10,000 events take two seconds, which a lock-down does not have. Called by lock_down and lift_lock_down.
create or replace function platform_private.record_lock_down(
  action text,
  lock_down platform.lock_downs,
  reason text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.record(
    record_lock_down.action, null, 'lock_downs:' || lock_down.id, 'ok', null, null,
    jsonb_strip_nulls(jsonb_build_object('scope', lock_down.scope, 'lane', lock_down.lane, 'tenants', lock_down.tenant_ids, 'reason', reason)));
  if lock_down.scope <> 'tenants' and lock_down.lifted_at is null then
    return;
  end if;
  perform audit.record(record_lock_down.action, t.id, 'tenants:' || t.id, 'ok', null, null,
                       jsonb_build_object('lockedAt', lock_down.locked_at))
    from platform.tenants t
   where t.schema_version is not null
     and case lock_down.scope when 'all' then true when 'lane' then t.lane = lock_down.lane else t.id = any (lock_down.tenant_ids) end;
end
$$;
comment on function platform_private.record_lock_down(text, platform.lock_downs, text) is 'Records a lock-down on both sides.';
revoke all on function platform_private.record_lock_down(text, platform.lock_downs, text) from public;
