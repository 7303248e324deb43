import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giveOperatorPassword } from '../../server/identity/first-start.ts';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call, operatorApi } from './api.ts';
import { cookieOf, signInClient, tokenOf } from './sign-in-client.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ worker: true, tenants: ['aurora', 'borealis'] });
  await server.db.addOperator('lost@operators.example', 'developer');
  await server.db.addOperator('guard@operators.example', 'security');
});
afterAll(async () => {
  await server.close();
});

const aurora = '/api/v1/tenants/aurora/auth';
const platform = '/api/v1/auth';
const people = {
  [platform]: { email: 'guard@operators.example', probe: (token: string) => call(server.url, 'GET', '/api/v1/tenants', { token }) },
  [aurora]: {
    email: 'manager@aurora.example',
    probe: (token: string) => call(server.url, 'POST', '/graphql', { token, body: { query: '{ brands { totalCount } }' } }),
  },
};

const { login, withCookie, messages, tokenFor } = signInClient(() => server);

describe.each(Object.entries(people))('a session at %s', (path, { email, probe }) => {
  test('keeps its refresh token out of scripts’ reach and on its own path', async () => {
    const reply = await login(path, email);
    const cookie = reply.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^tenantry_refresh=[A-Za-z0-9_-]{43}; /);
    expect(cookie).toContain(`Path=${path};`);
    expect(cookie).toContain('HttpOnly; SameSite=Strict');
    expect(JSON.stringify(reply.body)).not.toContain(cookieOf(reply).split('=')[1]);
  });

  test('is renewed by its refresh token, once; the second use ends it, for the thief and for the owner', async () => {
    const first = await login(path, email);
    const second = await withCookie(path, 'refresh', cookieOf(first));
    expect(second.status).toBe(200);
    expect(decodeJwt(tokenOf(second))['sid']).toBe(decodeJwt(tokenOf(first))['sid']);
    expect((await probe(tokenOf(second))).status).toBe(200);

    const replayed = await withCookie(path, 'refresh', cookieOf(first));
    expect(replayed).toMatchObject({ status: 401, body: { code: 'TOKEN_REVOKED' } });
    expect(await withCookie(path, 'refresh', cookieOf(second))).toMatchObject({ status: 401, body: { code: 'TOKEN_EXPIRED' } });
    await expect.poll(async () => (await probe(tokenOf(second))).body.code).toBe('TOKEN_REVOKED');
  });

  test('ends by signing out, with its access token', async () => {
    const reply = await login(path, email);
    expect((await probe(tokenOf(reply))).status).toBe(200);
    const out = await withCookie(path, 'logout', cookieOf(reply));
    expect(out.status).toBe(200);
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    await expect.poll(async () => (await probe(tokenOf(reply))).body.code).toBe('TOKEN_REVOKED');
    expect((await withCookie(path, 'refresh', cookieOf(reply))).status).toBe(401);
  });

  test('is listed with the others of its person, and each can be ended', async () => {
    const here = await login(path, email);
    const there = await login(path, email);
    const mine = await call(server.url, 'GET', `${path}/sessions`, { token: tokenOf(here) });
    const items = mine.body['items'] as { id: string; current: boolean; address: string }[];
    expect(items.find((item) => item.current)?.id).toBe(decodeJwt(tokenOf(here))['sid']);
    const other = String(decodeJwt(tokenOf(there))['sid']);
    expect(items.map((item) => item.id)).toContain(other);
    expect(items[0]?.address).toMatch(/127\.0\.0\.1|::1/);
    expect((await call(server.url, 'DELETE', `${path}/sessions/${other}`, { token: tokenOf(here) })).status).toBe(200);
    await expect.poll(async () => (await probe(tokenOf(there))).body.code).toBe('TOKEN_REVOKED');
    expect((await probe(tokenOf(here))).status).toBe(200);
    expect(await call(server.url, 'DELETE', `${path}/sessions/${other}`, { token: tokenOf(here) })).toMatchObject({ status: 404 });
  });

  test('is not renewed without a cookie, or with one that was made up', async () => {
    expect(await call(server.url, 'POST', `${path}/refresh`)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    for (const made of ['x', 'a'.repeat(43), "'; drop table users --"]) {
      expect(await withCookie(path, 'refresh', `tenantry_refresh=${made}`)).toMatchObject({ status: 401, body: { code: 'TOKEN_EXPIRED' } });
    }
  });

  test('ends with the password: the old one and the other sessions are over', async () => {
    const other = await login(path, email);
    const words = 'a sentence that nobody else would say';
    expect(await login(path, email, testPassword, { newPassword: 'short' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'newPassword' }] },
    });
    expect(await login(path, email, testPassword, { newPassword: 'passwordpassword' })).toMatchObject({ status: 422 });
    const changed = await login(path, email, testPassword, { newPassword: words });
    expect(changed).toMatchObject({ status: 200, body: { mustChangePassword: false } });
    expect((await probe(tokenOf(changed))).status).toBe(200);
    await expect.poll(async () => (await probe(tokenOf(other))).body.code).toBe('TOKEN_REVOKED');
    expect(await login(path, email)).toMatchObject({ status: 401, body: { code: 'BAD_CREDENTIALS' } });
    expect((await login(path, email, words, { newPassword: testPassword })).status).toBe(200);
  });
});

