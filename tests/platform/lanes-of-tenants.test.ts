/** Which lane a tenant gets, and what happens when the number of lanes changes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkInstallation, writeInstallation } from '../../database/installation.ts';
import { laneRole } from '../../database/logins.ts';
import { createTestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import type { TestDatabase } from '../harness/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

async function lanes(): Promise<Record<string, number>> {
  return await database.withOwner(async (client) => {
    const { rows } = await client.query<{ id: string; lane: number }>('select id, lane from platform.tenants order by id');
    return Object.fromEntries(rows.map(({ id, lane }) => [id, lane]));
  });
}

it('is the one with the fewest tenants, and a dedicated one is shared with nobody', async () => {
  await database.provision('t1');
  await database.provision('t2');
  await database.provision('alone', { tier: 'dedicated' });
  for (const id of ['t3', 't4', 't5']) await database.provision(id);
  expect(await lanes()).toEqual({ t1: 0, t2: 1, alone: 2, t3: 3, t4: 0, t5: 1 });
  expect(await sqlstateOf(async () => await database.provision('alone_2', { tier: 'dedicated' }))).toBe('TN008');
});

it('changes when the number of lanes falls: tenants move and stay open', async () => {
  const moved = await database.withOwner(
    async (client) => await writeInstallation(client, { prefix: database.prefix, lanes: 3 }, database.masterKey),
  );
  expect(moved).toBe(1);
  const now = await lanes();
  expect(now['t3']).toBeLessThan(2);
  const seen = await database.withUser('t3', { role: 'viewer' }, async (client) => (await client.query('select from roles')).rowCount);
  expect(seen).toBe(5);
  await database.withLogin(laneRole(database.prefix, 3), async (client) => {
    expect(await sqlstateOf(async () => await client.query(`set role ${database.tenantRole('t3')}`))).toBe('42501');
  });
  const count = await database.withOperator('developer', async (client) =>
    (await client.query('select platform.installation_lanes() as lanes')).rows[0],
  );
  expect(count).toEqual({ lanes: 3 });
});

it('does not change at all when a lane would be missing', async () => {
  await database.withOwner(async (client) => {
    await expect(writeInstallation(client, { prefix: database.prefix, lanes: 2 }, database.masterKey)).rejects.toMatchObject({
      code: 'TN008',
    });
  });
  expect((await lanes())['alone']).toBe(2);
  const count = await database.withOperator('developer', async (client) =>
    (await client.query('select platform.installation_lanes() as lanes')).rows[0],
  );
  expect(count).toEqual({ lanes: 3 });
});

it('is chosen anew for a failed tenant: a dedicated one may have taken its lane', async () => {
  const fresh = await createTestDatabase();
  await fresh.withOwner(async (client) => {
    await client.query(`select platform.create_tenant('first', 'First')`);
    await client.query(`select platform_private.abandon_provisioning('first', 'test', 'XX000', 'test')`);
    await client.query(`select platform.create_tenant('exclusive', 'Exclusive', tier => 'dedicated')`);
    await client.query(`select platform.request_provisioning('first')`);
    const { rows } = await client.query('select id, lane from platform.tenants order by id');
    expect(rows).toEqual([
      { id: 'exclusive', lane: 0 },
      { id: 'first', lane: 1 },
    ]);
  });
  await fresh.drop();
});

it('refuses settings of another installation', async () => {
  await database.withOwner(async (client) => {
    await expect(checkInstallation(client, 'zz_', database.masterKey)).rejects.toThrow(/TENANTRY_PREFIX/);
    await expect(checkInstallation(client, database.prefix, Buffer.alloc(32))).rejects.toThrow(/TENANTRY_MASTER_KEY/);
    await checkInstallation(client, database.prefix, database.masterKey);
  });
});
