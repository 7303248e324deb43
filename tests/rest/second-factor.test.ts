/** A second factor from setting it up to losing it, over HTTP, for operators and for a tenant's users alike. */
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeSingleUseToken } from '../../server/identity/single-use.ts';
import { testPassword } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from './api.ts';
import type { Reply } from './api.ts';

let server: TestServer;
beforeAll(async () => {
  // No worker, which would seal what the tests read in the trail's buffer. Codes are of a time: the clock of this process stands still in the middle of a step until a test moves it. The database's goes on.
  vi.useFakeTimers({ toFake: ['Date'], now: Math.floor(Date.now() / STEP_MS) * STEP_MS + STEP_MS / 2 });
  server = await startTestServer({ tenants: ['aurora', 'borealis'] });
  for (const name of ['otto', 'lore', 'ada']) await server.db.addOperator(`${name}@operators.example`, name === 'ada' ? 'admin' : 'operator');
});
afterAll(async () => {
  await server.close();
  vi.useRealTimers();
});

const STEP_MS = 30_000;
const platform = '/api/v1/auth';
const aurora = '/api/v1/tenants/aurora/auth';
const borealis = '/api/v1/tenants/borealis/auth';

const login = async (path: string, email: string, more: Record<string, unknown> = {}) =>
  await call(server.url, 'POST', `${path}/login`, { body: { email, password: testPassword, ...more } });
const tokenOf = (reply: Reply): string => String(reply.body['accessToken']);
const said = ({ status, body }: Reply) => [status, body.code ?? 'ok'];
const probe = async (path: string, token: string) =>
  path === platform
    ? await call(server.url, 'GET', '/api/v1/tenants', { token })
    : await call(server.url, 'POST', '/graphql', { token, body: { query: '{ brands { totalCount } }' } });
/** All that a refusal says, but the number of the request. */
const wordsOf = ({ status, body }: Reply) => ({ ...body, status, requestId: '' });
/** A code of the present step, or of one so many steps away. */
const codeOf = (secret: string, away = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + away * STEP_MS });
/** A code of six digits that no step in reach has. */
const wrongCode = (secret: string): string => {
  const near = new Set([-2, -1, 0, 1, 2].map((away) => codeOf(secret, away)));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !near.has(code)) ?? '';
};
const pass = (steps: number): void => {
  vi.setSystemTime(Date.now() + steps * STEP_MS);
};
const owner = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  await server.db.withOwner(async (client) => (await client.query<T>(sql, values)).rows);

/** Sets a second factor up. @returns its secret, the recovery codes, and a token of the session that did it */
async function enrol(path: string, email: string) {
  const token = tokenOf(await login(path, email));
  const added = await call(server.url, 'POST', `${path}/second-factor`, { token, body: { password: testPassword } });
  expect(said(added)).toEqual([201, 'ok']);
  const secret = String(added.body['secret']);
  const confirmed = await call(server.url, 'POST', `${path}/second-factor/confirm`, { token, body: { code: codeOf(secret) } });
  expect(said(confirmed)).toEqual([200, 'ok']);
  pass(1);
  return { secret, token, recoveryCodes: confirmed.body['recoveryCodes'] as string[] };
}

