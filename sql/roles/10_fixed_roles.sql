-- The installation's fixed roles. Run by the migrator, idempotent, before anything else.
-- None is a superuser; only the provisioner may create roles, and it cannot log in.
-- :PREFIX is the installation prefix, :LANE_COUNT the number of lanes; both are checked before they come here.
do $roles$
declare
  v_prefix constant text := ':PREFIX';
  v_attributes text;
  v_logged boolean;
  v_role text;
begin
  for v_role, v_attributes in
    select v_prefix || role_name, attributes
      from (values
        ('tenantry_owner',       'nologin noinherit nocreaterole nocreatedb'),
        ('tenantry_provisioner', 'nologin inherit createrole nocreatedb'),
        ('tenantry_auth',        'login noinherit nocreaterole nocreatedb'),
        ('tenantry_api',         'login noinherit nocreaterole nocreatedb'),
        ('tenantry_audit',       'login noinherit nocreaterole nocreatedb'),
        ('tenantry_worker',      'login noinherit nocreaterole nocreatedb'),
        ('tenantry_maintenance', 'login noinherit nocreaterole nocreatedb'),
        ('tenantry_monitor',     'login noinherit nocreaterole nocreatedb'),
        ('tenantry_blueprint',   'login noinherit nocreaterole nocreatedb'),
        ('tenantry_admin',       'nologin inherit nocreaterole nocreatedb'),
        ('tenantry_operator',    'nologin inherit nocreaterole nocreatedb'),
        ('tenantry_security',    'nologin inherit nocreaterole nocreatedb'),
        ('tenantry_developer',   'nologin inherit nocreaterole nocreatedb')
      ) as fixed (role_name, attributes)
    union all
    select format('%stenantry_lane_%s', v_prefix, to_char(lane, 'FM00')), 'login noinherit nocreaterole nocreatedb'
      from generate_series(0, :LANE_COUNT - 1) as lane
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
      execute format('create role %I %s', v_role, v_attributes);
    elsif v_attributes like 'login%' then
      -- A login may change settings of its own for good, the role it starts with among them: taken back here. That its statements are logged is an
      -- administrator's decision and stays.
      v_logged := exists (
        select from pg_catalog.pg_db_role_setting s
         where s.setrole = format('%I', v_role)::regrole and s.setdatabase = 0 and 'log_statement=all' = any (s.setconfig));
      execute format('alter role %I reset all', v_role);
      execute format('alter role %I in database %I reset all', v_role, current_database());
      if v_logged and not exists (
        select from pg_catalog.pg_db_role_setting s
         where s.setrole = format('%I', v_role)::regrole and s.setdatabase = 0 and 'log_statement=all' = any (s.setconfig)) then
        execute format('alter role %I set log_statement = %L', v_role, 'all');
      end if;
    end if;
  end loop;
end
$roles$;

-- Limits that hold for whatever a lane does, envelope or not: a transaction that its server forgot ends by itself.
do $lanes$
declare
  v_role text;
begin
  for v_role in
    select format('%stenantry_lane_%s', ':PREFIX', to_char(lane, 'FM00'))
      from generate_series(0, :LANE_COUNT - 1) as lane
  loop
    execute format('alter role %I set statement_timeout = %L', v_role, '30s');
    execute format('alter role %I set idle_in_transaction_session_timeout = %L', v_role, '10s');
    execute format('alter role %I set search_path = pg_catalog, pg_temp', v_role);
    if current_setting('server_version_num')::int >= 170000 then
      execute format('alter role %I set transaction_timeout = %L', v_role, '60s');
    end if;
  end loop;
end
$lanes$;
