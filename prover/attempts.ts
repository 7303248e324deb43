/**
 * What is tried as a tenant's role, and how each must end. Data, so that an auditor can read it: nothing here runs anything.
 *
 * Every statement is such that it does no harm where it succeeds: it changes nothing outside its transaction, or it names something that
 * cannot be (a file in no directory, a parameter that PostgreSQL doesn't have), so that whoever was let through fails later and with another
 * code. All names come from the catalogs.
 *
 * Left out: COPY FROM STDIN, which would wait for rows in the middle of the stream of statements (INSERT stands for it), and SECURITY LABEL, which
 * PostgreSQL refuses to everybody where no provider of labels is loaded.
 */
import pg from 'pg';
import { fixedRole } from '../database/logins.ts';
import type { FixedRoleName } from '../database/logins.ts';
import type { Rival, Subject } from './subject.ts';

/** One statement and the SQLSTATEs of which it must end in one; anything else, success above all, is a breach. */
export interface Attempt {
  readonly kind: string;
  /** What is reached for. */
  readonly target: string;
  readonly sql: string;
  /** Runs first, in the same savepoint, and must succeed. */
  readonly before?: string;
  readonly expected: readonly string[];
  /** The schema reached for: a rival that is gone meanwhile proves nothing. */
  readonly rival?: string;
}

/** What PostgreSQL lets everybody do: looked at and counted, never refused. */
export interface Observation {
  readonly kind: string;
  /** Answers a count, if there is one to give. */
  readonly sql: string;
}

const REFUSED = ['42501'] as const;
/** A schema without USAGE drops out of the path, so its tables are not found. */
const NOT_FOUND = ['42P01'] as const;
const PROBE = 'tenantry_probe';
const NOWHERE = '/nonexistent/tenantry-probe';
/** A table of every version of the tenant stream, with all four verbs granted. */
export const OWN_TABLE = 'brands';

const quoted = (...parts: readonly string[]): string => parts.map((part) => pg.escapeIdentifier(part)).join('.');

/** Everything tried inside the transaction. */
export function attemptsOf(subject: Subject, prefix: string): Attempt[] {
  return [
    ...subject.rivals.flatMap((rival) => attemptsOnRival(rival, subject)),
    ...attemptsOnControlPlane(subject, prefix),
    ...attemptsOnServer(subject),
    ...attemptsAtHome(subject),
  ];
}

/** What can't be tried inside a transaction. */
export function attemptsAlone(): Attempt[] {
  // Each names what can't be made: past the check of rights it fails all the same, with another code.
  return [
    { kind: 'create-database', target: 'a database', sql: 'create database template0', expected: REFUSED },
    { kind: 'create-tablespace', target: 'a tablespace', sql: `create tablespace ${PROBE} location '${NOWHERE}'`, expected: REFUSED },
    { kind: 'alter-system', target: 'a parameter', sql: 'alter system set no_such_parameter_of_postgresql = 1', expected: REFUSED },
  ];
}

