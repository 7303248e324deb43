/** A tenant's own OpenID issuer, started here: its tokens count in that tenant and nowhere else. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import type { CryptoKey, JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call, operatorApi } from './api.ts';
import type { Reply } from './api.ts';

let server: TestServer;
let issuer: Server;
let origin: string;
let key: CryptoKey;
let stranger: CryptoKey;
let issuerId: string;
const heard: string[] = [];

const platform = async (query: string, input: Record<string, unknown>) =>
  await call(server.url, 'POST', '/platform/graphql', { token: await server.operatorToken(), body: { query, variables: { input } } });
const register = async (tenantId: string, changes: Record<string, unknown> = {}) =>
  await platform('mutation ($input: RegisterIssuerInput!) { registerIssuer(input: $input) { result { rowId } } }', {
    tenantId,
    issuer: origin,
    jwksUrl: `${origin}/keys`,
    audience: 'tenantry-aurora',
    roleMap: [{ value: 'bosses', role: 'manager' }, { value: 'readers', role: 'viewer' }],
    ...changes,
  });

beforeAll(async () => {
  server = await startTestServer({ tenants: ['aurora', 'borealis'], environment: { TRUSTED_PROXIES: '127.0.0.1', ISSUER_ALLOW_LOOPBACK: '1' } });
  const pair = await generateKeyPair('RS256');
  key = pair.privateKey;
  stranger = (await generateKeyPair('RS256')).privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  issuer = createServer((req, res) => {
    res.setHeader('Content-Type', 'application/json');
    heard.push(req.url ?? '');
    if (req.url === '/broken') res.writeHead(500).end();
    else if (req.url === '/elsewhere') res.writeHead(302, { Location: '/keys' }).end();
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
  const claims = { iss: origin, aud: 'tenantry-aurora', sub: 'ext-1', email: 'eve@aurora.example', name: 'Eve', email_verified: true, roles: ['readers'], iat: now, exp: now + 300, jti: randomUUID() };
  return await new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(by);
};
let calls = 0;
/** Each from an address of its own: the limit by address is another wall. */
const exchange = async (token: string, tenantId = 'aurora') =>
  await call(server.url, 'POST', `/api/v1/tenants/${tenantId}/auth/exchange`, {
    body: { idToken: token },
    headers: { 'X-Forwarded-For': `198.51.100.${(calls += 1)}` },
  });
const brands = async (token: unknown) =>
  await call(server.url, 'POST', '/graphql', { token: String(token), body: { query: '{ brands { totalCount } }' } });

test('vouches for a person, who becomes a user with the role it says', async () => {
  const first = await exchange(await idToken());
  expect(first).toMatchObject({ status: 200, body: { user: { email: 'eve@aurora.example', role: 'viewer' }, tenant: { id: 'aurora', name: 'Tenant aurora' } } });
  expect(first.headers.get('set-cookie')).toMatch(/^tenantry_refresh=/);
  expect((await brands(first.body['accessToken'])).body).toMatchObject({ data: { brands: { totalCount: 24 } } });
  const promoted = await exchange(await idToken({ roles: ['bosses', 'readers'] }));
  expect(promoted.body).toMatchObject({ user: { role: 'manager' } });
  expect((promoted.body['user'] as { id: string }).id).toBe((first.body['user'] as { id: string }).id);
});

test('gives the role of the first value in the tenant’s own order that the claim holds', async () => {
  const bosses = { value: 'bosses', role: 'manager' };
  const readers = { value: 'readers', role: 'viewer' };
  // As keys of an object jsonb would sort them, the shorter first, whichever way they come.
  for (const [roleMap, role] of [[[readers, bosses], 'viewer'], [[bosses, readers], 'manager']] as const) {
    expect((await register('aurora', { roleMap })).body).toMatchObject({ data: { registerIssuer: { result: {} } } });
    expect((await exchange(await idToken({ roles: ['bosses', 'readers'] }))).body).toMatchObject({ user: { role } });
  }
  for (const roleMap of [{ bosses: 'manager' }, [], ['bosses'], [{ ...bosses, more: 1 }], [{ value: 1, role: 'viewer' }], [bosses, bosses]]) {
    expect(JSON.stringify((await register('aurora', { roleMap })).body)).toContain('INVALID_INPUT');
  }
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
  ['are said to be elsewhere', () => `${origin}/elsewhere`],
  ['are in a private network', () => 'https://10.255.255.1/keys'],
  ['are where a cloud keeps its secrets', () => 'https://169.254.169.254/keys'],
])('an issuer whose keys %s opens nothing now', async (_what, url) => {
  await register('borealis', { issuer: 'https://other.example', jwksUrl: url() });
  expect(await exchange(await idToken({ iss: 'https://other.example' }), 'borealis')).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
});

