-- Lifts one lock-down, or without an id all that are not lifted; returns them. Opens what no other still covers, with the grants it had:
-- a tenant that was closed before, or by an operator meanwhile, stays closed. An operator limited to tenants lifts those that name
-- none but theirs. May be called by members of tenantry_security and tenantry_admin. Raises TN003, TN004 for one that was lifted.
create or replace function platform.lift_lock_down(
  id bigint default null,
  reason text default null
)
returns setof platform.lock_downs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_listed constant text[] := platform_private.listed_tenants();
  v_covering platform.lock_downs[];
  v_lock_down platform.lock_downs;
  v_ids text[] := '{}';
  v_lanes integer[] := '{}';
begin
  if length(reason) > 2000 then
    raise exception 'the reason is too long' using errcode = 'TN002', column = 'reason', hint = 'Up to 2,000 characters.';
  end if;
  select array_agg(l order by l.id) into v_covering
    from platform.lock_downs l
   where (lift_lock_down.id is null and l.lifted_at is null or l.id = lift_lock_down.id)
     and (v_listed is null or l.tenant_ids <@ v_listed);
  if v_covering is null and id is not null then
    raise exception 'there is no lock-down %', id using errcode = 'TN003', hint = 'List them: select * from platform.lock_downs.';
  end if;
  -- Tenants before gates, in the order of their ids: as lock_down takes them.
  perform from platform.tenants t
    where t.id in (select named.id from unnest(v_covering) as l, unnest(l.tenant_ids) as named (id))
    order by t.id
      for update;
  for v_lock_down in
    update platform.lock_downs l
       set lifted_at = now(), lifted_by = audit.actor(), lift_reason = nullif(btrim(lift_lock_down.reason), '')
      from unnest(v_covering) as covering
     where l.id = covering.id and l.lifted_at is null
    returning l.*
  loop
    v_ids := v_ids || v_lock_down.tenant_ids;
    v_lanes := v_lanes || platform_private.locked_lanes(v_lock_down);
    perform platform_private.record_lock_down('lock_down.lift', v_lock_down, v_lock_down.lift_reason);
    return next v_lock_down;
  end loop;
  if not found and id is not null then
    raise exception 'lock-down % was lifted already', id
      using errcode = 'TN004', detail = 'Allowed from: not lifted.', hint = 'Those in force: select id, scope from platform.lock_downs where lifted_at is null.';
  end if;
  -- Once each, however many covered it: what was remembered is given back and forgotten.
  perform platform_private.give_back(t) from platform.tenants t where t.id = any (v_ids);
  perform platform_private.settle_gate(covered.lane) from (select distinct l.lane from unnest(v_lanes) as l (lane) order by 1) as covered;
end
$$;
comment on function platform.lift_lock_down(bigint, text) is 'Lifts a lock-down, or all of them.';
revoke all on function platform.lift_lock_down(bigint, text) from public;
grant execute on function platform.lift_lock_down(bigint, text) to :ROLE_SECURITY, :ROLE_ADMIN;