test('a refresh token of one tenant renews nothing in another, nor at the platform', async () => {
  const cookie = cookieOf(await login(aurora, 'viewer@aurora.example'));
  expect((await withCookie('/api/v1/tenants/borealis/auth', 'refresh', cookie)).status).toBe(401);
  expect((await withCookie(platform, 'refresh', cookie)).status).toBe(401);
  expect((await withCookie(aurora, 'refresh', cookie)).status).toBe(200);
});

test('an operator whom nobody can help gets a first password from the command line', async () => {
  const email = 'lost@operators.example';
  const before = await login(platform, email);
  expect(before.status).toBe(200);
  const made = await server.db.withOwner(async (client) => await giveOperatorPassword(client, email));
  expect(await login(platform, email, made)).toMatchObject({ status: 200, body: { mustChangePassword: true } });
  expect((await login(platform, email)).status).toBe(401);
  expect((await login(platform, email, made, { newPassword: testPassword })).status).toBe(200);
  await expect(server.db.withOwner(async (client) => await giveOperatorPassword(client, 'nobody@operators.example'))).rejects.toMatchObject({ code: 'TN003' });
});

test('an operator who is invited chooses a password by the message, the newest one', async () => {
  const api = operatorApi(server);
  const body = { email: 'ines@operators.example', name: 'Ines', role: 'developer' };
  expect(await api('POST', '/operators', body)).toMatchObject({ status: 201, body: { status: 'invited' } });
  const first = await tokenFor(body.email);
  expect((await login(platform, body.email)).status).toBe(401);
  const count = messages().length;
  expect((await api('POST', '/operators', body)).status).toBe(201);
  await expect.poll(() => messages().length).toBe(count + 1);
  const accept = async (token: string) => await call(server.url, 'POST', `${platform}/accept`, { body: { token, newPassword: testPassword } });
  expect((await accept(first)).status).toBe(422);
  expect((await accept(await tokenFor(body.email))).status).toBe(200);
  expect((await login(platform, body.email)).body).toMatchObject({ operator: { role: 'developer' } });
  expect(await api('POST', '/operators', body)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
});

test('a password kept under older parameters is hashed anew when it is used', async () => {
  const stored = async (hash: string | null = null): Promise<string> =>
    await server.db.withOwner(async (client) => {
      const one = `user_id = (select id from tenant_borealis.users where email = 'viewer@borealis.example')`;
      if (hash !== null) await client.query(`update tenant_borealis.user_credentials set password_hash = $1 where ${one}`, [hash]);
      return (await client.query(`select password_hash from tenant_borealis.user_credentials where ${one}`)).rows[0].password_hash;
    });
  const weak = await hash(testPassword, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  expect(await stored(weak)).toBe(weak);
  const borealis = '/api/v1/tenants/borealis/auth';
  expect((await login(borealis, 'viewer@borealis.example', 'wrong')).status).toBe(401);
  expect(await stored()).toBe(weak);
  expect((await login(borealis, 'viewer@borealis.example')).status).toBe(200);
  expect(await stored()).toContain('m=19456,t=2');
  expect((await login(borealis, 'viewer@borealis.example')).status).toBe(200);
});

test('an operator who is disabled is out at once', async () => {
  await server.db.addOperator('leaver@operators.example', 'developer');
  const token = tokenOf(await login(platform, 'leaver@operators.example'));
  expect((await people[platform].probe(token)).status).toBe(200);
  const setStatus = async (status: string) =>
    await server.db.withOwner(
      async (client) => await client.query(`update platform.operators set status = $1 where email = 'leaver@operators.example'`, [status]),
    );
  await setStatus('disabled');
  await expect.poll(async () => (await people[platform].probe(token)).body.code).toBe('TOKEN_REVOKED');
  expect((await login(platform, 'leaver@operators.example')).status).toBe(401);
  await setStatus('active');
  expect((await login(platform, 'leaver@operators.example')).status).toBe(200);
});

test('the path may not name another tenant than the token', async () => {
  const token = tokenOf(await login(aurora, 'viewer@aurora.example'));
  expect(await call(server.url, 'GET', '/api/v1/tenants/borealis/auth/sessions', { token })).toMatchObject({
    status: 403,
    body: { code: 'TENANT_FORBIDDEN' },
  });
  expect((await call(server.url, 'GET', `${aurora}/sessions`, { token })).status).toBe(200);
});

describe('a first password', () => {
  const first = 'made for somebody else to change';
  const give = async (age: string) => {
    const { hashPassword } = await import('../../server/identity/passwords.ts');
    await server.db.withOwner(async (client) => {
      await client.query(`select identity.set_user_password('aurora', 'viewer@aurora.example', $1, true)`, [await hashPassword(first)]);
      await client.query(
        `update tenant_aurora.user_credentials set expires_at = expires_at - $1::interval
          where user_id = (select id from tenant_aurora.users where email = 'viewer@aurora.example')`,
        [age],
      );
    });
  };

  test('opens a session that cannot be renewed, until it is changed', async () => {
    await give('0');
    const reply = await login(aurora, 'viewer@aurora.example', first);
    expect(reply).toMatchObject({ status: 200, body: { mustChangePassword: true } });
    expect(reply.headers.get('set-cookie')).toContain('Max-Age=0');
    const changed = await login(aurora, 'viewer@aurora.example', first, { newPassword: testPassword });
    expect(changed).toMatchObject({ status: 200, body: { mustChangePassword: false } });
    expect((await withCookie(aurora, 'refresh', cookieOf(changed))).status).toBe(200);
  });

  test('runs out after three days, and can then not be changed either', async () => {
    await give('3 days');
    const words = { newPassword: 'a sentence for the time after' };
    expect(await login(aurora, 'viewer@aurora.example', first)).toMatchObject({ status: 401, body: { detail: expect.stringContaining('run out') } });
    expect(await login(aurora, 'viewer@aurora.example', first, words)).toMatchObject({ status: 401, body: { detail: expect.stringContaining('run out') } });
    await give('2 days');
    expect((await login(aurora, 'viewer@aurora.example', first, { newPassword: testPassword })).status).toBe(200);
  });

  test('that was looked at before a reset opens nothing after it', async () => {
    const auth = async (sql: string, values: unknown[]) =>
      await server.db.withLogin(`${server.db.prefix}tenantry_auth`, async (client) => (await client.query(sql, values)).rows[0]);
    const begin = async () => (await auth(`select attempt_id from identity.begin_sign_in('aurora', 'viewer@aurora.example')`, [])).attempt_id;
    const finish = async (attempt: string) => await auth(`select session_id from identity.finish_sign_in('aurora', $1, true, $2)`, [attempt, randomBytes(32).toString('hex')]);
    const attempt = await begin();
    await give('0');
    expect(await finish(attempt)).toBeUndefined();
    expect(await finish(await begin())).toMatchObject({ session_id: expect.any(String) });
    expect((await login(aurora, 'viewer@aurora.example', first, { newPassword: testPassword })).status).toBe(200);
  });
});

describe('a password that is lost', () => {
  test.each([
    [platform, 'lost@operators.example'],
    [aurora, 'user@aurora.example'],
  ])('is replaced at %s by the token of a message, once', async (path, email) => {
    const before = await login(path, email);
    expect((await call(server.url, 'POST', `${path}/forgot`, { body: { email } })).status).toBe(202);
    const token = await tokenFor(email);
    const words = 'another sentence nobody would say';
    const own = await call(server.url, 'POST', `${path}/accept`, { body: { token, newPassword: `${email}12` } });
    expect(own).toMatchObject({ status: 422, body: { errors: [{ field: 'newPassword', message: expect.stringContaining('e-mail address') }] } });
    const accepted = await call(server.url, 'POST', `${path}/accept`, { body: { token, newPassword: words } });
    expect(accepted).toMatchObject({ status: 200, body: { email } });
    expect((await login(path, email)).status).toBe(401);
    expect((await login(path, email, words, { newPassword: testPassword })).status).toBe(200);
    expect(await call(server.url, 'POST', `${path}/accept`, { body: { token, newPassword: words } })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'token' }] },
    });
    expect((await withCookie(path, 'refresh', cookieOf(before))).status).toBe(401);
  });

  test('of nobody is answered alike, and sends nothing', async () => {
    const count = messages().length;
    const known = await call(server.url, 'POST', `${aurora}/forgot`, { body: { email: 'admin@aurora.example' } });
    const unknown = await call(server.url, 'POST', `${aurora}/forgot`, { body: { email: 'ghost@aurora.example' } });
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
    await tokenFor('admin@aurora.example');
    await expect
      .poll(async () => (await server.db.withOwner(async (client) => (await client.query('select from jobs.outbox')).rowCount)))
      .toBe(0);
    expect(messages().length).toBe(count + 1);
  });

  test('is replaced for a user whom an operator resets; a locked account opens with it', async () => {
    const api = operatorApi(server, 'operator');
    const users = (await api('GET', '/tenants/aurora/users')).body['items'] as { id: string; email: string }[];
    const admin = users.find(({ email }) => email === 'admin@aurora.example')?.id ?? '';
    for (let attempt = 0; attempt < 5; attempt += 1) await login(aurora, 'admin@aurora.example', 'wrong');
    expect((await login(aurora, 'admin@aurora.example')).status).toBe(423);
    const count = messages().length;
    expect((await api('POST', `/tenants/aurora/users/${admin}/reset`)).status).toBe(200);
    await expect.poll(() => messages().length).toBe(count + 1);
    const token = await tokenFor('admin@aurora.example');
    expect((await call(server.url, 'POST', `${aurora}/accept`, { body: { token, newPassword: testPassword } })).status).toBe(200);
    expect((await login(aurora, 'admin@aurora.example')).status).toBe(200);
  });
});