test('keys are not fetched from this machine unless that was asked for, whatever name it goes by', async () => {
  const strict = await startTestServer({ tenants: ['cygnus'] });
  try {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const here = origin.replace('127.0.0.1', host);
      const before = heard.length;
      const { body } = await call(strict.url, 'POST', '/platform/graphql', {
        token: await strict.operatorToken(),
        body: {
          query: 'mutation ($input: RegisterIssuerInput!) { registerIssuer(input: $input) { result { rowId } } }',
          variables: { input: { tenantId: 'cygnus', issuer: here, jwksUrl: `${here}/keys`, audience: 'tenantry-aurora', roleMap: [{ value: 'readers', role: 'viewer' }] } },
        },
      });
      expect(JSON.stringify(body), host).toContain('rowId');
      const reply = await call(strict.url, 'POST', '/api/v1/tenants/cygnus/auth/exchange', { body: { idToken: await idToken({ iss: here }) } });
      expect(reply, host).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      expect(heard, host).toHaveLength(before);
    }
  } finally {
    await strict.close();
  }
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

describe('a token that opened a session', () => {
  const uses = async () =>
    await server.db.withOwner(async (client) =>
      (
        await client.query(
          `select count(*)::integer as n from audit.buffer where action = 'sign_in.refuse' and detail ->> 'code' = 'TOKEN_REVOKED' and detail ->> 'address' ^@ '198.51.100.'`,
        )
      ).rows[0].n,
    );

  test('opens no other, and the second use is on record', async () => {
    const token = await idToken({ sub: 'ext-once', email: 'once@aurora.example' });
    expect((await exchange(token)).status).toBe(200);
    const before = await uses();
    expect(await exchange(token)).toMatchObject({ status: 401, body: { code: 'TOKEN_REVOKED' } });
    expect(await uses()).toBe(before + 1);
    expect((await exchange(await idToken({ sub: 'ext-once', email: 'once@aurora.example' }))).status).toBe(200);
  });

  test('opens no other in another spelling of its signature', async () => {
    const token = await idToken({ sub: 'ext-once', email: 'once@aurora.example' });
    // 256 bytes leave four bits of the last character unused: sixteen spellings, one signature.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const respelled = `${token.slice(0, -1)}${alphabet[alphabet.indexOf(token.slice(-1)) + 1]}`;
    expect(respelled).not.toBe(token);
    expect((await exchange(token)).status).toBe(200);
    expect((await exchange(respelled)).body.code).toMatch(/^TOKEN_(REVOKED|INVALID)$/);
  });

  test('opens one session, however many try at once', async () => {
    const token = await idToken({ sub: 'ext-once', email: 'once@aurora.example' });
    const replies = await Promise.all(Array.from({ length: 8 }, () => exchange(token)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ body }) => body.code === 'TOKEN_REVOKED')).toHaveLength(7);
  });

  test('is forgotten once it is too old to be taken', async () => {
    const kept = async () =>
      await server.db.withOwner(async (client) => (await client.query('select from platform_private.exchanged_tokens')).rowCount);
    expect(await kept()).toBeGreaterThan(3);
    await server.db.withOwner(async (client) => await client.query(`update platform_private.exchanged_tokens set expires_at = now() - interval '1 s'`));
    expect((await exchange(await idToken())).status).toBe(200);
    expect(await kept()).toBe(1);
  });
});

describe('somebody whom the tenant removed', () => {
  const person = { sub: 'ext-gone', email: 'gone@aurora.example' };
  const api = (method: string, path: string, body?: unknown) => operatorApi(server)(method, `/tenants/aurora/users${path}`, body);
  const remove = async (id: unknown) => {
    expect((await api('DELETE', `/${String(id)}`)).status).toBe(200);
  };
  const idOf = (reply: Reply) => (reply.body['user'] as { id: string }).id;

  test('stays out, whatever the issuer says, until somebody invites that e-mail again', async () => {
    const before = idOf(await exchange(await idToken(person)));
    await remove(before);
    expect(await exchange(await idToken(person))).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    // Another address at the issuer is no way round.
    expect((await exchange(await idToken({ ...person, email: 'other@aurora.example' }))).status).toBe(403);
    const refusals = await server.db.withOwner(async (client) =>
      (await client.query(`select detail ->> 'because' as because from audit.buffer where subject = $1 and action = 'sign_in.refuse'`, [`users:${before}`])).rows,
    );
    expect(refusals).toEqual([{ because: 'removed' }, { because: 'removed' }]);

    expect((await api('POST', '', { email: 'Gone@aurora.example', name: 'Back Again', role: 'viewer' })).status).toBe(201);
    const again = await exchange(await idToken(person));
    expect(again).toMatchObject({ status: 200, body: { user: { name: 'Back Again', role: 'viewer' } } });
    expect(idOf(again)).not.toBe(before);
    expect((await brands(again.body['accessToken'])).status).toBe(200);
    expect(idOf(await exchange(await idToken(person)))).toBe(idOf(again));
  });

  test('takes over no user who signs in by password', async () => {
    const removed = { sub: 'ext-gone-2', email: 'gone-2@aurora.example' };
    await remove(idOf(await exchange(await idToken(removed))));
    expect((await exchange(await idToken({ ...removed, email: 'admin@aurora.example' }))).status).toBe(403);
  });
});

test('is registered with roles that the tenant has, over https or loopback, and can be taken away', async () => {
  expect(JSON.stringify((await register('borealis', { roleMap: [{ value: 'a', role: 'emperor' }] })).body)).toContain('INVALID_INPUT');
  expect(JSON.stringify((await register('borealis', { jwksUrl: 'http://keys.example/' })).body)).toContain('INVALID_INPUT');
  const { body } = await exchange(await idToken());
  await platform('mutation ($input: RemoveIssuerInput!) { removeIssuer(input: $input) { result { rowId } } }', { issuerId });
  expect((await exchange(await idToken())).body.code).toBe('TOKEN_INVALID');
  await expect.poll(async () => (await brands(body['accessToken'])).body.code).toBe('TOKEN_REVOKED');
});
