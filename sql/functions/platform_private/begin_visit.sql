-- Writes a visit down and into both trails. It belongs to the operator's session, whose rows are locked: whoever takes role, status or session
-- away at the same moment waits, and then finds the visit. Called by the functions that enter.
create or replace function platform_private.begin_visit(
  tenant_id text,
  reason text,
  role text,
  access text
)
returns platform.tenant_visits
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_actor constant text := audit.actor();
  v_operator constant uuid := nullif(current_setting('tenantry.operator_id', true), '')::uuid;
  v_session constant uuid := nullif(current_setting('tenantry.session_id', true), '')::uuid;
  v_visit platform.tenant_visits;
begin
  if v_actor not like 'operator:%' then
    raise exception 'only an operator who is signed in can enter a tenant'
      using errcode = 'TN009', hint = 'POST /api/v1/tenants/{id}/context with an operator''s token.';
  end if;
  if btrim(coalesce(reason, '')) = '' or length(reason) > 2000 then
    raise exception 'say why you enter' using errcode = 'TN002', column = 'reason', hint = 'Up to 2,000 characters; the tenant reads it.';
  end if;
  if role is null or role not in ('viewer', 'user', 'manager', 'admin') then
    raise exception 'there is no such role to enter in' using errcode = 'TN002', column = 'role', hint = 'viewer, user, manager or admin.';
  end if;
  if access is null or access not in ('read', 'write') then
    raise exception 'access is read or write' using errcode = 'TN002', column = 'access', hint = 'Leave it out to read.';
  end if;
  -- Before the tenant's row, as the functions that change operators take them.
  perform from platform.operators o
    where o.id = v_operator and o.status = 'active' and platform_private.visit_role_allowed(o.role, begin_visit.role, begin_visit.access)
      for share;
  if found then
    perform from platform_private.operator_sessions s
      where s.id = v_session and s.operator_id = v_operator and s.ended_at is null and s.expires_at > now()
        for share;
  end if;
  if not found then
    raise exception 'your role no longer allows this visit, or your session has ended'
      using errcode = 'TN009', hint = 'Sign in again, or ask an admin.';
  end if;
  perform platform_private.lock_tenant(tenant_id);
  perform platform_private.active_tenant_schema(tenant_id);
  insert into platform.tenant_visits (tenant_id, operator_id, session_id, reason, role, access, expires_at)
  values (tenant_id, v_operator, v_session, btrim(reason), role, access, now() + interval '15 minutes')
  returning * into v_visit;
  perform audit.record('visit.begin', tenant_id, 'tenants:' || tenant_id,
                       detail => jsonb_build_object('visitId', v_visit.id, 'reason', v_visit.reason, 'role', role, 'access', access));
  return v_visit;
end
$$;
comment on function platform_private.begin_visit(text, text, text, text) is 'Writes a visit of an operator down.';
revoke all on function platform_private.begin_visit(text, text, text, text) from public;
