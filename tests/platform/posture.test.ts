/** What the catalogs must say of every role, function, table and grant of ours; each rule beside something that keeps it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import type { TestDatabase } from '../harness/database.ts';

const ours = `('platform', 'platform_private', 'platform_probe', 'identity', 'audit', 'jobs', 'tenantry_shared', 'tenant_aurora')`;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.provision('aurora', { template: 'demo' });
  await database.provision('borealis', { template: 'demo' });
});

afterAll(async () => {
  await database.drop();
});

async function rows<T extends object>(sql: string, values: unknown[] = []): Promise<T[]> {
  return await database.withOwner(async (client) => (await client.query<T>(sql, values)).rows);
}

/** Functions that a tenant's role may call, outside what every PostgreSQL has. */
const callable = `
  select p.oid, n.nspname || '.' || p.proname as name, p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), '') as source
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname not in ('pg_catalog', 'information_schema')
     and has_schema_privilege($1, n.oid, 'usage') and has_function_privilege($1, p.oid, 'execute')`;

it('lets tenants call nothing that builds SQL or changes a setting', async () => {
  const role = [database.tenantRole('aurora')];
  const all = await rows<{ name: string }>(`select name from (${callable}) f`, role);
  expect(all.map((row) => row.name)).toContain('tenant_aurora.submit_agreement');
  const unsafe = await rows(`select name from (${callable}) f where source ~* '\\mexecute\\M|set_config|\\mdblink|\\mcopy\\M'`, role);
  expect(unsafe).toEqual([]);
  expect(all.every((row) => /^(tenant_aurora|tenantry_shared|platform_probe)\./.test(row.name))).toBe(true);
});

it('pins the path of every definer function, and gives only the provisioner’s five a role that creates roles', async () => {
  const definers = await rows<{ name: string; pinned: boolean; creates: boolean }>(
    `select n.nspname || '.' || p.proname as name, coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false) as pinned,
            r.rolcreaterole as creates
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles r on r.oid = p.proowner
      where p.prosecdef and n.nspname in ${ours}`,
  );
  expect(definers.length).toBeGreaterThan(30);
  expect(definers.filter((row) => !row.pinned)).toEqual([]);
  expect(definers.filter((row) => row.creates).map((row) => row.name).toSorted()).toEqual([
    'platform_private.close_lane',
    'platform_private.create_tenant_role',
    'platform_private.drop_tenant_role',
    'platform_private.open_lane',
    'platform_private.settle_gate',
  ]);
  expect(definers.filter((row) => row.name.startsWith('tenant_')).map((row) => row.name).toSorted()).toEqual(
    ['attestations', 'audit_trail', 'chain_status', 'key_ages', 'operator_visits', 'request_evidence'].map((name) => `tenant_aurora.${name}`),
  );
});

it('calls nothing that a login owns, and lets no login change what others call', async () => {
  const owners = await rows<{ owner: string }>(
    `select distinct p.proowner::regrole::text as owner from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ${ours} order by 1`,
  );
  expect(owners.map((row) => row.owner)).toEqual([`${database.prefix}tenantry_owner`, `${database.prefix}tenantry_provisioner`]);
  const borrowed = await rows<{ name: string; source: string }>(
    `select p.proname as name, p.prosrc as source from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ${ours} and p.prosrc like '%graphile_worker.%' order by 1`,
  );
  expect(borrowed.map((row) => row.name)).toEqual(['fetch_orders', 'free_jobs_of_dead_workers', 'has_job', 'heartbeat']);
  for (const { name } of borrowed) {
    expect(await rows('select from pg_proc where proname = $1 and prosecdef', [name])).toEqual([]);
    expect(await rows(`select from pg_proc where prosecdef and prosrc like '%jobs.' || $1 || '%'`, [name])).toEqual([]);
  }
  await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => {
    const hostile = 'create or replace function jobs.has_job(job_key text) returns boolean language sql as $$ select true $$';
    expect(await sqlstateOf(async () => await client.query(hostile))).toBe('42501');
    expect(await sqlstateOf(async () => await client.query(`select jobs.has_job('x')`))).toBe('ok');
  });
});

it('gives PUBLIC the shared helpers and nothing else', async () => {
  const functions = await rows<{ name: string }>(
    `select n.nspname || '.' || p.proname as name
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
            aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
      where a.grantee = 0 and n.nspname in ${ours} order by 1`,
  );
  expect(functions.map((row) => row.name)).toEqual([
    'platform_probe.canary',
    'tenantry_shared.agreements_guard',
    'tenantry_shared.approvals_guard',
    'tenantry_shared.approvals_move_agreement',
    'tenantry_shared.covers_role',
    'tenantry_shared.has_permission',
    'tenantry_shared.request_user_id',
    'tenantry_shared.require_permission',
    'tenantry_shared.touch_updated_at',
  ]);
  expect(
    await rows(
      `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
        where a.grantee = 0 and n.nspname in ${ours}`,
    ),
  ).toEqual([]);
  expect(
    await rows(
      `select n.nspname, a.privilege_type from pg_namespace n, aclexplode(n.nspacl) a
        where a.grantee = 0 and n.nspname not in ('pg_catalog', 'information_schema') order by 1`,
    ),
  ).toEqual([
    { nspname: 'platform_probe', privilege_type: 'USAGE' },
    { nspname: 'tenantry_shared', privilege_type: 'USAGE' },
  ]);
});

