/** Each event of signing in names its request and the address that it came from. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giveOperatorPassword } from '../../server/identity/first-start.ts';
import { hashPassword } from '../../server/identity/passwords.ts';
import { makeSingleUseToken } from '../../server/identity/single-use.ts';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call, operatorApi } from './api.ts';
import type { Reply } from './api.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ tenants: ['aurora', 'borealis', 'cygnus'] });
});
afterAll(async () => {
  await server.close();
});

const auth = '/api/v1/tenants/aurora/auth';

/** Sends a request and reads what the database recorded of it. */
async function recorded(path: string, options: Parameters<typeof call>[3] = {}) {
  const reply = await call(server.url, 'POST', path, options);
  const events = await server.db.withOwner(async (client) =>
    (
      await client.query<{ action: string; address: string | null }>(
        `select action, detail ->> 'address' as address from audit.buffer where request_id = $1 and source = 'database' order by id`,
        [reply.headers.get('x-request-id')],
      )
    ).rows,
  );
  return { reply, events };
}

const cookieOf = (reply: Reply): string => reply.headers.get('set-cookie')?.split(';')[0] ?? '';
const unsigned = (...parts: string[]): string => [...parts.map((part) => Buffer.from(part).toString('base64url')), 'AAAA'].join('.');
const own = (action: string) => ({ action, address: '127.0.0.1' });

test('signing in, renewing, using a token again and signing out', async () => {
  const credentials = { body: { email: 'viewer@aurora.example', password: testPassword } };
  const first = await recorded(`${auth}/login`, credentials);
  expect(first).toMatchObject({ reply: { status: 200 } });
  expect(first.events).toContainEqual(own('sign_in.succeed'));
  const used = { headers: { Cookie: cookieOf(first.reply) } };
  expect((await recorded(`${auth}/refresh`, used)).reply.status).toBe(200);
  expect(await recorded(`${auth}/refresh`, used)).toMatchObject({ reply: { status: 401 }, events: [own('session.reuse')] });

  const second = await recorded(`${auth}/login`, credentials);
  expect((await recorded(`${auth}/logout`, { headers: { Cookie: cookieOf(second.reply) } })).events).toEqual([own('session.end')]);
});

test('a wrong password, a locked address, and a password that is lost', async () => {
  const wrong = { body: { email: 'nobody@aurora.example', password: 'not the password' } };
  for (let n = 1; n <= 5; n += 1) {
    expect(await recorded(`${auth}/login`, wrong)).toMatchObject({ reply: { status: 401 }, events: [own('sign_in.refuse')] });
  }
  expect(await recorded(`${auth}/login`, wrong)).toMatchObject({ reply: { status: 423 }, events: [own('sign_in.refuse')] });
  expect((await recorded(`${auth}/forgot`, { body: { email: 'nobody@aurora.example' } })).events).toEqual([own('password.forget')]);
});

