/**
 * Faults that a posture check must find, as data: at least one for every kind of check. Each is planted in a transaction that is taken back. Names in
 * braces: `{a}` and `{b}` are the schemas of two tenants, `{ra}` and `{rb}` their roles, `{g}` begins the names of gates, `{p}` is the prefix of fixed roles, `{db}` the database.
 */

/** Who can plant it: the owner of everything, the login that migrates, or only a superuser. */
type Planter = 'owner' | 'migrator' | 'superuser';

export interface Fault {
  /** The kind of check that names it. */
  readonly kind: string;
  readonly by: Planter;
  readonly sql: string;
  /** Part of the target it is found by. */
  readonly target: string;
}

const fault = (kind: string, by: Planter, target: string, sql: string): Fault => ({ kind, by, sql, target });

/** ADMIN and nothing else, where PostgreSQL can tell (from 16 on): whoever holds it may grant itself the rest. */
const adminOnly = (role: string, member: string): string =>
  `do $do$ begin execute 'grant ${role} to ${member} with ' || case when current_setting('server_version_num')::integer >= 160000 then 'admin true, inherit false, set false' else 'admin option' end; end $do$`;

/** The body of one of a tenant's owner-rights functions, with another tenant's name put together in it. */
const anotherBody = `do $do$ begin execute (select replace(pg_get_functiondef(p.oid), quote_literal('{a}'), '(''tenant_'' || ''' || substr('{b}', 8) || ''')')
  from pg_proc p where p.proname = 'chain_status' and p.pronamespace = '{a}'::regnamespace); end $do$`;

/** A posture function that says what is wanted of it. */
export const REPLACED_POSTURE = `create or replace function platform_private.posture_grants(tenant_id text)
  returns table (kind text, target text, expected text, seen text) language sql as $$ select 'create', 'x', 'no', 'no' $$`;

