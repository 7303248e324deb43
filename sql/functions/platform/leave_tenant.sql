-- Ends a visit before its time; its token stops working at once. One's own, or anybody's for security and admins. May be called by members of
-- tenantry_operator and tenantry_security. Raises TN003.
create or replace function platform.leave_tenant(
  visit_id uuid
)
returns platform.tenant_visits
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_visit platform.tenant_visits;
begin
  update platform.tenant_visits v
     set ended_at = coalesce(v.ended_at, now())
   where v.id = visit_id
     and platform_private.reaches_tenant(v.tenant_id)
     and ('operator:' || v.operator_id = audit.actor() or current_setting('tenantry.role', true) in ('tenantry_admin', 'tenantry_security')
          or audit.actor() like 'login:%')
  returning * into v_visit;
  if not found then
    raise exception 'there is no such visit of yours' using errcode = 'TN003', hint = 'List them: select * from platform.tenant_visits.';
  end if;
  perform platform_private.announce_session(v_visit.tenant_id, v_visit.id);
  perform audit.record('visit.end', v_visit.tenant_id, 'tenants:' || v_visit.tenant_id,
                       detail => jsonb_build_object('visitId', v_visit.id, 'because', 'left'));
  return v_visit;
end
$$;
comment on function platform.leave_tenant(uuid) is 'Ends a visit of an operator in a tenant.';
revoke all on function platform.leave_tenant(uuid) from public;
grant execute on function platform.leave_tenant(uuid) to :ROLE_OPERATOR, :ROLE_SECURITY;