function attemptsOnRival({ schema, role, lane, tables }: Rival, { tenant }: Subject): Attempt[] {
  const on = (kind: string, target: string, sql: string, expected: readonly string[] = REFUSED, before?: string): Attempt => ({
    kind,
    target: `${schema}${target === '' ? '' : '.'}${target}`,
    sql,
    expected,
    rival: schema,
    ...(before !== undefined && { before }),
  });
  const brands = quoted(schema, OWN_TABLE);
  return [
    on('usage', '', `select '${quoted(schema, OWN_TABLE).replaceAll("'", "''")}'::regclass`),
    ...tables.flatMap(({ name }) => {
      const table = quoted(schema, name);
      return [
        on('select', name, `select from ${table} limit 1`),
        on('insert', name, `insert into ${table} default values`),
        on('update', name, `update ${table} set id = id where false`),
        on('delete', name, `delete from ${table} where false`),
      ];
    }),
    on('path', OWN_TABLE, `select from ${quoted(OWN_TABLE)} limit 1`, NOT_FOUND, `set local search_path = ${quoted(schema)}, pg_temp`),
    on('do-block', OWN_TABLE, `do $$ begin perform from ${brands} limit 1; end $$`),
    on('truncate', OWN_TABLE, `truncate ${brands}`),
    on('references', OWN_TABLE, `alter table ${quoted(OWN_TABLE)} add constraint ${PROBE} foreign key (id) references ${brands}`),
    on('trigger', OWN_TABLE, `create trigger ${PROBE} before update on ${brands} for each row execute function pg_catalog.suppress_redundant_updates_trigger()`),
    on('copy-out', OWN_TABLE, `copy ${brands} to stdout`),
    on('lock', OWN_TABLE, `lock table ${brands} in access share mode nowait`),
    on('alter', OWN_TABLE, `alter table ${brands} add column ${PROBE} text`),
    on('drop', OWN_TABLE, `drop table ${brands}`),
    on('comment', OWN_TABLE, `comment on table ${brands} is 'reached'`),
    on('grant', OWN_TABLE, `grant select on ${brands} to public`),
    on('create-policy', OWN_TABLE, `create policy ${PROBE} on ${brands} using (true)`),
    on('disable-trigger', OWN_TABLE, `alter table ${brands} disable trigger user`),
    on('disable-row-security', OWN_TABLE, `alter table ${brands} disable row level security`),
    on('sequence', OWN_TABLE, `select nextval('${brands.replaceAll("'", "''")}')`),
    on('execute', 'audit_trail', `select ${quoted(schema, 'audit_trail')}()`),
    on('create-table', '', `create table ${quoted(schema, PROBE)} ()`),
    on('create-function', '', `create function ${quoted(schema, PROBE)}() returns int language sql return 1`),
    on('grant-role', '', `grant ${quoted(role)} to ${quoted(tenant.role)}`),
    on('drop-role', '', `drop role ${quoted(role)}`),
    // On the same lane PostgreSQL can't refuse it to the session: that is observed.
    ...(lane === tenant.lane ? [] : [on('set-role', '', `set local role ${quoted(role)}`)]),
  ];
}

/** Roles that would be more than a tenant. */
const ROLES: readonly FixedRoleName[] = [
  'tenantry_owner', 'tenantry_provisioner', 'tenantry_admin', 'tenantry_operator', 'tenantry_security', 'tenantry_developer',
  'tenantry_auth', 'tenantry_api', 'tenantry_audit', 'tenantry_worker', 'tenantry_maintenance', 'tenantry_monitor',
];

/** Tables of the control plane and of PostgreSQL that hold what no tenant may see. */
const TABLES = [
  'platform.tenants', 'platform.operators', 'platform.isolation_runs', 'platform_private.signing_keys', 'platform_private.operator_credentials',
  'audit.buffer', 'audit.events', 'audit.data_keys', 'jobs.outbox', 'graphile_worker._private_jobs', 'graphile_migrate.migrations',
  'pg_catalog.pg_authid', 'pg_catalog.pg_statistic', 'pg_catalog.pg_largeobject', 'pg_catalog.pg_user_mapping',
] as const;

const FUNCTIONS = [
  `platform.create_tenant('${PROBE}', '${PROBE}')`, `platform.suspend_tenant('${PROBE}', 'x')`, `platform_private.tenant_role('${PROBE}')`,
  `platform_private.begin_isolation_run('${PROBE}', 'demand')`, `identity.tenant_route('${PROBE}')`, `audit.record('${PROBE}')`,
  `jobs.enqueue('worker__test', '{}', '${PROBE}')`, `graphile_worker.add_job('${PROBE}')`,
] as const;

