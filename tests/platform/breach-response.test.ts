/** Every statement of docs/how-to/breach-response.md, in the order in which it stands there. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const id of ['aurora', 'borealis']) await database.provision(id, { template: 'demo' });
  await database.withOperator('admin', async (client) => await client.query(`select platform.create_service_account('the stolen one')`));
});
afterAll(async () => {
  await database.drop();
});

it('runs as it is written, by a member of tenantry_admin, and answers something', async () => {
  const page = await readFile(new URL('../../docs/how-to/breach-response.md', import.meta.url), 'utf8');
  const statements = [...page.matchAll(/```sql\n(.*?)```/gs)].flatMap(([, block = '']) => block.split(/;\n/).filter((text) => text.trim() !== ''));
  expect(statements.length).toBeGreaterThan(15);
  await database.withOperator('admin', async (client) => {
    for (const statement of statements) {
      const { rows } = await client.query(statement).catch((cause: unknown) => {
        throw new Error(`not as the page says: ${statement}`, { cause });
      });
      const mayBeEmpty = /audit[._]events|tenant_visits/.test(statement);
      if (!mayBeEmpty) expect(rows.length, statement).toBeGreaterThan(0);
      if (statement.includes('lock_down(') && statement.includes('findings')) expect(rows.map(({ findings }) => findings)).toEqual([null]);
    }
    const { rows } = await client.query('select count(*) filter (where lifted_at is null)::int as left from platform.lock_downs');
    expect(rows).toEqual([{ left: 0 }]);
  });
});
