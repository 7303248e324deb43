/** A tenant's own OpenID issuer, started here: its tokens count in that tenant and nowhere else. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import type { CryptoKey, JWTPayload } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from './api.ts';

let server: TestServer;
let issuer: Server;
let origin: string;
let key: CryptoKey;
let stranger: CryptoKey;
let issuerId: string;

const platform = async (query: string, input: Record<string, unknown>) =>
  await call(server.url, 'POST', '/platform/graphql', { token: await server.operatorToken(), body: { query, variables: { input } } });
const register = async (tenantId: string, changes: Record<string, unknown> = {}) =>
  await platform('mutation ($input: RegisterIssuerInput!) { registerIssuer(input: $input) { result { rowId } } }', {
    tenantId,
    issuer: origin,
    jwksUrl: `${origin}/keys`,
    audience: 'tenantry-aurora',
    roleMap: { bosses: 'manager', readers: 'viewer' },
    ...changes,
  });

beforeAll(async () => {
  server = await startTestServer({ tenants: ['aurora', 'borealis'] });
  const pair = await generateKeyPair('RS256');
  key = pair.privateKey;
  stranger = (await generateKeyPair('RS256')).privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  issuer = createServer((req, res) => {
    res.setHeader('Content-Type', 'application/json');
    if (req.url === '/broken') res.writeHead(500).end();
    else if (req.url === '/endless') res.end('x'.repeat(1_000_000));
    else res.end(JSON.stringify({ keys: [jwk] }));
  });
  issuer.listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  origin = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  const { body } = await register('aurora');
  issuerId = (body as unknown as { data: { registerIssuer: { result: { rowId: string } } } }).data.registerIssuer.result.rowId;
});
afterAll(async () => {
  issuer.close();
  await server.close();
});

const idToken = async (changes: JWTPayload = {}, by: CryptoKey = key, header: Record<string, unknown> = {}) => {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: origin, aud: 'tenantry-aurora', sub: 'ext-1', email: 'eve@aurora.example', name: 'Eve', email_verified: true, roles: ['readers'], iat: now, exp: now + 300 };
  return await new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(by);
};
const exchange = async (token: string, tenantId = 'aurora') =>
  await call(server.url, 'POST', `/api/v1/tenants/${tenantId}/auth/exchange`, { body: { idToken: token } });
const brands = async (token: unknown) =>
  await call(server.url, 'POST', '/graphql', { token: String(token), body: { query: '{ brands { totalCount } }' } });

test('vouches for a person, who becomes a user with the role it says', async () => {
  const first = await exchange(await idToken());
  expect(first).toMatchObject({ status: 200, body: { user: { email: 'eve@aurora.example', role: 'viewer' } } });
  expect(first.headers.get('set-cookie')).toMatch(/^tenantry_refresh=/);
  expect((await brands(first.body['accessToken'])).body).toMatchObject({ data: { brands: { totalCount: 24 } } });
  const promoted = await exchange(await idToken({ roles: ['bosses', 'readers'] }));
  expect(promoted.body).toMatchObject({ user: { role: 'manager' } });
  expect((promoted.body['user'] as { id: string }).id).toBe((first.body['user'] as { id: string }).id);
});

test('counts in its own tenant only', async () => {
  expect(await exchange(await idToken(), 'borealis')).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
  expect(await brands(await idToken())).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
  expect((await exchange(await idToken())).status).toBe(200);
});

test.each([
  ['signed by a stranger', {}, 'stranger', 'TOKEN_INVALID'],
  ['for another audience', { aud: 'somebody-else' }, 'issuer', 'TOKEN_INVALID'],
  ['of another issuer', { iss: 'https://accounts.example' }, 'issuer', 'TOKEN_INVALID'],
  ['that has expired', { exp: 1_000_000_000 }, 'issuer', 'TOKEN_EXPIRED'],
  ['made long ago', { iat: Math.floor(Date.now() / 1_000) - 3_600 }, 'issuer', 'TOKEN_EXPIRED'],
  ['without a role here', { roles: ['strangers'] }, 'issuer', 'FORBIDDEN'],
  ['of an e-mail that is not verified', { email_verified: false }, 'issuer', 'FORBIDDEN'],
  ['that says so in another type', { email_verified: 'false' }, 'issuer', 'FORBIDDEN'],
  ['of somebody who signs in by another subject', { sub: 'ext-9' }, 'issuer', 'CONFLICT'],
  ['of somebody who signs in by password', { sub: 'ext-2', email: 'admin@aurora.example' }, 'issuer', 'CONFLICT'],
  ['without an e-mail', { sub: 'ext-3', email: '' }, 'issuer', 'INVALID_INPUT'],
])('a token %s opens nothing', async (_what, changes, by, code) => {
  expect((await exchange(await idToken(changes, by === 'stranger' ? stranger : key))).body).toMatchObject({ code });
});

test.each([
  ['noise', 'x.y.z'],
  ['no token at all', 'none'],
  ['a token without an issuer', `e30.${Buffer.from('{"sub":"x"}').toString('base64url')}.`],
])('%s opens nothing', async (_what, token) => {
  expect(await exchange(token)).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
});

test.each([
  ['cannot be reached', () => 'http://127.0.0.1:9/keys'],
  ['answer with an error', () => `${origin}/broken`],
  ['are endless', () => `${origin}/endless`],
])('an issuer whose keys %s opens nothing now', async (_what, url) => {
  await register('borealis', { issuer: 'https://other.example', jwksUrl: url() });
  expect(await exchange(await idToken({ iss: 'https://other.example' }), 'borealis')).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
});

test('a person without a name goes by the e-mail', async () => {
  expect((await exchange(await idToken({ sub: 'ext-7', email: 'nameless@aurora.example', name: ' ', roles: 'readers' }))).body).toMatchObject({
    user: { name: 'nameless@aurora.example', role: 'viewer' },
  });
});

test('a disabled user stays out, whatever the issuer says', async () => {
  const { body } = await exchange(await idToken());
  const { id } = body['user'] as { id: string };
  const set = async (status: string) =>
    await server.db.withOwner(async (client) => await client.query('update tenant_aurora.users set status = $1 where id = $2', [status, id]));
  await set('disabled');
  expect(await exchange(await idToken())).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  await set('active');
  expect((await exchange(await idToken())).status).toBe(200);
});

test('is registered with roles that the tenant has, over https or loopback, and can be taken away', async () => {
  expect(JSON.stringify((await register('borealis', { roleMap: { a: 'emperor' } })).body)).toContain('INVALID_INPUT');
  expect(JSON.stringify((await register('borealis', { jwksUrl: 'http://keys.example/' })).body)).toContain('INVALID_INPUT');
  const { body } = await exchange(await idToken());
  await platform('mutation ($input: RemoveIssuerInput!) { removeIssuer(input: $input) { result { rowId } } }', { issuerId });
  expect((await exchange(await idToken())).body.code).toBe('TOKEN_INVALID');
  await expect.poll(async () => (await brands(body['accessToken'])).body.code, { timeout: 5_000 }).toBe('TOKEN_REVOKED');
});
