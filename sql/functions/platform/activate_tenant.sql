-- Opens a tenant to its users, for the first time or again after a suspension. Its schema must be what the blueprint says
-- (else TN005), and its isolation proven (else TN040). May be called by members of tenantry_operator. Raises TN003, TN004, TN005, TN040.
create or replace function platform.activate_tenant(
  id text,
  reason text default null
)
returns platform.tenants
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_before constant platform.tenants := platform_private.lock_tenant(id);
  v_tenant constant platform.tenants :=
    platform_private.change_status(id, array['ready', 'suspended'], 'active', reason);
begin
  if (select d.drifted from platform.tenant_drift(id) d) then
    raise exception 'tenant "%" is not what the blueprint says', id
      using errcode = 'TN005', detail = 'Its fingerprint differs.', hint = 'See platform.tenant_drift.';
  end if;
  perform platform_private.require_proof(v_before);
  if v_before.status = 'suspended' then
    perform platform_private.open_tenant(id);
    -- What could not be attempted while it was closed is attempted now.
    perform jobs.enqueue('isolation__prove', jsonb_build_object('tenantId', id, 'cause', 'demand'), 'isolation:' || id);
  end if;
  return v_tenant;
end
$$;
comment on function platform.activate_tenant(text, text) is 'Opens a ready or suspended tenant to its users.';
revoke all on function platform.activate_tenant(text, text) from public;
grant execute on function platform.activate_tenant(text, text) to :ROLE_OPERATOR;