export const FAULTS: readonly Fault[] = [
  ...['superuser', 'bypassrls', 'createrole', 'createdb', 'replication', 'login', 'inherit'].flatMap((attribute) => [
    fault(`role-${attribute}`, 'superuser', '{ra}', `alter role {ra} ${attribute}`),
    fault(`fixed-role-${attribute}`, 'superuser', 'tenantry_owner', `alter role {p}tenantry_owner ${attribute}`),
  ]),
  fault('fixed-role-createrole', 'superuser', 'tenantry_lane_00', 'alter role {p}tenantry_lane_00 createrole'),
  fault('role-exists', 'superuser', '{ra}', 'alter role {ra} rename to {rb}_gone'),
  fault('role-memberships', 'superuser', 'pg_read_all_data', 'grant pg_read_all_data to {ra}'),
  fault('role-memberships', 'superuser', '{rb}', 'grant {rb} to {ra}'),
  fault('role-members', 'superuser', 'tenantry_lane_03', 'grant {ra} to {p}tenantry_lane_03'),
  fault('role-members', 'superuser', '{rb}', 'grant {ra} to {rb}'),
  fault('role-members', 'superuser', 'tenantry_gate_03', 'grant {ra} to {g}03'),
  fault('role-settings', 'superuser', '{ra}', `alter role {ra} set work_mem = '4MB'`),
  fault('ownership', 'superuser', 'brands', 'alter table {a}.brands owner to {ra}'),
  fault('privileges-outside', 'owner', 'platform.tenants', 'grant select on platform.tenants to {ra}'),
  fault('privileges-outside', 'owner', '{b}.brands', 'grant select on {b}.brands to {ra}'),
  fault('privileges-outside', 'owner', 'identity', 'grant usage on schema identity to {ra}'),
  fault('privileges-outside', 'superuser', 'pg_read_file', 'grant execute on function pg_read_file(text) to {ra}'),
  fault('privileges-outside', 'migrator', '{db}', 'grant temporary on database "{db}" to {ra}'),
  fault('grants-to-public', 'owner', 'brands', 'grant select on {a}.brands to public'),
  fault('grants-to-public', 'owner', 'submit_agreement', 'grant execute on function {a}.submit_agreement to public'),
  fault('grants-to-tenant', 'owner', 'brands', 'grant truncate on {a}.brands to {ra}'),
  fault('grants-to-tenant', 'owner', 'brands', 'grant select on {a}.brands to {ra} with grant option'),
  fault('grants-to-others', 'owner', 'brands.name', 'grant select (name) on {a}.brands to {rb}'),
  fault('grants-to-others', 'owner', '{a}', 'grant usage on schema {a} to {p}tenantry_api'),
  fault('default-privileges', 'owner', '{a}', 'alter default privileges in schema {a} grant select on tables to {ra}'),
  fault('default-privileges', 'owner', 'tenantry_owner', 'alter default privileges grant execute on functions to public'),
  fault('create', 'owner', 'schema {a}', 'grant create on schema {a} to {ra}'),
  fault('create', 'migrator', 'temporary', 'grant temporary on database "{db}" to public'),
  fault('row-security', 'owner', 'brands', 'alter table {a}.brands disable row level security'),
  fault('forced-row-security', 'owner', 'brands', 'alter table {a}.brands force row level security'),
  fault('table-owner', 'migrator', 'brands', 'grant create on schema {a} to {p}tenantry_provisioner; alter table {a}.brands owner to {p}tenantry_provisioner'),
  fault('table-persistence', 'owner', 'webhook_deliveries', 'alter table {a}.webhook_deliveries set unlogged'),
  fault(
    'foreign-tables', 'superuser', 'borrowed',
    'create foreign data wrapper w; create server s foreign data wrapper w; create foreign table {a}.borrowed (x int) server s',
  ),
  fault('views', 'owner', 'v', 'create view {a}.v as select * from {a}.brands'),
  fault('views', 'owner', 'v', 'create materialized view {a}.v as select * from {a}.brands'),
  fault('policies', 'owner', 'brands, SELECT', 'drop policy brands_read on {a}.brands'),
  fault('rules', 'owner', 'brands.r', 'create rule r as on delete to {a}.brands do instead nothing'),
  fault('publications', 'owner', 'brands', 'create publication p for table {a}.brands'),
  fault('inheritance', 'owner', 'brands', 'create table platform_private.kid () inherits ({a}.brands)'),
  fault('crossing-keys', 'owner', 'x', 'alter table {a}.brands add constraint x foreign key (id) references {b}.brands not valid'),
  fault(
    'crossing-constraints', 'owner', 'x',
    'create function {b}.f() returns boolean language sql immutable return true; alter table {a}.brands add constraint x check ({b}.f()) not valid',
  ),
  fault(
    'crossing-defaults', 'owner', 'brands',
    `create function {b}.f() returns text language sql return 'x'; alter table {a}.brands alter column description set default {b}.f()`,
  ),
  fault('crossing-policies', 'owner', 'x', 'create policy x on {a}.brands using (exists (select from {b}.brands))'),
  fault(
    'crossing-triggers', 'owner', 'x',
    `create function {b}.f() returns trigger language plpgsql as 'begin return new; end';
     create trigger x before update on {a}.brands for each row execute function {b}.f()`,
  ),
  fault('crossing-views', 'owner', 'v', 'create view {a}.v with (security_invoker = true) as select * from {b}.brands'),
  fault('crossing-functions', 'owner', 'f', 'create function {a}.f() returns bigint language sql stable return (select count(*) from {b}.brands)'),
  fault('reached-from-outside', 'owner', 'brands', 'create view platform_private.v as select * from {a}.brands'),
  fault('reached-from-outside', 'owner', 'brands', 'alter table {b}.brands add constraint x foreign key (id) references {a}.brands not valid'),
  fault('function-owner', 'migrator', 'submit_agreement', 'grant create on schema {a} to {p}tenantry_provisioner; alter function {a}.submit_agreement owner to {p}tenantry_provisioner'),
  fault('function-language', 'superuser', 'f', `create function {a}.f(int) returns int language internal as 'int4abs'`),
  fault('function-rights', 'owner', 'submit_agreement', 'alter function {a}.submit_agreement security definer set search_path = pg_catalog, pg_temp'),
  fault('function-path', 'owner', 'audit_trail', 'alter function {a}.audit_trail reset search_path'),
  fault(
    'function-text', 'owner', 'f',
    `create function {a}.f(sql text) returns void language plpgsql as 'begin execute sql; end'; grant execute on function {a}.f to {ra}`,
  ),
  fault('function-tenant', 'owner', 'f', `create function {a}.f() returns text language sql as $$ select name from {b}.brands $$`),
  fault('login-members', 'superuser', 'tenantry_owner to', 'grant {p}tenantry_owner to {p}tenantry_lane_00'),
  fault('login-members', 'superuser', 'tenantry_lane_00 to', 'grant {p}tenantry_lane_00 to {p}tenantry_auth'),
  fault('login-memberships', 'superuser', 'in pg_read_all_data', 'grant pg_read_all_data to {p}tenantry_lane_00'),
  fault('login-memberships', 'superuser', 'tenantry_auth in', 'grant {ra} to {p}tenantry_auth'),
  fault('role-members', 'superuser', 'tenantry_lane_00', 'grant {ra} to {p}tenantry_lane_00'),
  fault('gate-role', 'superuser', 'tenantry_gate_00', 'alter role {g}00 inherit'),
  fault('gate-members', 'superuser', 'tenantry_lane_01', 'grant {g}00 to {p}tenantry_lane_01'),
  fault('gate-members', 'superuser', 'tenantry_api', 'grant {g}00 to {p}tenantry_api'),
  fault('gate-memberships', 'superuser', 'in pg_read_all_data', 'grant pg_read_all_data to {g}00'),
  fault('lane-privileges', 'owner', 'tenantry_gate_00: table platform.tenants', 'grant select on platform.tenants to {g}00'),
  fault('lane-privileges', 'owner', 'tenantry_lane_00: table platform.tenants', 'grant select on platform.tenants to {p}tenantry_lane_00'),
  fault('database', 'migrator', 'PUBLIC may CONNECT', 'grant connect on database "{db}" to public'),
  fault('database-settings', 'migrator', 'search_path=public', 'alter database "{db}" set search_path = public'),
  fault('public-schemas', 'owner', 'identity', 'grant usage on schema identity to public'),
  fault('public-schemas', 'owner', 'tenantry_shared', 'grant create on schema tenantry_shared to public'),
  fault('public-tables', 'owner', 'platform.tenants', 'grant select on platform.tenants to public'),
  fault('tables-in-shared-schemas', 'owner', 'tenantry_shared.t', 'create table tenantry_shared.t (x int)'),
  fault('control-row-security', 'owner', 'platform.tenants', 'alter table platform.tenants disable row level security'),
  fault('views-over-tenants', 'owner', 'platform.v', 'create view platform.v as select * from {b}.brands'),
  fault('public-functions', 'owner', 'platform_private.actor', 'grant execute on function platform_private.actor() to public'),
  fault('shared-functions', 'owner', 'tenantry_shared.f', `create function tenantry_shared.f() returns text language sql as $$ select set_config('role', 'x', true) $$`),
  fault('definer-path', 'owner', 'platform_private.actor', 'alter function platform_private.actor() reset search_path'),
  fault('definer-owner', 'migrator', 'platform_private.actor', 'grant create on schema platform_private to {p}tenantry_provisioner; alter function platform_private.actor() owner to {p}tenantry_provisioner'),
  fault('languages', 'superuser', 'plbad', 'create language plbad handler plpgsql_call_handler'),
  fault('extensions', 'superuser', 'dblink', 'create extension dblink schema platform_private'),
  fault('foreign-servers', 'superuser', 's', 'create foreign data wrapper w; create server s foreign data wrapper w'),
  fault('foreign-data-wrappers', 'superuser', 'w', 'create foreign data wrapper w'),
  fault('user-mappings', 'superuser', 's for ', 'create foreign data wrapper w; create server s foreign data wrapper w; create user mapping for {ra} server s'),
  fault('user-mappings', 'superuser', 's for public', 'create foreign data wrapper w; create server s foreign data wrapper w; create user mapping for public server s'),
  fault('foreign-functions', 'superuser', 'dblink(text)', `create schema elsewhere; create function elsewhere.dblink(text) returns text language sql as 'select 1::text'`),
  fault(
    'event-triggers', 'superuser', 'e',
    `create function platform_private.e() returns event_trigger language plpgsql as 'begin end';
     create event trigger e on ddl_command_end execute function platform_private.e()`,
  ),
  fault('publications', 'superuser', 'everything', 'create publication everything for all tables'),
  fault('subscriptions', 'superuser', 'sub', `create subscription sub connection 'host=nowhere' publication p with (connect = false, slot_name = none)`),
  fault('large-objects', 'owner', 'large object 424242', 'select lo_create(424242); grant select on large object 424242 to public'),
  fault('parameters', 'superuser', 'session_replication_role', 'grant set on parameter session_replication_role to public'),
  fault('tablespaces', 'superuser', 'pg_default', 'grant create on tablespace pg_default to public'),
  fault('server-files', 'superuser', 'pg_read_file', 'grant execute on function pg_read_file(text) to public'),
  fault('catalog-secrets', 'superuser', 'pg_authid', 'grant select on pg_authid to public'),
  // What nobody had listed: whole schemas, the whole control plane, every role.
  fault('gate-members', 'superuser', 'tenantry_gate_01 to', adminOnly('{g}01', '{p}tenantry_lane_00')),
  fault('login-members', 'superuser', 'tenantry_owner to joe', `create role joe login; ${adminOnly('{p}tenantry_owner', 'joe')}; grant connect on database "{db}" to joe`),
  fault('login-memberships', 'superuser', 'x_tenant_y', 'create role {p}x_tenant_y; grant {p}x_tenant_y to {p}tenantry_lane_00'),
  fault('lane-reach', 'superuser', 'x_tenantry_gate_00', 'create role {p}x_tenantry_gate_00 noinherit bypassrls; grant {p}x_tenantry_gate_00 to {p}tenantry_lane_00'),
  fault(
    'lane-reach', 'superuser', 'x_tenant_y',
    `create role {p}x_tenantry_gate_00 noinherit; create role {p}x_tenant_y noinherit; grant {p}x_tenantry_gate_00 to {p}tenantry_lane_00;
     grant {p}x_tenant_y to {p}x_tenantry_gate_00; grant select on {a}.brands to {p}x_tenant_y`,
  ),
  fault('gate-memberships', 'superuser', 'tenant_aurora_ghost', 'create role {ra}_ghost noinherit; grant {ra}_ghost to {g}00'),
  fault('roles', 'superuser', 'joe', 'create role joe login bypassrls'),
  fault('roles', 'superuser', 'x_tenant_y', 'create role {p}x_tenant_y; grant pg_read_all_data to {p}x_tenant_y'),
  fault('unknown-schemas', 'owner', 'tenant_zzz', 'create schema tenant_zzz'),
  fault(
    'public-schemas', 'owner', 'tenant_zzz',
    `create schema tenant_zzz; grant usage on schema tenant_zzz to public;
     create function tenant_zzz.f() returns bigint language plpgsql security definer as 'begin return (select count(*) from {b}.brands); end'`,
  ),
  // Closed tenants have no proof of their own.
  fault('tenant-schemas', 'owner', '{b}', `select platform.delete_tenant(substr('{b}', 8), 'r'); grant usage on schema {b} to public; grant select on {b}.brands to public`),
  fault('tenant-schemas', 'owner', '{b}', `select platform.suspend_tenant(substr('{b}', 8), 'r'); grant usage on schema {b} to {p}tenantry_api`),
  fault('tenant-schemas', 'owner', '{b}', `update platform.tenants set status = 'purged' where id = substr('{b}', 8); grant usage on schema {b} to {ra}`),
  fault('tenant-schemas', 'owner', '{b}', 'grant create on schema {b} to {rb}'),
  fault('closed-tenants', 'owner', '{b}', `select platform.delete_tenant(substr('{b}', 8), 'r'); grant select on {b}.brands to public`),
  fault('closed-tenants', 'owner', '{b}', `select platform.suspend_tenant(substr('{b}', 8), 'r'); grant execute on function {b}.submit_agreement to {ra}`),
  fault('system-functions', 'superuser', 'leak()', `create function pg_catalog.leak() returns text language sql security definer as 'select name from {b}.brands'`),
  fault(
    'crossing-triggers', 'owner', 'x',
    `create function platform_private.leak() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as 'begin return new; end';
     create trigger x before update on {a}.brands for each row execute function platform_private.leak()`,
  ),
  fault(
    'function-rights', 'owner', 'attestations',
    `create function {a}.attestations(n int) returns xml language plpgsql security definer set search_path = pg_catalog, pg_temp as
     $$ begin return query_to_xml('select * from tenant_' || 'borealis.brands', true, true, ''); end $$; grant execute on function {a}.attestations(int) to {ra}`,
  ),
  fault('schema-fingerprint', 'owner', '{a}', anotherBody),
  fault('schema-fingerprint', 'owner', '{a}', 'alter table {a}.brands disable trigger user'),
  fault('schema-fingerprint', 'owner', '{a}', 'drop trigger brands_audit on {a}.brands'),
  fault('schema-fingerprint', 'owner', '{a}', 'create policy x on {a}.brands to public using (true) with check (true)'),
  fault('login-settings', 'superuser', 'tenantry_lane_01', 'alter role {p}tenantry_lane_01 set session_replication_role = replica'),
  fault('login-settings', 'superuser', 'tenantry_lane_01', 'alter role {p}tenantry_lane_01 reset all'),
  fault('login-settings', 'superuser', 'joe', 'create role joe login; alter role joe set session_replication_role = replica'),
  fault('server-settings', 'superuser', 'session_replication_role', 'set local session_replication_role = replica'),
  fault('database-settings', 'superuser', 'session_replication_role=replica', 'alter database "{db}" set session_replication_role = replica'),
  fault(
    'control-plane', 'owner', 'audit.events',
    'grant select on audit.events to {p}tenantry_developer; create policy x on audit.events for select to {p}tenantry_developer using (true)',
  ),
  fault('control-plane', 'owner', 'audit.data_keys', 'grant select on audit.data_keys to {p}tenantry_developer'),
  fault('control-plane', 'owner', 'audit.buffer', 'grant select on audit.buffer to {p}tenantry_developer'),
  fault(
    'control-plane', 'owner', 'platform.peek()',
    `create function platform.peek() returns setof text language plpgsql security definer set search_path = pg_catalog, pg_temp as
     'begin return query select name from {b}.brands; end'; grant execute on function platform.peek() to {p}tenantry_developer`,
  ),
  fault('control-plane', 'owner', 'tenantry_shared.x(text)', `create function tenantry_shared.x(q text) returns xml language sql as 'select query_to_xml(q, true, true, '''')'; grant execute on function tenantry_shared.x(text) to public`),
  fault('shared-functions', 'owner', 'tenantry_shared.x(text)', `create function tenantry_shared.x(q text) returns xml language sql as 'select query_to_xml(q, true, true, '''')'; grant execute on function tenantry_shared.x(text) to public`),
  fault('control-plane', 'owner', 'function audit.record_change()', `create or replace function audit.record_change() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as 'begin return null; end'`),
  fault('control-plane', 'owner', 'platform.tenants', 'alter table platform.tenants disable trigger user'),
  fault('control-plane', 'owner', 'body of audit.secret_columns', `create or replace function audit.secret_columns(table_name text) returns text[] language sql immutable as $$ select '{}'::text[] $$`),
  fault('control-plane', 'owner', 'platform_private.posture_grants(text)', REPLACED_POSTURE),
  fault('control-plane-digest', 'owner', '{db}', REPLACED_POSTURE),
];
