import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let db: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  db = await createTestDatabase();
  client = new pg.Client(loginConfig(db.endpoint, fixedRole(db.prefix, 'tenantry_audit'), db.masterKey));
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await db.drop();
});

const write = (action: string, source = 'server') =>
  client.query(`insert into audit.buffer (source, action, outcome, actor) values ($1, $2, 'ok', 'anonymous')`, [source, action]);

test.each(['request.refuse', 'call.query'])('the trail’s login writes %s: what the server itself sees', async (action) => {
  await expect(write(action)).resolves.toMatchObject({ rowCount: 1 });
});

test.each(['users.delete', 'sign_in.succeed', 'requests.refuse', 'callback.run', 'tenants.request.refuse'])(
  'it cannot claim %s, which only a function of the database records',
  async (action) => {
    await expect(write(action)).rejects.toMatchObject({ code: '42501' });
  },
);

test('nor anything in the name of the database', async () => {
  await expect(write('request.refuse', 'database')).rejects.toMatchObject({ code: '42501' });
});
