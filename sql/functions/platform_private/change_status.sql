-- Moves a tenant from one status to another and writes the transition down, and into the trail, which the tenant reads too: there without the
-- reason, which is the operators'. Called by the functions of schema platform,
-- each with the statuses from which its step is allowed. Visits of operators end unless it is active afterwards. Closing an active tenant, archiving and
-- deleting need a reason.
-- Raises TN003, TN004 from any other status, TN002 without a reason.
create or replace function platform_private.change_status(
  tenant_id text,
  allowed_from text[],
  to_status text,
  reason text,
  findings jsonb default null
)
returns platform.tenants
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_from constant text := v_tenant.status;
begin
  if v_from <> all (allowed_from) then
    raise exception 'tenant "%" is %, it cannot become %', tenant_id, v_from, to_status
      using errcode = 'TN004',
            detail = format('Allowed from: %s.', array_to_string(allowed_from, ', ')),
            hint = 'See the life of a tenant in docs/explanation/architecture.md.';
  end if;
  if btrim(coalesce(reason, '')) = '' and (to_status in ('archived', 'deleted') or (v_from = 'active' and to_status = 'suspended')) then
    raise exception 'say why tenant "%" is to become %', tenant_id, to_status
      using errcode = 'TN002', column = 'reason', hint = 'Give a reason; it is kept with the change.';
  end if;
  update platform.tenants t
     set status = change_status.to_status,
         version = t.version + 1,
         updated_at = now(),
         activated_at = case when to_status = 'active' then coalesce(t.activated_at, now()) else t.activated_at end,
         deleted_at = case when to_status = 'deleted' then now() when to_status = 'purged' then t.deleted_at end,
         purge_after = case when to_status = 'deleted' then now() + interval '30 days' end
   where t.id = change_status.tenant_id
  returning * into v_tenant;
  insert into platform.tenant_transitions (tenant_id, from_status, to_status, reason, actor, findings)
  values (tenant_id, v_from, to_status, reason, audit.actor(), findings);
  perform audit.record('tenants.status', tenant_id, 'tenants:' || tenant_id, 'ok',
                       jsonb_build_object('status', v_from), jsonb_build_object('status', to_status));
  if to_status = 'active' then
    perform platform_private.order_invitations(tenant_id);
  else
    -- Opened again it would be entered on a reason that was given before it closed.
    perform platform_private.end_visits(to_status, tenant_id => tenant_id);
  end if;
  return v_tenant;
end
$$;
comment on function platform_private.change_status(text, text[], text, text, jsonb) is 'Changes a tenant''s status and records it.';
revoke all on function platform_private.change_status(text, text[], text, text, jsonb) from public;
