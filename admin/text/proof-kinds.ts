/**
 * What the prover tries, kind by kind, for who does not speak PostgreSQL's language: a sentence, and one of the statements as it is sent, with
 * `rival` and `rival_role` for another tenant's schema and role, and `own` and `own_role` for those of the tenant proven.
 */
export interface KindWords {
  readonly what: string;
  /** Null: there is no one statement of it. */
  readonly sample: string | null;
}

/** By the kind of attempt. A test compares it with the prover: each kind is here, and each sample is among what is tried. */
export const attemptKinds: Readonly<Record<string, KindWords>> = {
  // That the prover sees.
  'own-table': { what: 'Reading the tenant’s own tables, and adding, changing, reading and deleting a row there: what it may do has to work.', sample: null },
  canary: { what: 'Calling a function that is there to be reached: a prover that can’t reach it would not see a breach either.', sample: null },
  // Reading a rival.
  usage: { what: 'Looking up a table in a rival’s schema by its name.', sample: `select 'rival.brands'::regclass` },
  select: { what: 'Reading a rival’s table.', sample: 'select from rival.brands limit 1' },
  path: { what: 'Putting a rival’s schema on the search path and reading a table without naming whose.', sample: 'set local search_path = rival, pg_temp; select from brands limit 1' },
  'do-block': { what: 'Reading a rival’s table from within a block of code.', sample: 'do $$ begin perform from rival.brands limit 1; end $$' },
  'copy-out': { what: 'Copying a whole table of a rival out.', sample: 'copy rival.brands to stdout' },
  lock: { what: 'Locking a rival’s table.', sample: 'lock table rival.brands in access share mode nowait' },
  sequence: { what: 'Drawing a number from a rival’s schema.', sample: `select nextval('rival.brands')` },
  execute: { what: 'Calling a function of a rival, here the one that reads its audit trail.', sample: 'select rival.audit_trail()' },
  // Writing to a rival.
  insert: { what: 'Adding a row to a rival’s table.', sample: 'insert into rival.brands default values' },
  update: { what: 'Changing rows of a rival’s table.', sample: 'update rival.brands set id = id where false' },
  delete: { what: 'Deleting rows of a rival’s table.', sample: 'delete from rival.brands where false' },
  truncate: { what: 'Emptying a rival’s table.', sample: 'truncate rival.brands' },
  references: { what: 'Making an own table refer to a rival’s, which would tell what is in it.', sample: 'alter table brands add constraint tenantry_probe foreign key (id) references rival.brands' },
  trigger: {
    what: 'Hanging a trigger on a rival’s table.',
    sample: 'create trigger tenantry_probe before update on rival.brands for each row execute function pg_catalog.suppress_redundant_updates_trigger()',
  },
  // Changing a rival.
  alter: { what: 'Adding a column to a rival’s table.', sample: 'alter table rival.brands add column tenantry_probe text' },
  drop: { what: 'Dropping a rival’s table.', sample: 'drop table rival.brands' },
  comment: { what: 'Putting a comment on a rival’s table.', sample: `comment on table rival.brands is 'reached'` },
  grant: { what: 'Opening a rival’s table to everybody.', sample: 'grant select on rival.brands to public' },
  'create-policy': { what: 'Adding a policy to a rival’s table that lets everything through.', sample: 'create policy tenantry_probe on rival.brands using (true)' },
  'disable-trigger': { what: 'Switching off the triggers of a rival’s table.', sample: 'alter table rival.brands disable trigger user' },
  'disable-row-security': { what: 'Switching off row security of a rival’s table.', sample: 'alter table rival.brands disable row level security' },
  'create-table': { what: 'Making a table in a rival’s schema.', sample: 'create table rival.tenantry_probe ()' },
  'create-function': { what: 'Making a function in a rival’s schema.', sample: 'create function rival.tenantry_probe() returns int language sql return 1' },
  // Becoming another.
  'grant-role': { what: 'Granting oneself a rival’s role.', sample: 'grant rival_role to own_role' },
  'drop-role': { what: 'Dropping a rival’s role.', sample: 'drop role rival_role' },
  'set-role': { what: 'Becoming a rival on another lane.', sample: 'set local role rival_role' },
  'become-role': { what: 'Becoming a role of the platform.', sample: 'set local role tenantry_owner' },
  'become-session': { what: 'Taking on a role of the platform for the whole session.', sample: 'set local session authorization tenantry_owner' },
  'join-role': { what: 'Joining a role of the platform.', sample: 'grant tenantry_owner to own_role' },
  'create-role': { what: 'Making a new role.', sample: 'create role tenantry_probe' },
  'alter-own-role': { what: 'Giving the own role more power, such as to pass by row security.', sample: 'alter role own_role bypassrls' },
  // The platform.
  'control-select': { what: 'Reading a table of the platform: tenants, operators, keys, the audit trail.', sample: 'select from platform.tenants limit 1' },
  'control-insert': { what: 'Adding a row to a table of the platform.', sample: 'insert into platform.tenants default values' },
  'control-delete': { what: 'Deleting rows of a table of the platform, the audit trail’s too.', sample: 'delete from audit.events where false' },
  'control-copy': { what: 'Copying the table of all tenants out.', sample: 'copy platform.tenants to stdout' },
  'control-truncate': { what: 'Emptying the table of all tenants.', sample: 'truncate platform.tenants' },
  'control-do-block': { what: 'Reading the table of all tenants from within a block of code.', sample: 'do $$ begin perform from platform.tenants limit 1; end $$' },
  'control-execute': { what: 'Calling a function of the platform, such as the one that suspends a tenant.', sample: `select platform.suspend_tenant('tenantry_probe', 'x')` },
  'control-sequence': { what: 'Drawing a number of the platform past the schema that guards its name.', sample: 'select nextval(16384::oid::regclass)' },
  'control-create': { what: 'Making a table or a function in a schema of the platform, or in one that all share.', sample: 'create table platform.tenantry_probe ()' },
  'control-alter': { what: 'Changing a function that all tenants share.', sample: 'alter function tenantry_shared.has_permission(text) volatile' },
  // The server.
  'read-file': { what: 'Reading files and folders of the server.', sample: `select pg_catalog.pg_read_file('/nonexistent/tenantry-probe')` },
  'large-object-file': { what: 'Reading or writing files of the server as large objects.', sample: `select pg_catalog.lo_import('/nonexistent/tenantry-probe')` },
  'copy-program': { what: 'Starting a program on the server.', sample: `copy (select 1) to program 'true'` },
  'copy-file': { what: 'Reading or writing a file of the server by COPY.', sample: `copy (select 1) to '/nonexistent/tenantry-probe'` },
  'create-schema': { what: 'Making a schema.', sample: 'create schema tenantry_probe' },
  'create-language': { what: 'Adding a programming language to the database.', sample: 'create language tenantry_probe handler pg_catalog.plpgsql_call_handler' },
  'create-publication': { what: 'Publishing changes for others to follow.', sample: 'create publication tenantry_probe' },
  'create-foreign-data-wrapper': { what: 'Adding a way to other servers.', sample: 'create foreign data wrapper tenantry_probe' },
  'create-event-trigger': { what: 'Running code at every change of the database’s structure.', sample: 'create event trigger tenantry_probe on ddl_command_end execute function tenantry_probe()' },
  'create-extension': { what: 'Installing an extension.', sample: 'create extension dblink' },
  'create-database': { what: 'Making a database.', sample: 'create database template0' },
  'create-tablespace': { what: 'Choosing a place on the server’s disks to store in.', sample: `create tablespace tenantry_probe location '/nonexistent/tenantry-probe'` },
  'alter-system': { what: 'Changing the server’s configuration.', sample: 'alter system set no_such_parameter_of_postgresql = 1' },
  'set-parameter': { what: 'Switching off triggers, logging or checks for the session.', sample: `set local session_replication_role = 'replica'` },
  // Its own limits.
  'temporary-table': { what: 'Making a temporary table that would stand before the tenant’s own for whoever has the connection next.', sample: 'create temporary table brands (name text)' },
  'own-create': { what: 'Making a table or a function in its own schema.', sample: 'create table own.tenantry_probe ()' },
  'own-row-security': { what: 'Switching off row security of its own tables.', sample: 'alter table brands disable row level security' },
  'own-policy': { what: 'Adding a policy to its own table that lets everything through.', sample: 'create policy tenantry_probe on brands using (true)' },
  'own-trigger': { what: 'Switching off the triggers of its own tables, or adding one.', sample: 'alter table brands disable trigger user' },
  'own-alter': { what: 'Making itself the owner of a table.', sample: 'alter table brands owner to own_role' },
  'own-drop': { what: 'Dropping its own table.', sample: 'drop table brands' },
  'own-truncate': { what: 'Emptying its own table past row security and the audit trail.', sample: 'truncate brands' },
  'own-secrets': { what: 'Reading a table of its own schema that only the platform reads, such as the one with password hashes.', sample: 'select from secrets limit 1' },
};
