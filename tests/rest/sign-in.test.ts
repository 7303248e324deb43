import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from './api.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.db.provision('aurora', { template: 'demo' });
  await server.db.provision('borealis', { template: 'demo' });
  await server.db.addOperator('otto@operators.example', 'operator');
});
afterAll(async () => {
  await server.close();
});

const signIn = async (path: string, email: string, password: string) =>
  await call(server.url, 'POST', `/api/v1${path}`, { body: { email, password } });

describe('signing in', () => {
  test('an operator gets a token of the platform', async () => {
    const { status, body } = await signIn('/auth/login', ' Otto@Operators.example ', testPassword);
    expect(status).toBe(200);
    expect(body).toMatchObject({ expiresIn: 900, operator: { email: 'otto@operators.example', role: 'operator' } });
    expect(decodeJwt(String(body['accessToken']))).toMatchObject({ iss: server.url, aud: 'tenantry', role: 'operator' });
    expect(JSON.stringify(body)).not.toMatch(/argon2|hash/i);
  });

  test('a user gets a token of the tenant, which its published keys verify', async () => {
    const { status, body } = await signIn('/tenants/aurora/auth/login', 'manager@aurora.example', testPassword);
    expect(status).toBe(200);
    expect(body).toMatchObject({ expiresIn: 900, user: { email: 'manager@aurora.example', role: 'manager' }, tenant: { id: 'aurora', name: 'Tenant aurora' } });
    const keysOf = async (id: string) =>
      createLocalJWKSet((await call(server.url, 'GET', `/t/${id}/.well-known/jwks.json`)).body as unknown as JSONWebKeySet);
    const token = String(body['accessToken']);
    const { payload, protectedHeader } = await jwtVerify(token, await keysOf('aurora'), {
      issuer: `${server.url}/t/aurora`,
      audience: 'tenantry',
      typ: 'at+jwt',
    });
    expect(payload).toMatchObject({ tid: 'aurora', role: 'manager', sid: expect.any(String), sub: expect.any(String) });
    expect(protectedHeader.alg).toBe('ES256');
    await expect(jwtVerify(token, await keysOf('borealis'))).rejects.toThrow();
  });

  test.each([
    ['/auth/login', 'otto@operators.example'],
    ['/auth/login', 'nobody@operators.example'],
    ['/tenants/aurora/auth/login', 'viewer@aurora.example'],
    ['/tenants/aurora/auth/login', 'viewer@borealis.example'],
    ['/tenants/aurora/auth/login', 'nobody@aurora.example'],
  ])('at %s as %s with a wrong password says the same to everybody', async (path, email) => {
    const { status, body } = await signIn(path, email, 'wrong');
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'BAD_CREDENTIALS', detail: 'E-mail or password is wrong.' });
  });

  test('a user of one tenant is nobody in another', async () => {
    expect((await signIn('/tenants/borealis/auth/login', 'viewer@aurora.example', testPassword)).status).toBe(401);
    expect((await signIn('/auth/login', 'viewer@aurora.example', testPassword)).status).toBe(401);
  });

  test.each(['known', 'unknown'])('an account that is %s is locked after five failures, even for the right password', async (kind) => {
    const email = kind === 'known' ? 'user@aurora.example' : 'ghost@aurora.example';
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await signIn('/tenants/aurora/auth/login', email, 'wrong')).status).toBe(401);
    }
    const reply = await signIn('/tenants/aurora/auth/login', email, testPassword);
    expect(reply).toMatchObject({ status: 423, body: { code: 'ACCOUNT_LOCKED' } });
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('at an unknown tenant is NOT_FOUND', async () => {
    expect(await signIn('/tenants/nobody/auth/login', 'a@b.example', 'x')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});

describe('published keys', () => {
  test('of the platform and of tenants are public halves only, the next one among them', async () => {
    for (const path of ['/.well-known/jwks.json', '/t/aurora/.well-known/jwks.json']) {
      const { status, body } = await call(server.url, 'GET', path);
      expect(status).toBe(200);
      const { keys } = body as unknown as { keys: Record<string, unknown>[] };
      expect(keys).toHaveLength(2);
      for (const key of keys) expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    }
  });

  test('are found by what the issuer says of itself', async () => {
    const { body } = await call(server.url, 'GET', '/t/aurora/.well-known/openid-configuration');
    expect(body).toMatchObject({ issuer: `${server.url}/t/aurora`, jwks_uri: `${server.url}/t/aurora/.well-known/jwks.json` });
  });

  test.each(['nobody', 'AURORA', "x'"])('of %s are NOT_FOUND', async (id) => {
    expect((await call(server.url, 'GET', `/t/${id}/.well-known/jwks.json`)).status).toBe(404);
    expect((await call(server.url, 'GET', `/t/${id}/.well-known/openid-configuration`)).status).toBe(404);
  });
});

describe('a token of the wrong kind', () => {
  test('none is UNAUTHENTICATED, and says how', async () => {
    const reply = await call(server.url, 'GET', '/api/v1/tenants');
    expect(reply).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="tenantry"');
  });

  test('a user’s opens no operators’ call, an operator’s no tenant', async () => {
    const user = await server.tenantToken('aurora', 'admin');
    expect(await call(server.url, 'GET', '/api/v1/tenants', { token: user })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const operator = await server.operatorToken();
    const reply = await call(server.url, 'POST', '/graphql', { token: operator, body: { query: '{ __typename }' } });
    expect(reply).toMatchObject({ status: 403, body: { code: 'TENANT_CONTEXT_REQUIRED' } });
  });

  test('a foreign one is TOKEN_INVALID', async () => {
    const reply = await call(server.url, 'GET', '/api/v1/tenants', { token: 'eyJhbGciOiJub25lIn0.e30.' });
    expect(reply).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
    expect(reply.headers.get('www-authenticate')).toContain('invalid_token');
  });
});

test('too often from one address is RATE_LIMITED, with the time to wait', async () => {
  let reply = await signIn('/auth/login', 'flood-0@operators.example', 'wrong');
  for (let attempt = 1; attempt < 40 && reply.status !== 429; attempt += 1) {
    reply = await signIn('/auth/login', `flood-${attempt}@operators.example`, 'wrong');
  }
  expect(reply).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
});