describe.each([
  [platform, 'otto@operators.example', 'Tenantry'],
  [aurora, 'manager@aurora.example', 'Tenant aurora'],
])('at %s', (path, email, issuer) => {
  let secret = '';
  let token = '';
  let recoveryCodes: string[] = [];
  const own = async (method: string, more = '', body?: unknown) =>
    await call(server.url, method, `${path}/second-factor${more}`, { token, ...(body !== undefined && { body }) });

  test('is set up by who knows the password, and asks for nothing until it is confirmed', async () => {
    token = tokenOf(await login(path, email));
    expect((await own('GET')).body).toEqual({ status: 'none', confirmedAt: null, recoveryCodesLeft: 0 });
    expect(said(await own('POST', '/confirm', { code: '123456' }))).toEqual([404, 'NOT_FOUND']);
    expect(said(await own('DELETE', '', { password: testPassword }))).toEqual([404, 'NOT_FOUND']);
    expect(said(await own('POST', '', { password: 'wrong' }))).toEqual([401, 'BAD_CREDENTIALS']);
    const { status, body } = await own('POST', '', { password: testPassword });
    expect(status).toBe(201);
    secret = String(body['secret']);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(String(body['uri']));
    expect([uri.protocol, uri.host]).toEqual(['otpauth:', 'totp']);
    expect(decodeURIComponent(uri.pathname).toLowerCase()).toBe(`/${issuer}:${email}`.toLowerCase());
    expect(uri.searchParams.get('secret')).toBe(secret);
    expect((await own('GET')).body).toMatchObject({ status: 'unconfirmed' });
    expect(said(await login(path, email))).toEqual([200, 'ok']);
  });

  test('a second setting up before the confirmation takes the place of the first', async () => {
    const first = secret;
    secret = String((await own('POST', '', { password: testPassword })).body['secret']);
    expect(secret).not.toBe(first);
    expect(said(await own('POST', '/confirm', { code: codeOf(first) }))).toEqual([422, 'INVALID_INPUT']);
  });

  test('is confirmed by a code, once; other sessions end and recovery codes are shown', async () => {
    const other = tokenOf(await login(path, email));
    expect((await probe(path, other)).status).toBe(200);
    expect(said(await own('POST', '/confirm', { code: wrongCode(secret) }))).toEqual([422, 'INVALID_INPUT']);
    const { status, body } = await own('POST', '/confirm', { code: codeOf(secret) });
    expect(status).toBe(200);
    recoveryCodes = body['recoveryCodes'] as string[];
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$/);
    await expect.poll(async () => said(await probe(path, other))).toEqual([401, 'TOKEN_REVOKED']);
    expect((await probe(path, token)).status).toBe(200);
    expect((await own('GET')).body).toMatchObject({ status: 'confirmed', recoveryCodesLeft: 10 });
    expect(said(await own('POST', '/confirm', { code: codeOf(secret) }))).toEqual([409, 'CONFLICT']);
    expect(said(await own('POST', '', { password: testPassword }))).toEqual([409, 'CONFLICT']);
  });

  test('the right password alone opens nothing, and a wrong one says what it says to everybody', async () => {
    const reply = await login(path, email);
    expect(said(reply)).toEqual([401, 'SECOND_FACTOR_REQUIRED']);
    expect(reply.headers.get('set-cookie')).toBeNull();
    expect(reply.body).not.toHaveProperty('accessToken');
    expect(said(await login(path, email, { newPassword: 'quite another long one' }))).toEqual([401, 'SECOND_FACTOR_REQUIRED']);
    const wrong = async (address: string, more = {}) => wordsOf(await login(path, address, { password: 'wrong', ...more }));
    expect(await wrong(email)).toEqual(await wrong('nobody@operators.example'));
    expect(await wrong(email, { code: codeOf(secret, 1) })).toEqual(await wrong('nobody@operators.example', { code: '123456' }));
  });

  test('a code works once', async () => {
    expect(said(await login(path, email, { code: codeOf(secret) }))).toEqual([401, 'BAD_CREDENTIALS']);
    pass(1);
    const code = codeOf(secret);
    const replies = await Promise.all([login(path, email, { code }), login(path, email, { code })]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    expect(said(await login(path, email, { code }))).toEqual([401, 'BAD_CREDENTIALS']);
    pass(1);
    expect(said(await login(path, email, { code: `${codeOf(secret).slice(0, 3)} ${codeOf(secret).slice(3)}` }))).toEqual([200, 'ok']);
  });

  test('a clock may be wrong by one step and no more, and no step goes back', async () => {
    pass(4);
    expect(said(await login(path, email, { code: codeOf(secret, -2) }))).toEqual([401, 'BAD_CREDENTIALS']);
    // A right password with a wrong code is told from a wrong password with any code by nobody.
    const stranger = await login(path, 'nobody@operators.example', { code: '123456' });
    expect(said(stranger)).toEqual([401, 'BAD_CREDENTIALS']);
    expect(wordsOf(await login(path, email, { code: codeOf(secret, 2) }))).toEqual(wordsOf(stranger));
    expect(said(await login(path, email, { code: codeOf(secret, -1) }))).toEqual([200, 'ok']);
    expect(said(await login(path, email, { code: codeOf(secret, 1) }))).toEqual([200, 'ok']);
    expect(said(await login(path, email, { code: codeOf(secret) }))).toEqual([401, 'BAD_CREDENTIALS']);
  });

  test('a recovery code works once, however it is typed', async () => {
    const code = recoveryCodes[0] ?? '';
    expect(said(await login(path, email, { code: code.toLowerCase().replaceAll('-', ' ') }))).toEqual([200, 'ok']);
    expect(said(await login(path, email, { code }))).toEqual([401, 'BAD_CREDENTIALS']);
    const both = await Promise.all([login(path, email, { code: recoveryCodes[1] }), login(path, email, { code: recoveryCodes[1] })]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    expect((await own('GET')).body).toMatchObject({ recoveryCodesLeft: 8 });
  });

  test('neither secret nor codes stand in the trail, in the log or open in the database', async () => {
    const [row] = await owner<{ everything: string; sealed: Buffer }>(
      `select (select jsonb_agg(e)::text from audit.buffer e) || (select jsonb_agg(f)::text from platform_private.second_factors f) as everything`);
    const everything = (row?.everything ?? '') + JSON.stringify(server.log);
    // Not toContain: a failure would print all of it.
    expect(everything.includes('second_factor.confirm')).toBe(true);
    const raw = Buffer.from(Secret.fromBase32(secret).bytes);
    for (const text of [secret, raw.toString('hex'), raw.toString('base64'), ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))]) {
      expect(everything.includes(text)).toBe(false);
    }
  });

  test('is removed by its own code, or by the password; not by a wrong one', async () => {
    expect(said(await own('DELETE', '', { code: wrongCode(secret) }))).toEqual([401, 'BAD_CREDENTIALS']);
    expect(said(await own('DELETE', '', { password: 'wrong' }))).toEqual([401, 'BAD_CREDENTIALS']);
    expect(said(await own('DELETE', '', { password: testPassword, code: codeOf(secret) }))).toEqual([422, 'INVALID_INPUT']);
    expect(said(await login(path, email))).toEqual([401, 'SECOND_FACTOR_REQUIRED']);
    expect(said(await own('DELETE', '', { code: recoveryCodes[2] }))).toEqual([200, 'ok']);
    const reply = await login(path, email);
    expect(said(reply)).toEqual([200, 'ok']);
    const anew = await enrol(path, email);
    token = anew.token;
    expect(said(await login(path, email))).toEqual([401, 'SECOND_FACTOR_REQUIRED']);
    expect(said(await own('DELETE', '', { password: testPassword }))).toEqual([200, 'ok']);
    expect(said(await login(path, email))).toEqual([200, 'ok']);
  });

  test('each change stands in the trail', async () => {
    const [person] = await owner<{ id: string }>(`select id::text from ${path === platform ? 'platform.operators' : 'tenant_aurora.users'} where email = $1`, [email]);
    const events = await owner<{ action: string; actor: string }>(
      `select distinct action, actor from audit.buffer where subject like '%:' || $1 and action ~ 'second_factor|challenge' order by 1`, [person?.id]);
    expect(new Set(events.map(({ action }) => action))).toEqual(
      new Set(['second_factor.enrol', 'second_factor.confirm', 'second_factor.recover', 'second_factor.refuse', 'second_factor.remove', 'sign_in.challenge']));
    const changes = events.filter(({ action }) => /enrol|confirm|remove/.test(action));
    for (const { actor } of changes) expect(actor).toBe(`${path === platform ? 'operator' : 'user'}:${person?.id}`);
  });
});

