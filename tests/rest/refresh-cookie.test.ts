/** Behind an origin of https the refresh cookie is one that browsers take and send over HTTPS only. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from './api.ts';

let server: TestServer;
let url: string;
beforeAll(async () => {
  // The public origin is a proxy's; the server behind it is found by its port, so that is chosen here.
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  server = await startTestServer({ tenants: ['aurora'], environment: { PUBLIC_URL: 'https://tenantry.example', PORT: String(port) } });
  url = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await server.close();
});

const auth = '/api/v1/tenants/aurora/auth';
const signIn = async () => await call(url, 'POST', `${auth}/login`, { body: { email: 'viewer@aurora.example', password: testPassword } });

test('it has the prefix that goes with Secure, and renews the session', async () => {
  const cookie = (await signIn()).headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^__Secure-tenantry_refresh=[\w-]{43}; Path=\/api\/v1\/tenants\/aurora\/auth; Max-Age=86400; HttpOnly; SameSite=Strict; Secure$/);
  const renewed = await call(url, 'POST', `${auth}/refresh`, { headers: { Cookie: cookie.split(';')[0] ?? '' } });
  expect(renewed).toMatchObject({ status: 200, body: { user: { email: 'viewer@aurora.example' } } });
  const last = renewed.headers.get('set-cookie')?.split(';')[0] ?? '';
  const out = await call(url, 'POST', `${auth}/logout`, { headers: { Cookie: last } });
  expect(out.headers.get('set-cookie')).toMatch(/^__Secure-tenantry_refresh=; .*Max-Age=0.*; Secure$/);
  expect(await call(url, 'POST', `${auth}/refresh`, { headers: { Cookie: last } })).toMatchObject({ status: 401, body: { code: 'TOKEN_EXPIRED' } });
});

test('one under the plain name, which anybody on the network could plant, is not looked at', async () => {
  const token = (await signIn()).headers.get('set-cookie')?.split(';')[0]?.split('=')[1] ?? '';
  const as = async (name: string) => await call(url, 'POST', `${auth}/refresh`, { headers: { Cookie: `${name}=${token}` } });
  expect(await as('tenantry_refresh')).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  expect((await as('__Secure-tenantry_refresh')).status).toBe(200);
});
