/** A tenant that was not brought up to date with the code: what it lacks is said so, and what it has still answers. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from './api.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ tenants: ['aurora', 'borealis'] });
});
afterAll(async () => {
  await server.close();
});

/** Takes the tenant's newest migrations back, as far as to that version. */
async function takeBack(tenantId: string, version: number): Promise<void> {
  await server.db.withOwner(async (client) => {
    const { rows } = await client.query<{ down_sql: string }>(
      `select m.down_sql from platform.tenant_migrations m join platform.tenants t on t.schema_version >= m.version
        where t.id = $1 and m.version > $2 order by m.version desc`,
      [tenantId, version],
    );
    await client.query('begin');
    for (const { down_sql: down } of rows) {
      await client.query('select platform_private.run_in_schema($1, $2, $3)', [`tenant_${tenantId}`, server.db.tenantRole(tenantId), down]);
    }
    await client.query('update platform.tenants set schema_version = $2 where id = $1', [tenantId, version]);
    await client.query('commit');
  });
}

const graphql = async (token: string, query: string) => await call(server.url, 'POST', '/graphql', { token, body: { query } });
const signIn = async (tenantId: string) =>
  await call(server.url, 'POST', `/api/v1/tenants/${tenantId}/auth/login`, { body: { email: `viewer@${tenantId}.example`, password: testPassword } });
const BRANDS = '{ brands { totalCount } }';
const VERSIONS = '{ settings { nodes { version } } }';

test('one version back: what is new is behind, everything else answers, and nobody else notices', async () => {
  const token = await server.tenantToken('aurora', 'admin');
  expect((await graphql(token, VERSIONS)).status).toBe(200);
  await takeBack('aurora', 8);
  await expect.poll(async () => await graphql(token, VERSIONS)).toMatchObject({ status: 503, body: { code: 'TENANT_BEHIND' } });
  expect((await graphql(token, VERSIONS)).headers.get('retry-after')).toBe('60');
  const webhook = '/api/v1/tenants/aurora/webhooks/orders/secret';
  await server.db.withOwner(async (client) => {
    await client.query(
      `insert into tenant_aurora.settings (section, value) values ('integrations', '{"webhooks": [{"id": "orders"}]}')
       on conflict (section) do update set value = excluded.value`,
    );
  });
  expect((await call(server.url, 'POST', webhook, { token })).body.code).toBe('TENANT_BEHIND');
  expect((await graphql(token, BRANDS)).body).toMatchObject({ data: { brands: { totalCount: 24 } } });
  expect((await signIn('aurora')).status).toBe(200);
  expect((await graphql(await server.tenantToken('borealis', 'admin'), VERSIONS)).status).toBe(200);
});

test('older than signing in needs: nobody signs in or renews, and open sessions wait', async () => {
  const first = await signIn('aurora');
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
  await takeBack('aurora', 6);
  const reply = await signIn('aurora');
  expect(reply).toMatchObject({ status: 503, body: { code: 'TENANT_BEHIND' } });
  expect(reply.headers.get('retry-after')).toBe('60');
  for (const [path, more] of [
    ['refresh', { headers: { Cookie: cookie } }],
    ['forgot', { body: { email: 'viewer@aurora.example' } }],
    ['accept', { body: { token: 'x', newPassword: 'a new and long password' } }],
  ] as const) {
    expect((await call(server.url, 'POST', `/api/v1/tenants/aurora/auth/${path}`, more)).body.code, path).toBe('TENANT_BEHIND');
  }
  // The server is told to look at the session again, which it did when it opened.
  await server.db.withOwner(
    async (client) => await client.query('select platform_private.announce_session($1, $2)', ['aurora', decodeJwt(String(first.body['accessToken']))['sid']]),
  );
  await expect.poll(async () => await graphql(String(first.body['accessToken']), BRANDS)).toMatchObject({ status: 503, body: { code: 'TENANT_BEHIND' } });
  expect((await signIn('borealis')).status).toBe(200);
});
