import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureFirstStart } from '../../server/identity/first-start.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => {
  await db.drop();
});

const start = async (password: string | null) =>
  await db.withOwner((client) => ensureFirstStart(client, db.masterKey, { email: 'first@platform.example', password }));

/** What a first start leaves, as far as it may be seen. */
const state = async () =>
  await db.withOwner(async (client) => {
    const { rows } = await client.query<{ operators: string; kids: string; dummy: string }>(
      `select (select count(*) from platform.operators) as operators,
              (select string_agg(kid, ',') from platform_private.signing_keys where tenant_id is null) as kids,
              (select password_hash from platform_private.dummy_password) as dummy`,
    );
    return rows[0];
  });

test('a second start changes nothing and shows no password', async () => {
  const before = await state();
  expect(await start('another long password')).toBeNull();
  expect(await state()).toEqual(before);
});

test('without operator, key and dummy it makes all three, and shows the password it made', async () => {
  const before = await state();
  await db.withOwner(async (client) => {
    await client.query('delete from platform.operators');
    await client.query('delete from platform_private.signing_keys');
    await client.query('delete from platform_private.dummy_password');
  });
  expect(await start(null)).toMatch(/^[\w-]{24}$/);
  const after = await state();
  expect(after).toMatchObject({ operators: '1', dummy: expect.stringMatching(/^\$argon2id\$/) });
  expect(after?.kids).not.toBe(before?.kids);
});

test('a password that was given is not shown', async () => {
  await db.withOwner((client) => client.query('delete from platform.operators'));
  expect(await start('a password of my own')).toBeNull();
  expect(await state()).toMatchObject({ operators: '1' });
});