describe('guessing', () => {
  test.each([
    [platform, 'lore@operators.example'],
    [aurora, 'user@aurora.example'],
  ])('codes locks the account at %s like guessing passwords; the right password between the guesses does not help', async (path, email) => {
    const { secret } = await enrol(path, email);
    for (let guess = 1; guess <= 5; guess += 1) {
      expect(said(await login(path, email))).toEqual([401, 'SECOND_FACTOR_REQUIRED']);
      expect(said(await login(path, email, { code: wrongCode(secret) }))).toEqual([401, 'BAD_CREDENTIALS']);
    }
    expect(said(await login(path, email, { code: codeOf(secret) }))).toEqual([423, 'ACCOUNT_LOCKED']);
    expect(said(await login(path, email))).toEqual([423, 'ACCOUNT_LOCKED']);
    const [schema] = path === platform ? ['platform_private'] : ['tenant_aurora'];
    await owner(`update ${schema}.sign_in_locks set locked_until = now() where email_key = $1`, [email]);
    expect(said(await login(path, email, { code: codeOf(secret) }))).toEqual([200, 'ok']);
    expect(await owner(`select failures from ${schema}.sign_in_locks where email_key = $1`, [email])).toEqual([{ failures: 0 }]);
  });

  test('asking for the code is no failure, however often', async () => {
    const email = 'admin@borealis.example';
    await enrol(borealis, email);
    for (let time = 0; time < 7; time += 1) expect(said(await login(borealis, email))).toEqual([401, 'SECOND_FACTOR_REQUIRED']);
    expect(await owner('select failures, locked_until from tenant_borealis.sign_in_locks where email_key = $1', [email])).toEqual([
      { failures: 0, locked_until: null },
    ]);
  });
});