test('operators too, and programs that ask for a token', async () => {
  await server.db.addOperator('trail@operators.example', 'admin');
  const operator = await recorded('/api/v1/auth/login', { body: { email: 'trail@operators.example', password: testPassword } });
  expect(operator.events).toContainEqual(own('sign_in.succeed'));
  const program = await recorded('/api/v1/oauth/token', {
    raw: new URLSearchParams({ grant_type: 'client_credentials', client_id: randomUUID(), client_secret: 'x', resource: `${server.url}/t/aurora` }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  expect(program).toMatchObject({ reply: { status: 401 }, events: [own('service_token.refuse')] });
});

test.each([
  ['operators', 'passwords@operators.example', '/api/v1/auth', 'platform.operators', 'platform_private.operator_invitations', 'operator_id'],
  ['users', 'user@aurora.example', auth, 'tenant_aurora.users', 'tenant_aurora.user_invitations', 'user_id'],
])('each password of %s that is set or changed is an event of its own, which says of whom and by what', async (kind, email, path, people, invitations, person) => {
  if (kind === 'operators') await server.db.addOperator(email, 'developer');
  const owner = async (sql: string, values: unknown[]) => await server.db.withOwner(async (client) => (await client.query(sql, values)).rows);
  const [found] = await owner(`select id from ${people} where email = $1`, [email]);
  const passwords = async () =>
    await owner(
      `select action, actor, tenant_id, detail - 'address' as detail from audit.buffer
        where subject = $1 and action ^@ 'password.' order by id`, [`${kind}:${found?.id}`]);
  const common = { tenant_id: kind === 'users' ? 'aurora' : null };
  const own = { ...common, actor: `${kind === 'users' ? 'user' : 'operator'}:${found?.id}` };
  const byCommand = { ...common, actor: expect.stringContaining('login:') };
  const made = { ...byCommand, action: 'password.set', detail: { mustChange: false } };
  expect(await passwords()).toEqual([made]);

  // A sign-in alone is none.
  expect((await recorded(`${path}/login`, { body: { email, password: testPassword } })).reply.status).toBe(200);
  expect(await passwords()).toEqual([made]);
  const words = 'another sentence nobody would say';
  expect((await recorded(`${path}/login`, { body: { email, password: testPassword, newPassword: words } })).reply.status).toBe(200);
  const changed = { ...own, action: 'password.change', detail: {} };
  expect(await passwords()).toEqual([made, changed]);

  const token = makeSingleUseToken();
  await owner(`insert into ${invitations} (${person}, purpose, token_hash, expires_at) values ($1, 'reset', $2, now() + interval '1 hour')`, [found?.id, token.hash]);
  expect((await recorded(`${path}/accept`, { body: { token: token.token, newPassword: `${words} twice` } })).reply.status).toBe(200);
  const reset = { ...own, action: 'password.set', detail: { mustChange: false, by: 'reset' } };
  expect(await passwords()).toEqual([made, changed, reset]);

  await server.db.withOwner(async (client) => {
    if (kind === 'operators') await giveOperatorPassword(client, email);
    else await client.query(`select identity.set_user_password('aurora', $1, $2, true)`, [email, await hashPassword(words)]);
  });
  expect(await passwords()).toEqual([made, changed, reset, { ...byCommand, action: 'password.set', detail: { mustChange: true } }]);
});

describe('the door of a tenant that is suspended', () => {
  const door = (tenant: string, call: string) => `/api/v1/tenants/${tenant}/auth/${call}`;
  const refusalOf = async (reply: Reply) => {
    let found: unknown[] = [];
    await expect
      .poll(async () => {
        found = await server.db.withOwner(async (client) =>
          (await client.query(`select tenant_id, actor, outcome, detail ->> 'code' as code from audit.buffer where request_id = $1 and source = 'server'`,
            [reply.headers.get('x-request-id')])).rows);
        return found.length;
      })
      .toBe(1);
    return found[0];
  };

  test.each([
    ['login', { email: 'viewer@borealis.example', password: testPassword }],
    ['login', { email: 'nobody@borealis.example', password: 'not the password' }],
    ['forgot', { email: 'viewer@borealis.example' }],
    ['accept', { token: 'x', newPassword: 'another sentence nobody would say' }],
    ['exchange', { idToken: unsigned('{"alg":"RS256","kid":"x"}', '{"iss":"https://issuer.example"}') }],
    ['refresh', undefined],
  ])('is named by what came to it: %s', async (name, body) => {
    const cookie = cookieOf(await call(server.url, 'POST', door('cygnus', 'login'), { body: { email: 'viewer@cygnus.example', password: testPassword } }));
    const operator = operatorApi(server);
    for (const tenant of ['borealis', 'cygnus']) expect((await operator('POST', `/tenants/${tenant}/suspend`, { reason: 'unpaid' })).status).toBe(200);
    try {
      // A renewal comes with a session of the tenant; all else with nothing that was shown to be true.
      const tenant = name === 'refresh' ? 'cygnus' : 'borealis';
      const reply = await call(server.url, 'POST', door(tenant, name), name === 'refresh' ? { headers: { Cookie: cookie } } : { body });
      expect(reply).toMatchObject({ status: 403, body: { code: 'TENANT_SUSPENDED' } });
      expect(await refusalOf(reply)).toEqual({ tenant_id: tenant, actor: 'anonymous', outcome: 'refused', code: 'TENANT_SUSPENDED' });
    } finally {
      for (const tenant of ['borealis', 'cygnus']) await operator('POST', `/tenants/${tenant}/activate`, {});
    }
  });

  test('is nobody else’s: what only a claim says names no tenant', async () => {
    const token = unsigned('{"alg":"EdDSA","kid":"x"}', `{"iss":"${server.url}/t/borealis","tid":"borealis"}`);
    const reply = await call(server.url, 'POST', '/graphql', { token, body: { query: '{ __typename }' } });
    expect(reply.status).toBe(401);
    expect(await refusalOf(reply)).toMatchObject({ tenant_id: null, actor: 'anonymous' });
    const nowhere = await call(server.url, 'POST', door('nowhere', 'login'), { body: { email: 'a@b.example', password: 'x' } });
    expect(nowhere.status).toBe(404);
    const { rows } = await server.db.withOwner(async (client) => await client.query(`select from audit.buffer where tenant_id = 'nowhere'`));
    expect(rows).toEqual([]);
  });
});
