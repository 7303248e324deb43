-- Puts a tenant's trail under legal hold: no event of it is removed until platform.release_audit. What is there moves out of the reach of
-- retention, what comes goes there. The tenant is told that there is a hold; the reason stays with operators. May be called by members of tenantry_admin and tenantry_security. Raises TN002, TN003, TN004 for a second hold.
create or replace function platform.hold_audit(
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
begin
  if coalesce(btrim(reason), '') = '' then
    raise exception 'a hold needs a reason'
      using errcode = 'TN002', column = 'reason', hint = 'Say which case or authority asks for it.';
  end if;
  insert into audit.retention as r (tenant_id, hold_reason, held_at) values (v_tenant.id, reason, now())
  on conflict on constraint retention_pkey do update set hold_reason = excluded.hold_reason, held_at = excluded.held_at where r.hold_reason is null;
  if not found then
    raise exception 'the trail of tenant "%" is under hold already', v_tenant.id
      using errcode = 'TN004', hint = 'Release it first: platform.release_audit(tenant_id, reason).';
  end if;
  perform audit.ensure_partitions((select min(e.at) from audit.events e where e.chain = v_tenant.id));
  update audit.events e set retention = 'hold' where e.chain = v_tenant.id and e.retention <> 'hold';
  perform audit.record('audit.hold', v_tenant.id, 'tenants:' || v_tenant.id, 'ok', null, null, jsonb_build_object('hold', true));
  perform audit.record('audit.hold', null, 'tenants:' || v_tenant.id, 'ok', null, null, jsonb_build_object('reason', reason));
end
$$;
comment on function platform.hold_audit(text, text) is 'Puts a tenant''s trail under legal hold.';
revoke all on function platform.hold_audit(text, text) from public;
grant execute on function platform.hold_audit(text, text) to :ROLE_ADMIN, :ROLE_SECURITY;