it('keeps row security on every table, and no table in the shared schema', async () => {
  const tables = await rows<{ name: string; guarded: boolean }>(
    `select n.nspname || '.' || c.relname as name, c.relrowsecurity as guarded
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and n.nspname in ${ours}`,
  );
  expect(tables.length).toBeGreaterThan(25);
  expect(tables.filter((table) => !table.guarded)).toEqual([]);
  expect(tables.filter((table) => table.name.startsWith('tenantry_shared.'))).toEqual([]);
});

it('lets a tenant’s role own nothing and reach nothing outside its schema', async () => {
  const role = database.tenantRole('aurora');
  expect(await rows(`select from pg_shdepend where refobjid = $1::regrole and deptype = 'o'`, [role])).toEqual([]);
  const reachable = await rows<{ name: string }>(
    `select distinct n.nspname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'S') and n.nspname not in ('pg_catalog', 'information_schema')
        and (has_table_privilege($1, c.oid, 'select, insert, update, delete, truncate, references, trigger')
             or has_any_column_privilege($1, c.oid, 'select, insert, update, references'))`,
    [role],
  );
  expect(reachable).toEqual([{ name: 'tenant_aurora' }]);
  const creatable = await rows(
    `select nspname from pg_namespace where has_schema_privilege($1, oid, 'create')
     union all select datname from pg_database where datname = current_database() and has_database_privilege($1, oid, 'create, temporary')`,
    [role],
  );
  expect(creatable).toEqual([]);
});

it('names the members of a tenant’s role: the gate of its lane, and whoever created it; and those of the gate: the lane', async () => {
  const members = async (role: string) =>
    (await rows<{ member: string }>('select m.member::regrole::text as member from pg_auth_members m where m.roleid = $1::regrole order by 1', [role]))
      .map((row) => row.member)
      .filter((member) => member !== `${database.prefix}tenantry_provisioner`);
  const gate = `${database.prefix}${database.ns}tenantry_gate_00`;
  expect(await members(database.tenantRole('aurora'))).toEqual([gate]);
  expect(await members(gate)).toEqual([`${database.prefix}tenantry_lane_00`]);
  expect(await rows('select rolcanlogin, rolinherit, rolcreaterole from pg_roles where rolname = $1', [gate])).toEqual([
    { rolcanlogin: false, rolinherit: false, rolcreaterole: false },
  ]);
});

it('links no tenant to another by a foreign key', async () => {
  const crossing = `select c.conname from pg_constraint c join pg_class a on a.oid = c.conrelid join pg_class b on b.oid = c.confrelid
     where c.contype = 'f' and a.relnamespace <> b.relnamespace`;
  const within = await rows<{ keys: number }>(
    `select count(*)::int as keys from pg_constraint where contype = 'f' and connamespace = 'tenant_aurora'::regnamespace`,
  );
  expect(within[0]?.keys).toBeGreaterThan(5);
  expect(await rows(`${crossing} and a.relnamespace in ('tenant_aurora'::regnamespace, 'tenant_borealis'::regnamespace)`)).toEqual([]);
});

it('gives new functions of the owner to nobody', async () => {
  const outcome = await database.withOwner(async (client) => {
    await client.query('begin');
    await client.query('create function tenantry_shared.later() returns int language sql immutable return 1');
    await client.query(`set local role ${database.prefix}tenantry_owner`);
    const { rows: found } = await client.query(
      `select has_function_privilege('public', 'tenantry_shared.later()', 'execute') as open`,
    );
    await client.query('rollback');
    return found[0];
  });
  expect(outcome).toEqual({ open: false });
});

it('hides nothing in a function’s body, default or comment that is a secret', async () => {
  const secrets = [database.masterKey.toString('base64'), database.masterKey.toString('hex')];
  for (const secret of secrets) {
    expect(await rows('select from pg_proc where position($1 in prosrc) > 0', [secret])).toEqual([]);
    expect(await rows('select from pg_description where position($1 in description) > 0', [secret])).toEqual([]);
  }
  expect(await rows(`select from pg_proc where position('tenant_role' in prosrc) > 0`)).not.toEqual([]);
});

it('lets a lane do no data work before it has become a tenant', async () => {
  await database.withLogin(`${database.prefix}tenantry_lane_00`, async (client) => {
    for (const sql of [
      'select * from tenant_aurora.brands',
      'select * from platform.tenants',
      `select identity.tenant_route('aurora')`,
      'create table public.x ()',
      'create schema x',
      `select jobs.enqueue('worker__test', '{}', 'x')`,
      'select * from graphile_worker.jobs',
    ]) {
      expect([sql, await sqlstateOf(async () => await client.query(sql))]).toEqual([sql, '42501']);
    }
  });
  const seen = await database.withUser('aurora', { role: 'viewer' }, async (client) => (await client.query('select from brands')).rowCount);
  expect(seen).toBe(24);
});
