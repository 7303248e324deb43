-- Posture of a tenant's role: what it is, whose member it is, who may become it, what it owns. One row for each thing looked at; it is
-- as it should be where `seen` equals `expected`. Called by isolation_posture.
-- Options of a membership exist from PostgreSQL 16 on; before, a member inherits as its own attribute says. Hence to_jsonb.
create or replace function platform_private.posture_role(
  tenant_id text
)
returns table (
  kind text,
  target text,
  expected text,
  seen text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_name constant text := platform_private.tenant_role(posture_role.tenant_id);
  v_role constant oid := (select r.oid from pg_roles r where r.rolname = v_name);
  v_gate constant text := (select platform_private.gate_role(t.lane) from platform.tenants t where t.id = posture_role.tenant_id);
  v_provisioner constant text := (select i.prefix || 'tenantry_provisioner' from platform.installation i);
begin
  return query
  select 'role-' || a.name, v_name, 'no', case when a.held then 'yes' else 'no' end
    from pg_roles r
   cross join lateral (values ('superuser', r.rolsuper), ('bypassrls', r.rolbypassrls), ('createrole', r.rolcreaterole),
                              ('createdb', r.rolcreatedb), ('replication', r.rolreplication), ('login', r.rolcanlogin),
                              ('inherit', r.rolinherit)) as a (name, held)
   where r.oid = v_role;
  return query
  select 'role-exists', v_name, 'yes', case when v_role is null then 'no' else 'yes' end;

  return query
  select 'role-memberships', coalesce(m.roleid::regrole::text, v_name), 'none', case when m.roleid is null then 'none' else 'member' end
    from (values (v_role)) as subject (id)
    left join pg_auth_members m on m.member = subject.id;

  return query
  select 'role-members', member.rolname::text,
         case member.rolname when v_gate then 'set' when v_provisioner then 'admin' else 'none' end,
         concat_ws(' ', case when options.inherits then 'inherit' end, case when options.sets then 'set' end,
                   case when m.admin_option then 'admin' end,
                   case when member.rolname = v_gate and m.grantor <> v_provisioner::regrole then 'by ' || m.grantor::regrole end)
    from pg_auth_members m
    join pg_roles member on member.oid = m.member
   cross join lateral (select coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, member.rolinherit),
                              coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)) as options (inherits, sets)
   where m.roleid = v_role;

  return query
  select 'role-settings', v_name, 'none', coalesce(array_to_string(s.setconfig, ', '), 'none')
    from (values (v_role)) as subject (id)
    left join pg_db_role_setting s on s.setrole = subject.id;

  return query
  select 'ownership',
         case when d.objid is null then v_name
              when d.dbid in (0, (select db.oid from pg_database db where db.datname = current_database()))
              then coalesce(pg_describe_object(d.classid, d.objid, d.objsubid), 'something that is gone')
              else 'something in another database' end,
         'none', case when d.objid is null then 'none' else 'owned by ' || v_name end
    from (values (v_role)) as subject (id)
    left join pg_shdepend d on d.refclassid = 'pg_authid'::regclass and d.refobjid = subject.id and d.deptype = 'o';
end
$$;
comment on function platform_private.posture_role(text) is 'What a tenant''s role is, may become and owns.';
revoke all on function platform_private.posture_role(text) from public;