test('a secret is sealed for one person: put into another’s row it opens nothing', async () => {
  const mine = await enrol(borealis, 'manager@borealis.example');
  await enrol(borealis, 'user@borealis.example');
  const move = async (from: string, to: string) =>
    await owner(
      `update platform_private.second_factors f set sealed = (select g.sealed from platform_private.second_factors g
          join tenant_borealis.users u on u.id = g.person_id and u.email = $1)
        from tenant_borealis.users v where v.id = f.person_id and v.email = $2`, [from, to]);
  await move('manager@borealis.example', 'user@borealis.example');
  expect(said(await login(borealis, 'user@borealis.example', { code: codeOf(mine.secret) }))).toEqual([500, 'INTERNAL']);
  expect(said(await login(borealis, 'manager@borealis.example', { code: codeOf(mine.secret) }))).toEqual([200, 'ok']);
});

test('no login and no tenant reads the table; only its owner does', async () => {
  const read = 'select from platform_private.second_factors';
  const { prefix } = server.db;
  for (const login of ['auth', 'api', 'worker', 'audit', 'lane_00']) {
    expect(await server.db.withLogin(`${prefix}tenantry_${login}`, async (client) => await sqlstateOf(() => client.query(read)))).toBe('42501');
  }
  for (const title of ['admin', 'operator', 'security', 'developer'] as const) {
    expect(await server.db.withOperator(title, async (client) => await sqlstateOf(() => client.query(read)))).toBe('42501');
  }
  const [table] = await owner(
    `select relrowsecurity as rls, (select count(*)::int from pg_policy where polrelid = c.oid) as policies
       from pg_class c where c.oid = 'platform_private.second_factors'::regclass`);
  expect(table).toEqual({ rls: true, policies: 0 });
  expect((await owner(read)).length).toBeGreaterThan(0);
});

