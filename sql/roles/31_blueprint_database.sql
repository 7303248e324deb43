-- The blueprint database's access list: only those that introspect may connect. Run by its owner, idempotent.
do $database$
declare
  v_prefix constant text := ':PREFIX';
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant create on database %I to %I', current_database(), v_prefix || 'tenantry_owner');
  execute format('grant connect on database %I to %I, %I',
                 current_database(), v_prefix || 'tenantry_blueprint', v_prefix || 'tenantry_api');
end
$database$;

revoke all on schema public from public;
