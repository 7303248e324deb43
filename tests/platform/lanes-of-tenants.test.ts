/** Which lane a tenant gets, and what happens when the number of lanes changes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setLanes } from '../../database/installation.ts';
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
    async (client) => await setLanes(client, { prefix: database.prefix, lanes: 3 }),
  );
  expect(moved).toBe(1);
  const now = await lanes();
  expect(now['t3']).toBeLessThan(2);
  const seen = await database.withUser('t3', { role: 'viewer' }, async (client) => (await client.query('select from roles')).rowCount);
  expect(seen).toBe(4);
  await database.withLogin(laneRole(database.prefix, 3), async (client) => {
    expect(await sqlstateOf(async () => await client.query(`set role ${database.tenantRole('t3')}`))).toBe('42501');
  });
  const count = await database.withOperator('developer', async (client) =>
    (await client.query('select platform.installation_lanes() as lanes')).rows[0],
  );
  expect(count).toEqual({ lanes: 3 });
});

it('refuses a database that was made under another prefix', async () => {
  await database.withOwner(async (client) => {
    await expect(setLanes(client, { prefix: 'zz_', lanes: 4 })).rejects.toThrow(/TENANTRY_PREFIX/);
  });
});
