/** The policy matrix and the rules of the tenant schema, tried on a real tenant over its lane. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';
import { ruleCases } from './constraints.ts';
import { claimsOf, fixture, policyMatrix, sampleStatements, tenantTables } from './policy-matrix.ts';

let database: TestDatabase;

/** Runs a statement as a user: how many rows it found, or the error's SQLSTATE and constraint. */
async function attempt(user: { role: string; userId: string }, statements: readonly string[]): Promise<unknown> {
  return await database.withUser('aurora', user, async (client) => {
    const last = statements.at(-1) ?? '';
    for (const statement of statements.slice(0, -1)) await client.query(statement);
    try {
      return { rows: (await client.query(last)).rowCount };
    } catch (error) {
      const { code, constraint } = error as { code?: string; constraint?: string };
      return { errcode: code, ...(constraint === undefined ? {} : { constraint }) };
    }
  });
}

beforeAll(async () => {
  database = await createTestDatabase();
  await database.provision('aurora');
  await database.withOwner(async (client) => {
    await client.query('set search_path = tenant_aurora, tenantry_shared, pg_temp');
    await client.query(fixture);
  });
});

afterAll(async () => {
  await database.drop();
});

describe('who may do what', () => {
  it('covers every table of the tenant', async () => {
    const tables = await database.withOwner(async (client) => {
      const { rows } = await client.query<{ tablename: string }>(
        `select tablename from pg_tables where schemaname = 'tenant_aurora' order by 1`,
      );
      return rows.map((row) => row.tablename);
    });
    expect([...tenantTables].toSorted()).toEqual(tables);
  });

  it.each(policyMatrix.map((entry) => ({ ...entry, who: entry.role === '' ? 'nobody' : entry.role })))(
    '$who $operation $table: $allowed',
    async ({ role, table, operation, allowed }) => {
      const outcome = await attempt(claimsOf(role), [sampleStatements[table][operation]]);
      if (allowed) {
        expect(outcome).toMatchObject({ rows: expect.any(Number) });
        expect((outcome as { rows: number }).rows).toBeGreaterThan(0);
      } else {
        expect([{ rows: 0 }, { errcode: '42501' }]).toContainEqual(outcome);
      }
    },
  );
});

describe('the rules of a tenant', () => {
  it.each(ruleCases)('$name', async ({ role, userId, before, sql, outcome }) => {
    expect(await attempt({ role, userId }, before === undefined ? [sql] : [before, sql])).toEqual(outcome);
  });
});
