-- Ends a legal hold: the tenant's events go back to its retention class, and those whose time is over go with the next cut. The reason stays with operators.
-- May be called by members of tenantry_admin. Raises TN003, TN004 without a hold.
create or replace function platform.release_audit(
  tenant_id text,
  reason text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant platform.tenants := platform_private.lock_tenant(tenant_id);
  v_class text;
begin
  update audit.retention r set hold_reason = null, held_at = null
   where r.tenant_id = v_tenant.id and r.hold_reason is not null
  returning r.class into v_class;
  if v_class is null then
    raise exception 'the trail of tenant "%" is under no hold', v_tenant.id
      using errcode = 'TN004', hint = 'Holds begin by platform.hold_audit(tenant_id, reason), and are in the trail as audit.hold.';
  end if;
  perform audit.ensure_partitions((select min(e.at) from audit.events e where e.chain = v_tenant.id));
  update audit.events e set retention = v_class where e.chain = v_tenant.id and e.retention = 'hold';
  perform audit.record('audit.release', v_tenant.id, 'tenants:' || v_tenant.id, 'ok', null, null, jsonb_build_object('hold', false));
  perform audit.record('audit.release', null, 'tenants:' || v_tenant.id, 'ok', null, null, jsonb_build_object('reason', reason));
end
$$;
comment on function platform.release_audit(text, text) is 'Ends a legal hold on a tenant''s trail.';
revoke all on function platform.release_audit(text, text) from public;
grant execute on function platform.release_audit(text, text) to :ROLE_ADMIN;
