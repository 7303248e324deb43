-- Whether an operator's visit still holds, and in what role and access: no row for one that ended or ran out, whose session has ended, or whose
-- operator is not active, is limited to other tenants or has a role that doesn't allow it. Callable by tenantry_auth.
create or replace function identity.visit_standing(
  tenant_id text,
  visit_id uuid
)
returns table (
  operator_id uuid,
  role text,
  access text,
  expires_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select v.operator_id, v.role, v.access, v.expires_at
    from platform.tenant_visits v
    join platform.operators o on o.id = v.operator_id and o.status = 'active' and platform_private.visit_role_allowed(o.role, v.role, v.access)
    join platform_private.operator_sessions s on s.id = v.session_id and s.ended_at is null and s.expires_at > now()
   where v.id = visit_id and v.tenant_id = visit_standing.tenant_id and v.ended_at is null and v.expires_at > now()
     and (not exists (select from platform.operator_tenants ot where ot.operator_id = v.operator_id)
          or exists (select from platform.operator_tenants ot where ot.operator_id = v.operator_id and ot.tenant_id = v.tenant_id))
$$;
comment on function identity.visit_standing(text, uuid) is 'Operator, role and access of an open visit.';
revoke all on function identity.visit_standing(text, uuid) from public;
grant execute on function identity.visit_standing(text, uuid) to :ROLE_AUTH;
