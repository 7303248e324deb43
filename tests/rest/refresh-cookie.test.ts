/** Behind an origin of https the refresh cookie is one that browsers take and send over HTTPS only; and no page of another site does anything by it. */
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
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
  server = await startTestServer({ tenants: ['aurora'], environment: { TRUSTED_PROXIES: '127.0.0.1', PUBLIC_URL: 'https://tenantry.example', PORT: String(port) } });
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
  expect(renewed).toMatchObject({ status: 200, body: { user: { email: 'viewer@aurora.example' }, tenant: { id: 'aurora', name: 'Tenant aurora' } } });
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

test.each(['first', 'second'])('of two, as a page on another port can set one with a longer path, the %s is not taken, and nothing ends', async (place) => {
  const [mine, planted] = await Promise.all([signIn(), signIn()]).then((both) => both.map(({ headers }) => headers.get('set-cookie')?.split(';')[0] ?? ''));
  const both = (place === 'first' ? [planted, mine] : [mine, planted]).join('; ');
  for (const verb of ['refresh', 'logout']) {
    const refused = await call(url, 'POST', `${auth}/${verb}`, { headers: { Cookie: both } });
    expect(refused).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED', detail: expect.stringContaining('two refresh cookies') } });
    expect(refused.headers.get('set-cookie')).toBeNull();
  }
  // One beside a cookie of another name is one.
  for (const cookie of [mine, planted]) expect((await call(url, 'POST', `${auth}/refresh`, { headers: { Cookie: `other=1; ${String(cookie)}` } })).status).toBe(200);
});

const other = { status: 403, body: { code: 'FORBIDDEN', detail: expect.stringContaining('another site') } };

test.each([
  ['another site’s page', { Origin: 'https://evil.example' }],
  ['another site’s page, told by the browser alone', { 'Sec-Fetch-Site': 'cross-site' }],
  ['a neighbouring subdomain', { 'Sec-Fetch-Site': 'same-site' }],
  ['a neighbouring subdomain that names itself', { Origin: 'https://evil.tenantry.example', 'Sec-Fetch-Site': 'same-site' }],
  ['another port', { Origin: 'https://tenantry.example:8443' }],
  ['the same host without TLS', { Origin: 'http://tenantry.example' }],
  ['a page without an origin', { Origin: 'null' }],
  ['a host that a stranger’s header names', { Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example' }],
])('%s neither renews nor ends a session', async (_who, headers) => {
  const cookie = { Cookie: (await signIn()).headers.get('set-cookie')?.split(';')[0] ?? '' };
  for (const verb of ['refresh', 'logout']) {
    const refused = await call(url, 'POST', `${auth}/${verb}`, { headers: { ...cookie, ...headers } });
    expect(refused).toMatchObject(other);
    expect(refused.headers.get('set-cookie')).toBeNull();
  }
  // Nothing was used up and nothing ended.
  expect((await call(url, 'POST', `${auth}/refresh`, { headers: cookie })).status).toBe(200);
});

test.each([
  ['a program', {}],
  ['the console', { Origin: 'https://tenantry.example', 'Sec-Fetch-Site': 'same-origin' }],
  ['the console in a browser without Sec-Fetch-Site', { Origin: 'https://tenantry.example' }],
  ['a page of ours that hides where it comes from', { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }],
  ['a page under another name of the server’s, through its proxy', { Host: 'second.example', 'X-Forwarded-Proto': 'https', Origin: 'https://second.example' }],
])('%s renews and ends it', async (_who, headers) => {
  const asked = async (verb: string, cookie: string) => await send(`${auth}/${verb}`, { Cookie: cookie, ...headers });
  const renewed = await asked('refresh', (await signIn()).headers.get('set-cookie')?.split(';')[0] ?? '');
  expect(renewed.statusCode).toBe(200);
  const last = String(renewed.headers['set-cookie']?.[0]).split(';')[0] ?? '';
  expect((await asked('logout', last)).statusCode).toBe(200);
  expect((await asked('refresh', last)).statusCode).toBe(401);
});

/** `fetch` chooses the host itself. */
async function send(path: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
  const sent = request(`${url}${path}`, { method: 'POST', headers });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer;
}
