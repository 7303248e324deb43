-- Who may become whom. Run by the migrator after 10_fixed_roles.sql, idempotent.
-- From PostgreSQL 16 on a membership carries its own INHERIT and SET options, and an INHERIT that was once granted
-- outlives `alter role … noinherit`; therefore they are always written out. PostgreSQL 15 has only the role's attribute.
do $memberships$
declare
  v_prefix constant text := ':PREFIX';
  v_from_16 constant boolean := current_setting('server_version_num')::int >= 160000;
  v_role text;
  v_member text;
  v_inherit boolean;
begin
  for v_role, v_member, v_inherit in
    select v_prefix || role_name,
           case member when 'migrator' then current_user::text else v_prefix || member end,
           inherit
      from (values
        -- The migrator creates objects in the name of these, and hands functions to them.
        ('tenantry_owner',       'migrator',             true),
        ('tenantry_provisioner', 'migrator',             true),
        ('tenantry_blueprint',   'migrator',             true),
        ('tenantry_owner',       'tenantry_provisioner', true),
        ('tenantry_operator',    'tenantry_admin',       true),
        ('tenantry_owner',       'tenantry_maintenance', false),
        ('tenantry_admin',       'tenantry_api',         false),
        ('tenantry_operator',    'tenantry_api',         false),
        ('tenantry_security',    'tenantry_api',         false),
        ('tenantry_developer',   'tenantry_api',         false)
      ) as membership (role_name, member, inherit)
  loop
    if not v_from_16 and not v_inherit
       and (select rolinherit from pg_catalog.pg_roles where rolname = v_member) then
      raise exception 'role % must be NOINHERIT', v_member
        using hint = format('Run: alter role %I noinherit', v_member);
    end if;
    if v_from_16 then
      execute format('grant %I to %I with inherit %s, set true', v_role, v_member, v_inherit::text);
    else
      execute format('grant %I to %I', v_role, v_member);
    end if;
  end loop;
end
$memberships$;
