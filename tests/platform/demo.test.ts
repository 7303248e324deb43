/** The demo tenants of a first start. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../config/config.ts';
import { ensureDemo } from '../../scripts/demo.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from '../rest/api.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ worker: true });
});
afterAll(async () => {
  await server.close();
});

test('only the template’s users get a password, and only when their tenant is made', async () => {
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: server.db.url, TENANTRY_PREFIX: server.db.prefix });
  const first = await ensureDemo(config, server.db.url);
  expect(first.map(({ email }) => email)).toEqual(
    ['aurora', 'borealis'].flatMap((id) => ['viewer', 'user', 'manager', 'admin'].map((role) => `${role}@${id}.example`)),
  );
  const [{ email, password } = { email: '', password: '' }] = first;
  expect(await call(server.url, 'POST', '/api/v1/tenants/aurora/auth/login', { body: { email, password } })).toMatchObject({ status: 200 });

  await server.db.withOwner(async (client) => {
    await client.query(`insert into tenant_aurora.users (email, name, role, status) values ('sso@aurora.example', 'Sam', 'manager', 'active')`);
    await client.query(`delete from tenant_aurora.user_credentials where user_id = (select id from tenant_aurora.users where email = 'admin@aurora.example')`);
  });
  expect(await ensureDemo(config, server.db.url)).toEqual([]);
  const [found] = await server.db.withOwner(async (client) =>
    (await client.query(
      `select (select count(*)::int from tenant_aurora.user_credentials) as passwords,
              (select count(*)::int from (select action from audit.buffer where tenant_id = 'aurora'
                                           union all select action from audit.events where chain = 'aurora') e where action = 'password.set') as events`,
    )).rows);
  expect(found).toEqual({ passwords: 3, events: 4 });
});

test('each rival is proven against the other, which was not there yet when it was made', async () => {
  const proven = async () =>
    await server.db.withOwner(async (client) =>
      (await client.query(`select distinct on (tenant_id) tenant_id, status, rivals from platform.isolation_runs where status <> 'running' order by tenant_id, started_at desc`)).rows);
  await expect.poll(proven, { timeout: 20_000 }).toEqual([
    { tenant_id: 'aurora', status: 'passed', rivals: ['borealis'] },
    { tenant_id: 'borealis', status: 'passed', rivals: ['aurora'] },
  ]);
});
