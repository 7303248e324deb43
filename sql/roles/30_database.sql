-- The database's own access list.
-- CREATE DATABASE … TEMPLATE does not copy a database's access list: a clone is open to PUBLIC again. So this runs
-- after every create, clone and restore, and at every migrate. Run by the database's owner, idempotent.
-- PUBLIC may neither connect nor make temporary tables: a temporary table of one tenant's session would shadow another's.
do $database$
declare
  v_prefix constant text := ':PREFIX';
  v_login text;
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant create on database %I to %I', current_database(), v_prefix || 'tenantry_owner');
  for v_login in
    select rolname
      from pg_catalog.pg_roles
     where rolname in (v_prefix || 'tenantry_auth', v_prefix || 'tenantry_api', v_prefix || 'tenantry_audit',
                       v_prefix || 'tenantry_worker', v_prefix || 'tenantry_maintenance', v_prefix || 'tenantry_monitor')
        or (rolname ^@ (v_prefix || 'tenantry_lane_')
            and substr(rolname, length(v_prefix || 'tenantry_lane_') + 1) ~ '^[0-9]{2,3}$')
  loop
    execute format('grant connect on database %I to %I', current_database(), v_login);
  end loop;
end
$database$;

revoke all on schema public from public;