test('a reset of the password does not remove it', async () => {
  const email = 'manager@borealis.example';
  const { token, hash } = makeSingleUseToken();
  await owner(
    `insert into tenant_borealis.user_invitations (user_id, purpose, token_hash, expires_at)
     select id, 'reset', $2, now() + interval '1 hour' from tenant_borealis.users where email = $1`, [email, hash]);
  const accepted = await call(server.url, 'POST', `${borealis}/accept`, { body: { token, newPassword: 'quite another long one' } });
  expect(said(accepted)).toEqual([200, 'ok']);
  expect(said(await login(borealis, email, { password: 'quite another long one' }))).toEqual([401, 'SECOND_FACTOR_REQUIRED']);
});

describe('of somebody who lost the device', () => {
  const idOf = async (table: string, email: string) => (await owner<{ id: string }>(`select id::text from ${table} where email = $1`, [email]))[0]?.id ?? '';

  test('is removed by a colleague who manages users, whose own is not', async () => {
    const lost = await enrol(aurora, 'viewer@aurora.example');
    const id = await idOf('tenant_aurora.users', 'viewer@aurora.example');
    // The same id in another tenant is another person; and who set one up without a code of it has none yet.
    await owner(`insert into platform_private.second_factors (tenant_id, person_id, sealed, confirmed_at, last_step) values ('borealis', $1, '', now(), 0)`, [id]);
    const beginner = await idOf('tenant_aurora.users', 'user@aurora.example');
    await owner(`delete from platform_private.second_factors where tenant_id = 'aurora' and person_id = $1`, [beginner]);
    await owner(`insert into platform_private.second_factors (tenant_id, person_id, sealed) values ('aurora', $1, '')`, [beginner]);
    const as = async (token: string, user: string) => await call(server.url, 'POST', `${aurora}/users/${user}/remove_second_factor`, { token });
    expect(said(await as(await server.tenantToken('aurora', 'manager'), id))).toEqual([403, 'FORBIDDEN']);
    const boss = await enrol(aurora, 'admin@aurora.example');
    expect(said(await as(boss.token, await idOf('tenant_aurora.users', 'admin@aurora.example')))).toEqual([403, 'FORBIDDEN']);
    // Operators see who has one: over REST and GraphQL what SQL says.
    const seen = async () => {
      const token = await server.operatorToken('security');
      const rest = await call(server.url, 'GET', '/api/v1/tenants/aurora/users', { token });
      const graphql = await call(server.url, 'POST', '/platform/graphql', { token, body: { query: '{ tenantUsers(tenantId: "aurora") { nodes { rowId secondFactor } } }' } });
      const sql = await owner<{ id: string }>(`select person_id::text as id from platform_private.second_factors where tenant_id = 'aurora' and confirmed_at is not null order by 1`);
      const items = rest.body['items'] as { id: string; secondFactor: boolean }[];
      const { tenantUsers } = (graphql.body as unknown as { data: { tenantUsers: { nodes: { rowId: string; secondFactor: boolean }[] } } }).data;
      const who = sql.map((row) => row.id);
      expect(items.filter(({ secondFactor }) => secondFactor).map((item) => item.id).toSorted()).toEqual(who);
      expect(tenantUsers.nodes.filter(({ secondFactor }) => secondFactor).map(({ rowId }) => rowId).toSorted()).toEqual(who);
      return who.includes(id);
    };
    expect(await seen()).toBe(true);
    expect(said(await as(boss.token, id))).toEqual([200, 'ok']);
    expect(await seen()).toBe(false);
    expect(said(await as(boss.token, id))).toEqual([404, 'NOT_FOUND']);
    await expect.poll(async () => said(await probe(aurora, lost.token))).toEqual([401, 'TOKEN_REVOKED']);
    expect(said(await login(aurora, 'viewer@aurora.example'))).toEqual([200, 'ok']);
    expect(await owner('select tenant_id from platform_private.second_factors where person_id = $1', [id])).toEqual([{ tenant_id: 'borealis' }]);
    expect(await owner(`select actor, before, after from audit.buffer where action = 'users.remove_second_factor' and subject = $1`, [`users:${id}`])).toEqual([
      { actor: `user:${await idOf('tenant_aurora.users', 'admin@aurora.example')}`, before: { secondFactor: true }, after: { secondFactor: false } },
    ]);
  });

  test('is removed by an operator, and an operator’s by another admin', async () => {
    const id = await idOf('tenant_aurora.users', 'admin@aurora.example');
    expect(said(await login(aurora, 'admin@aurora.example'))).toEqual([401, 'SECOND_FACTOR_REQUIRED']);
    const admin = await server.operatorToken('admin');
    expect(said(await call(server.url, 'DELETE', `/api/v1/tenants/aurora/users/${id}/second-factor`, { token: admin }))).toEqual([200, 'ok']);
    expect(said(await login(aurora, 'admin@aurora.example'))).toEqual([200, 'ok']);

    const ada = await enrol(platform, 'ada@operators.example');
    const adaId = await idOf('platform.operators', 'ada@operators.example');
    const remove = async (token: string) => await call(server.url, 'DELETE', `/api/v1/operators/${adaId}/second-factor`, { token });
    expect(said(await remove(ada.token))).toEqual([403, 'FORBIDDEN']);
    expect(said(await remove(admin))).toEqual([200, 'ok']);
    expect(said(await remove(admin))).toEqual([404, 'NOT_FOUND']);
    await expect.poll(async () => said(await probe(platform, ada.token))).toEqual([401, 'TOKEN_REVOKED']);
    expect(said(await login(platform, 'ada@operators.example'))).toEqual([200, 'ok']);
    expect(await owner(`select count(*)::int as n from audit.buffer where action = 'operators.remove_second_factor'`)).toEqual([{ n: 1 }]);
  });

  test('goes with the user', async () => {
    const [leaver] = await owner<{ id: string }>(`insert into tenant_borealis.users (email, name, role) values ('leaver@borealis.example', 'L', 'viewer') returning id::text`);
    await owner(`insert into platform_private.second_factors (tenant_id, person_id, sealed) select unnest(array['aurora', 'borealis']), $1, ''`, [leaver?.id]);
    const factors = async () => await owner('select tenant_id from platform_private.second_factors where person_id = $1 order by 1', [leaver?.id]);
    expect(await factors()).toEqual([{ tenant_id: 'aurora' }, { tenant_id: 'borealis' }]);
    await owner('delete from tenant_borealis.users where id = $1', [leaver?.id]);
    expect(await factors()).toEqual([{ tenant_id: 'aurora' }]);
  });
});

