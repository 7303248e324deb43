/** The tenant stream: its baseline is the same as its replay, and each step can be taken back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { composeBaseline, readTenantStream, registerTenantStream } from '../../database/tenant-stream.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

it('gives a replayed schema the blueprint’s fingerprint, and takes everything back again', async () => {
  const stream = await readTenantStream();
  await database.withOwner(async (client) => {
    const fingerprint = async () =>
      (
        await client.query<{ fingerprint: string; objects: number }>(
          `select platform_private.fingerprint_schema('tenant_replayed', $1) as fingerprint,
                  (select count(*)::int from pg_depend where refclassid = 'pg_namespace'::regclass
                      and refobjid = 'tenant_replayed'::regnamespace) as objects`,
          [database.tenantRole('replayed')],
        )
      ).rows[0];
    const run = async (sql: string) =>
      await client.query('select platform_private.run_in_schema($1, $2, $3)', [
        'tenant_replayed',
        database.tenantRole('replayed'),
        sql,
      ]);
    await client.query(`select platform.create_tenant('replayed', 'Replayed')`);
    await client.query(`select platform_private.create_tenant_role('replayed')`);
    await client.query('create schema tenant_replayed');
    for (const migration of stream.migrations) await run(migration.up);
    const expected = await client.query<{ expected: string }>(
      'select platform_private.expected_fingerprint($1) as expected',
      [stream.head],
    );
    expect((await fingerprint())?.fingerprint).toBe(expected.rows[0]?.expected);
    for (const migration of stream.migrations.toReversed()) await run(migration.down);
    expect((await fingerprint())?.objects).toBe(0);
  });
});

it('leaves a tenant its own role of the name auditor, and its people, under another', async () => {
  const stream = await readTenantStream();
  const rights = stream.migrations.findIndex(({ name }) => name === 'rights');
  await database.withOwner(async (client) => {
    const run = async (sql: string) =>
      await client.query('select platform_private.run_in_schema($1, $2, $3)', ['tenant_earlier', database.tenantRole('earlier'), sql]);
    await client.query(`select platform.create_tenant('earlier', 'Earlier')`);
    await client.query(`select platform_private.create_tenant_role('earlier')`);
    await client.query('create schema tenant_earlier');
    for (const migration of stream.migrations.slice(0, rights)) await run(migration.up);
    await run(`insert into roles (name, description) values ('auditor', 'Ours.');
      insert into role_permissions (role_name, permission) values ('auditor', 'brands.read');
      insert into notification_rules (event, role_name) values ('approval_decided', 'auditor');
      insert into users (email, name, role) values ('a@earlier.example', 'A', 'auditor')`);
    await run(stream.migrations[rights]?.up ?? '');
    const { rows } = await client.query(
      `select r.name, r.description, r.builtin,
              array(select permission::text from tenant_earlier.role_permissions p where p.role_name = r.name order by 1) as permissions,
              (select count(*)::int from tenant_earlier.users u where u.role = r.name) as users,
              (select count(*)::int from tenant_earlier.notification_rules n where n.role_name = r.name) as rules
         from tenant_earlier.roles r where r.name like '%auditor' order by 1`,
    );
    expect(rows).toEqual([
      {
        name: 'auditor', description: expect.stringContaining('no business rows'), builtin: true, users: 0, rules: 0,
        permissions: ['audit.read', 'evidence.read', 'keys.read', 'visits.read'],
      },
      { name: 'custom_auditor', description: 'Ours.', builtin: false, permissions: ['brands.read'], users: 1, rules: 1 },
    ]);
  });
});

it('has the baseline that its migrations compose', async () => {
  expect((await readTenantStream()).baseline).toBe(await composeBaseline());
});

it('refuses a migration that was edited after tenants were built from it', async () => {
  const stream = await readTenantStream();
  const edited = {
    ...stream,
    migrations: stream.migrations.map((migration) =>
      migration.version === 2 ? { ...migration, checksum: 'edited' } : migration,
    ),
  };
  await database.provision('witness');
  await database.withOwner(async (client) => {
    await expect(registerTenantStream(client, edited)).rejects.toThrow(/migration 2 .* was changed/);
    await registerTenantStream(client, stream);
  });
});

it.each([
  ['a grant', 'grant delete on tenant_drifting.licensees to %role%'],
  ['row security switched off', 'alter table tenant_drifting.brands disable row level security'],
  ['a policy', 'drop policy brands_read on tenant_drifting.brands'],
  ['a default', `alter table tenant_drifting.brands alter column status set default 'retired'`],
  ['a constraint', 'alter table tenant_drifting.brands drop constraint brands_name_length'],
  ['an index', 'drop index tenant_drifting.agreements_brand_id_idx'],
  ['a trigger switched off', 'alter table tenant_drifting.agreements disable trigger agreements_guard'],
  ['a function', `create function tenant_drifting.extra() returns int language sql immutable return 1`],
  [
    'a function that names another tenant',
    `do $$ begin
       execute replace(pg_get_functiondef('tenant_drifting.audit_trail'::regproc), '''tenant_drifting''', '''tenant_witness''');
     end $$`,
  ],
  ['a table', 'create table tenant_drifting.extra ()'],
  ['a view', 'create view tenant_drifting.extra as select 1 as one'],
  ['a comment', `comment on column tenant_drifting.brands.name is 'else'`],
  ['a column grant', 'grant update (id) on tenant_drifting.brands to %role%'],
  ['another owner', 'alter table tenant_drifting.brands owner to %provisioner%'],
  ['a type', `create domain tenant_drifting.extra as text`],
])('sees drift: %s', async (_what, sql) => {
  await database.withMigrator(async (client) => {
    await client.query(`set role ${database.prefix}tenantry_owner`);
    const { rowCount } = await client.query(`select from platform.tenants where id = 'drifting'`);
    if (rowCount === 0) await database.provision('drifting');
    await client.query('reset role');
    await client.query('begin');
    const drift = async () => (await client.query(`select drifted from platform.tenant_drift('drifting')`)).rows[0];
    await client.query(`set local role ${database.prefix}tenantry_owner`);
    expect(await drift()).toEqual({ drifted: false });
    await client.query('reset role');
    await client.query(
      sql
        .replace('%role%', database.tenantRole('drifting'))
        .replace('%provisioner%', `${database.prefix}tenantry_provisioner`),
    );
    await client.query(`set local role ${database.prefix}tenantry_owner`);
    expect(await drift()).toEqual({ drifted: true });
    await client.query('rollback');
  });
});
