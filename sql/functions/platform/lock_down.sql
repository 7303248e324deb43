-- Stops all access of tenants: scope `all`, `lane` (with `lane`) or `tenants` (with `tenant_ids`). From the commit on the database
-- refuses every new transaction of theirs, and sign-in, renewal and visits besides; servers end what is under way. Operators' own calls
-- go on. Several may overlap: a tenant is open again when the last that covers it is lifted.
-- May be called by members of tenantry_security and tenantry_admin. Raises TN002, TN003 for a tenant that is not there, TN009 for more
-- than the tenants an operator is limited to.
create or replace function platform.lock_down(
  scope text,
  reason text,
  tenant_ids text[] default null,
  lane integer default null
)
returns platform.lock_downs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_lanes constant integer := (select i.lanes from platform.installation i);
  v_ids text[];
  v_tenant platform.tenants;
  v_lock_down platform.lock_downs;
  v_left jsonb := '[]';
begin
  if btrim(coalesce(reason, '')) = '' or length(reason) > 2000 then
    raise exception 'say why access is to stop' using errcode = 'TN002', column = 'reason', hint = 'Up to 2,000 characters.';
  end if;
  if scope is null or scope not in ('all', 'lane', 'tenants') then
    raise exception 'there is no such scope' using errcode = 'TN002', column = 'scope', hint = 'all, lane or tenants.';
  end if;
  if (scope = 'lane') <> (lane is not null) or lane not between 0 and v_lanes - 1 then
    raise exception 'lane % cannot be locked down with scope %', coalesce(lane::text, '(none)'), scope
      using errcode = 'TN002', column = 'lane', hint = format('Scope lane takes a lane from 0 to %s, no other scope takes one.', v_lanes - 1);
  end if;
  if (scope = 'tenants') <> (tenant_ids is not null) or cardinality(tenant_ids) not between 1 and 50
     or array_position(tenant_ids, null) is not null then
    raise exception 'the tenants to lock down are not named as scope % wants it', scope
      using errcode = 'TN002', column = 'tenant_ids', hint = 'Scope tenants takes 1 to 50 ids, no other scope takes any. For more use lane or all.';
  end if;
  if scope = 'tenants' then
    select array_agg(distinct named.id order by named.id) into v_ids from unnest(tenant_ids) as named (id);
    perform platform_private.lock_tenant(named.id) from unnest(v_ids) as named (id);
  else
    perform platform_private.require_unlimited();
  end if;
  insert into platform.lock_downs (scope, tenant_ids, lane, reason, locked_by)
  values (lock_down.scope, v_ids, lock_down.lane, btrim(lock_down.reason), audit.actor())
  returning * into v_lock_down;
  for v_tenant in select * from platform.tenants t where t.id = any (v_ids) order by t.id loop
    if platform_private.is_open_by_status(v_tenant) then
      perform platform_private.remember_grants(v_tenant.id);
      v_left := v_left || coalesce(platform_private.close_tenant(v_tenant.id), '[]');
    end if;
  end loop;
  perform platform_private.settle_gate(covered.lane) from unnest(platform_private.locked_lanes(v_lock_down)) as covered (lane);
  v_left := v_left || coalesce(platform_private.ways_past_gates(platform_private.locked_lanes(v_lock_down)), '[]');
  if v_left <> '[]' then
    raise warning 'somebody else''s grants of roles remain; by them a lane''s login may still act for tenants'
      using errcode = 'TN012', detail = v_left::text, hint = 'Let the grantor revoke them, now.';
    update platform.lock_downs l set findings = v_left where l.id = v_lock_down.id returning * into v_lock_down;
  end if;
  perform platform_private.record_lock_down('lock_down.begin', v_lock_down, v_lock_down.reason);
  return v_lock_down;
end
$$;
-- In GraphQL a mutation's input is named after it, and LockDown is the type of the table's rows.
comment on function platform.lock_down(text, text, text[], integer) is E'@name start_lock_down\nStops all access of tenants at once: all, a lane, or those named.';
revoke all on function platform.lock_down(text, text, text[], integer) from public;
grant execute on function platform.lock_down(text, text, text[], integer) to :ROLE_SECURITY, :ROLE_ADMIN;