function attemptsOnControlPlane({ tenant, sequence }: Subject, prefix: string): Attempt[] {
  const refused = (kind: string, target: string, sql: string): Attempt => ({ kind, target, sql, expected: REFUSED });
  const [schemas, own] = [['platform', 'platform_private', 'identity', 'audit', 'jobs', 'graphile_worker'], quoted(tenant.role)];
  return [
    ...TABLES.flatMap((table) => [
      refused('control-select', table, `select from ${table} limit 1`),
      refused('control-insert', table, `insert into ${table} default values`),
      refused('control-delete', table, `delete from ${table} where false`),
    ]),
    refused('control-copy', TABLES[0], `copy ${TABLES[0]} to stdout`),
    refused('control-truncate', TABLES[0], `truncate ${TABLES[0]}`),
    refused('control-do-block', TABLES[0], `do $$ begin perform from ${TABLES[0]} limit 1; end $$`),
    ...FUNCTIONS.map((call) => refused('control-execute', call.replace(/\(.*/, ''), `select ${call}`)),
    refused('control-sequence', 'a sequence of platform, by its oid', `select nextval(${sequence}::oid::regclass)`),
    ...[...schemas, 'tenantry_shared', 'platform_probe', 'public'].flatMap((schema) => [
      refused('control-create', schema, `create table ${schema}.${PROBE} ()`),
      refused('control-create', schema, `create function ${schema}.${PROBE}() returns int language sql return 1`),
    ]),
    refused('control-alter', 'tenantry_shared.has_permission', 'alter function tenantry_shared.has_permission(text) volatile'),
    ...ROLES.flatMap((name) => {
      const role = quoted(fixedRole(prefix, name));
      return [
        refused('become-role', name, `set local role ${role}`),
        refused('become-session', name, `set local session authorization ${role}`),
        refused('join-role', name, `grant ${role} to ${own}`),
      ];
    }),
  ];
}

function attemptsOnServer({ tenant, extension }: Subject): Attempt[] {
  const refused = (kind: string, target: string, sql: string): Attempt => ({ kind, target, sql, expected: REFUSED });
  const own = quoted(tenant.role);
  return [
    refused('read-file', 'pg_read_file', `select pg_catalog.pg_read_file('${NOWHERE}')`),
    refused('read-file', 'pg_read_binary_file', `select pg_catalog.pg_read_binary_file('${NOWHERE}')`),
    refused('read-file', 'pg_ls_dir', `select pg_catalog.pg_ls_dir('${NOWHERE}')`),
    refused('read-file', 'pg_stat_file', `select pg_catalog.pg_stat_file('${NOWHERE}')`),
    refused('large-object-file', 'lo_import', `select pg_catalog.lo_import('${NOWHERE}')`),
    refused('large-object-file', 'lo_export', `select pg_catalog.lo_export(0, '${NOWHERE}')`),
    refused('copy-program', 'to', `copy (select 1) to program 'true'`),
    refused('copy-program', 'from', `copy ${quoted(OWN_TABLE)} (name) from program 'true'`),
    refused('copy-file', 'to', `copy (select 1) to '${NOWHERE}'`),
    refused('copy-file', 'from', `copy ${quoted(OWN_TABLE)} (name) from '${NOWHERE}'`),
    refused('create-schema', 'a schema', `create schema ${PROBE}`),
    refused('create-role', 'a role', `create role ${PROBE}`),
    refused('create-language', 'a language', `create language ${PROBE} handler pg_catalog.plpgsql_call_handler`),
    refused('create-publication', 'a publication', `create publication ${PROBE}`),
    refused('create-foreign-data-wrapper', 'a foreign data wrapper', `create foreign data wrapper ${PROBE}`),
    refused('create-event-trigger', 'an event trigger', `create event trigger ${PROBE} on ddl_command_end execute function ${PROBE}()`),
    ...(extension === null ? [] : [refused('create-extension', extension, `create extension ${quoted(extension)}`)]),
    ...['superuser', 'bypassrls', 'createrole', 'createdb', 'replication', 'login'].map((attribute) =>
      refused('alter-own-role', attribute, `alter role ${own} ${attribute}`),
    ),
    ...[`session_replication_role = 'replica'`, `log_statement = 'none'`, `zero_damaged_pages = on`].map((setting) =>
      refused('set-parameter', setting.replace(/ .*/, ''), `set local ${setting}`),
    ),
  ];
}

function attemptsAtHome({ tenant }: Subject): Attempt[] {
  const refused = (kind: string, target: string, sql: string, before?: string): Attempt => ({
    kind, target, sql, expected: REFUSED, ...(before !== undefined && { before }),
  });
  const [brands, schema] = [quoted(OWN_TABLE), quoted(tenant.schema)];
  return [
    // A temporary table would stand before the tenant's own for whoever has the session next.
    refused('temporary-table', OWN_TABLE, `create temporary table ${brands} (name text)`),
    refused('temporary-table', 'a view', `create temporary view ${PROBE} as select 1`),
    refused('temporary-table', 'pg_temp', `create table pg_temp.${PROBE} ()`),
    refused('own-create', 'a table', `create table ${schema}.${PROBE} ()`),
    refused('own-create', 'a function', `create function ${schema}.${PROBE}() returns int language sql return 1`),
    refused('own-row-security', OWN_TABLE, `select from ${brands} limit 1`, 'set local row_security = off'),
    refused('own-row-security', OWN_TABLE, `alter table ${brands} disable row level security`),
    refused('own-policy', OWN_TABLE, `create policy ${PROBE} on ${brands} using (true)`),
    refused('own-trigger', OWN_TABLE, `alter table ${brands} disable trigger user`),
    refused('own-trigger', OWN_TABLE, `create trigger ${PROBE} before update on ${brands} for each row execute function pg_catalog.suppress_redundant_updates_trigger()`),
    refused('own-alter', OWN_TABLE, `alter table ${brands} owner to ${quoted(tenant.role)}`),
    refused('own-drop', OWN_TABLE, `drop table ${brands}`),
    refused('own-truncate', OWN_TABLE, `truncate ${brands}`),
    ...tenant.tables.flatMap(({ name, verbs }) =>
      verbs.includes('SELECT') ? [] : [refused('own-secrets', name, `select from ${quoted(name)} limit 1`)],
    ),
  ];
}

/** What a tenant's role can learn or do and PostgreSQL has no way to refuse: names, sizes, statistics, signals. Never a row's value. */
export function observationsOf({ tenant, rivals }: Subject): Observation[] {
  const others = `nspname like 'tenant\\_%' and nspname <> '${tenant.schema}'`;
  const sameLane = rivals.filter(({ lane }) => lane === tenant.lane);
  return [
    { kind: 'names-of-tenants', sql: `select count(*) from pg_catalog.pg_namespace where ${others}` },
    { kind: 'names-of-roles', sql: 'select count(*) from pg_catalog.pg_roles' },
    { kind: 'sources-of-functions', sql: `select count(*) from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname = 'platform_private' and p.prosrc <> ''` },
    ...rivals.flatMap(({ schema }) => [
      { kind: 'sizes', sql: `select count(pg_catalog.pg_relation_size(c.oid)) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = '${schema}' and c.relname = '${OWN_TABLE}'` },
      { kind: 'statistics', sql: `select count(pg_catalog.pg_stat_get_tuples_inserted(c.oid)) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = '${schema}' and c.relname = '${OWN_TABLE}'` },
    ]),
    { kind: 'sessions', sql: 'select count(*) from pg_catalog.pg_stat_activity' },
    { kind: 'listen', sql: `listen ${PROBE}` },
    { kind: 'notify', sql: `notify ${PROBE}` },
    { kind: 'advisory-locks', sql: 'select pg_catalog.pg_try_advisory_xact_lock(74110, -1)' },
    { kind: 'large-objects', sql: 'select pg_catalog.lo_create(0)' },
    { kind: 'own-role-settings', sql: `alter role ${quoted(tenant.role)} set work_mem = '4MB'` },
    // Whoever can run any SQL in a session of the lane can become its other tenants: only the role is looked at.
    ...sameLane.map(({ role }) => ({ kind: 'roles-of-the-same-lane', sql: `set local role ${quoted(role)}` })),
  ];
}
