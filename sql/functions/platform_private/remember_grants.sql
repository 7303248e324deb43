-- Remembers what a tenant's role and its lane's gate hold at this moment, before a lock-down takes it away: the first of those that cover the tenant. What a
-- DBA had revoked by hand is not there and does not come back by lifting. Called by platform.lock_down.
create or replace function platform_private.remember_grants(
  tenant_id text
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into platform_private.withheld_grants (subject, usage, member)
  select 'tenant:' || t.id,
         exists (select from pg_namespace n, aclexplode(n.nspacl) a
                  where n.nspname = platform_private.tenant_schema(t.id) and a.grantee = r.oid and a.privilege_type = 'USAGE'),
         exists (select from pg_auth_members m join pg_roles g on g.oid = m.member
                  where m.roleid = r.oid and g.rolname = platform_private.gate_role(t.lane))
    from platform.tenants t
    join pg_roles r on r.rolname = platform_private.tenant_role(t.id)
   where t.id = remember_grants.tenant_id
  on conflict on constraint withheld_grants_pkey do nothing
$$;
comment on function platform_private.remember_grants(text) is 'Remembers what a lock-down takes away from a tenant.';
revoke all on function platform_private.remember_grants(text) from public;