describe('required by a tenant', () => {
  const require = async (value: boolean) =>
    await call(server.url, 'PATCH', '/api/v1/tenants/borealis', {
      token: await server.operatorToken('admin'),
      body: { settings: { security: { requireSecondFactor: value } } },
    });

  test('leaves nothing open but setting one up', async () => {
    const email = 'viewer@borealis.example';
    expect((await login(borealis, email)).body).toMatchObject({ mustAddSecondFactor: false });
    expect((await require(true)).status).toBe(200);
    const reply = await login(borealis, email);
    expect([said(reply), reply.body['mustAddSecondFactor']]).toEqual([[200, 'ok'], true]);
    const token = tokenOf(reply);
    expect(said(await probe(borealis, token))).toEqual([403, 'SECOND_FACTOR_MISSING']);
    expect(said(await call(server.url, 'GET', `${borealis}/sessions`, { token }))).toEqual([403, 'SECOND_FACTOR_MISSING']);
    const cookie = (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const renewed = await call(server.url, 'POST', `${borealis}/refresh`, { headers: { Cookie: cookie } });
    expect(said(await probe(borealis, tokenOf(renewed)))).toEqual([403, 'SECOND_FACTOR_MISSING']);

    const { body } = await call(server.url, 'POST', `${borealis}/second-factor`, { token, body: { password: testPassword } });
    expect(said(await probe(borealis, token))).toEqual([403, 'SECOND_FACTOR_MISSING']);
    const secret = String(body['secret']);
    expect((await call(server.url, 'POST', `${borealis}/second-factor/confirm`, { token, body: { code: codeOf(secret) } })).status).toBe(200);
    await expect.poll(async () => said(await probe(borealis, token))).toEqual([200, 'ok']);
    pass(1);
    expect((await login(borealis, email, { code: codeOf(secret) })).body).toMatchObject({ mustAddSecondFactor: false });

    expect((await call(server.url, 'DELETE', `${borealis}/second-factor`, { token, body: { password: testPassword } })).status).toBe(200);
    await expect.poll(async () => said(await probe(borealis, token))).toEqual([403, 'SECOND_FACTOR_MISSING']);
    // Neighbours are not asked.
    expect((await login(aurora, 'admin@aurora.example')).body).toMatchObject({ mustAddSecondFactor: false });
  });

  test('asks nobody who signs in by an issuer, and no operator on a visit', async () => {
    const [row] = await owner<{ id: string }>(
      `with u as (insert into tenant_borealis.users (email, name, role, status) values ('sso@borealis.example', 'S', 'viewer', 'active') returning id)
       insert into tenant_borealis.user_sessions (user_id, expires_at) select id, now() + interval '1 hour' from u returning id::text`);
    const standing = async (session: string | undefined) =>
      await server.db.withLogin(`${server.db.prefix}tenantry_auth`, async (client) =>
        (await client.query(`select factor_missing from identity.session_standing('borealis', $1)`, [session])).rows);
    expect(await standing(row?.id)).toEqual([{ factor_missing: false }]);
    const [viewer] = await owner<{ id: string }>(
      `select s.id::text from tenant_borealis.user_sessions s join tenant_borealis.users u on u.id = s.user_id
        where u.email = 'viewer@borealis.example' and s.ended_at is null limit 1`);
    expect(await standing(viewer?.id)).toEqual([{ factor_missing: true }]);
    const visit = await call(server.url, 'POST', '/api/v1/tenants/borealis/context', { token: await server.operatorToken('admin'), body: { reason: 'look' } });
    expect(said(await probe(borealis, tokenOf(visit)))).toEqual([200, 'ok']);
  });

  test('a person without a password can’t set one up here', async () => {
    const begin = async (session: string | undefined) =>
      await server.db.withLogin(`${server.db.prefix}tenantry_auth`, async (client) =>
        await client.query(`select * from identity.begin_proof('borealis', $1)`, [session]).then(() => 'ok', (error: { code?: string }) => error.code));
    const [sso] = await owner<{ id: string }>(
      `select s.id::text from tenant_borealis.user_sessions s join tenant_borealis.users u on u.id = s.user_id where u.email = 'sso@borealis.example'`);
    expect(await begin(sso?.id)).toBe('TN008');
    expect(await begin('00000000-0000-4000-8000-000000000000')).toBe('TN003');
  });
});

test('second factors go with their tenant, and nobody else’s', async () => {
  const tenants = async () =>
    (await owner<{ tenant_id: string | null }>('select distinct tenant_id from platform_private.second_factors order by 1')).map((row) => row.tenant_id);
  expect(await tenants()).toEqual(['aurora', 'borealis', null]);
  await server.db.withOperator('admin', async (client) => await client.query(`select platform.delete_tenant('borealis', 'over')`));
  await owner(`update platform.tenants set purge_after = now() - interval '1 second' where id = 'borealis'`);
  await server.db.withOperator('admin', async (client) => await client.query(`select platform.purge_tenant('borealis')`));
  expect(await tenants()).toEqual(['aurora', null]);
});
