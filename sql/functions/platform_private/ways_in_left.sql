-- Memberships in a tenant's role that are still there after its lane was closed: granted by somebody else, which on
-- PostgreSQL 16 and later our REVOKE cannot undo. The creator's own ADMIN row doesn't count, it cannot become the role.
-- Null when there are none. Read after every suspension.
create or replace function platform_private.ways_in_left(
  tenant_id text
)
returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_agg(jsonb_build_object('member', m.member::regrole::text, 'grantor', m.grantor::regrole::text))
    from pg_auth_members m
    join pg_roles role on role.oid = m.roleid
    join pg_roles member on member.oid = m.member
   where role.rolname = platform_private.tenant_role(ways_in_left.tenant_id)
     and not (m.admin_option and member.rolname = (select i.prefix || 'tenantry_provisioner' from platform.installation i))
$$;
comment on function platform_private.ways_in_left(text) is 'Memberships in a closed tenant''s role that could not be revoked.';
revoke all on function platform_private.ways_in_left(text) from public;
