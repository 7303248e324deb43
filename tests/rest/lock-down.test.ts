/** Lock-downs as clients meet them: how fast, whom, and that everybody is served again afterwards. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { testPassword } from '../harness/database.ts';
import { laneRole } from '../../database/logins.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { INNER_NAMES, call, operatorApi } from './api.ts';
import type { Reply } from './api.ts';

const TENANTS = ['aurora', 'borealis', 'cygnus'] as const;
/** What the requirement allows from the call to the last answer. */
const LIMIT_MS = 1_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ tenants: TENANTS });
  for (const id of TENANTS) await server.tenantToken(id, 'manager');
});
afterEach(async () => {
  await operatorApi(server)('DELETE', '/lockdown');
});
afterAll(async () => {
  await server.close();
});

const BRANDS = '{ brands { totalCount } }';
const LOCKED = { status: 503, body: { code: 'LOCKED_DOWN' } };
const OPEN = { status: 200, body: { data: { brands: { totalCount: 24 } } } };
const api = operatorApi;

async function graphql(tenantId: string, query = BRANDS): Promise<Reply> {
  return await call(server.url, 'POST', '/graphql', { token: await server.tenantToken(tenantId, 'manager'), body: { query } });
}

async function owner(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return await server.db.withOwner(async (client) => (await client.query(sql, values)).rows);
}

interface Answer {
  readonly tenantId: string;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly reply: Reply;
}

/** Every tenant's requests, four at a time each, one of them a write, one after the other while `work` lasts. */
async function underLoad(work: (answers: readonly Answer[]) => Promise<void>): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const done = new AbortController();
  const write = 'mutation { updateBrand(input: {rowId: "00000000-0000-4000-8000-000000000000", patch: {description: "x"}}) { brand { name } } }';
  const runs = TENANTS.flatMap((tenantId) =>
    Array.from({ length: 4 }, async (_, index) => {
      while (!done.signal.aborted) {
        const sentAt = performance.now();
        const reply = await graphql(tenantId, index === 0 ? write : BRANDS);
        answers.push({ tenantId, sentAt, answeredAt: performance.now(), reply });
      }
    }),
  );
  try {
    await work(answers);
  } finally {
    done.abort();
    await Promise.all(runs);
  }
  return answers;
}

describe('a lock-down under load', () => {
  test.each([
    ['named tenants', { scope: 'tenants', tenantIds: ['aurora'] }, ['aurora']],
    ['a lane', { scope: 'lane', lane: 0 }, ['aurora']],
    ['all', { scope: 'all' }, [...TENANTS]],
  ])('of %s is complete within a second of the call, and touches nobody else', async (_what, scope, covered) => {
    const token = api(server, 'security');
    await token('GET', '/lockdown');
    let [calledAt, answeredAt, liftedAt, openAt] = [0, 0, 0, 0];
    const answers = await underLoad(async (sofar) => {
      /** Until each tenant has had answers to requests sent after a moment. */
      const since = async (at: number) =>
        await expect
          .poll(() => Math.min(...TENANTS.map((id) => sofar.filter(({ tenantId, sentAt }) => tenantId === id && sentAt > at).length)), { timeout: 15_000 })
          .toBeGreaterThan(5);
      await since(0);
      calledAt = performance.now();
      const locked = await token('POST', '/lockdown', { ...scope, reason: 'rows of one were seen by another' });
      answeredAt = performance.now();
      expect(locked).toMatchObject({ status: 201, body: { scope: scope.scope, liftedAt: null, waysLeft: 0 } });
      await since(calledAt + LIMIT_MS);
      liftedAt = performance.now();
      expect((await token('DELETE', `/lockdown?id=${String(locked.body['id'])}`)).status).toBe(200);
      openAt = performance.now();
      await since(openAt);
    });

    const ok = (reply: Reply) => reply.status === 200;
    for (const tenantId of TENANTS) {
      const own = answers.filter((answer) => answer.tenantId === tenantId);
      expect(own.filter(({ answeredAt: at, reply }) => at < calledAt && !ok(reply))).toEqual([]);
      expect(own.filter(({ sentAt, reply }) => sentAt > openAt && !ok(reply)).length, 'refused after lifting').toBe(0);
      expect(own.filter(({ sentAt }) => sentAt > openAt).length, 'requests after').toBeGreaterThan(0);
      const during = own.filter(({ sentAt, answeredAt: at }) => sentAt > answeredAt && at < liftedAt);
      expect(during.length, 'requests during').toBeGreaterThan(0);
      if (!covered.includes(tenantId)) {
        expect(own.filter(({ reply }) => !ok(reply))).toEqual([]);
        continue;
      }
      const last = Math.max(...own.filter(({ answeredAt: at, reply }) => at < liftedAt && ok(reply)).map(({ answeredAt: at }) => at));
      expect(last - calledAt, 'milliseconds from the call to the last answer').toBeLessThan(LIMIT_MS);
      const late = own.filter(({ sentAt, answeredAt: at }) => sentAt > calledAt + LIMIT_MS && at < liftedAt);
      expect(late.length).toBeGreaterThan(0);
      for (const { reply } of late) expect(reply).toMatchObject(LOCKED);
    }
  });

  test('cuts a request that is under way', async () => {
    const reply = await server.db.withOwner(async (blocker) => {
      await blocker.query('begin');
      await blocker.query('lock table tenant_aurora.brands in access exclusive mode');
      const waiting = graphql('aurora', 'mutation { createBrand(input: {brand: {name: "Never"}}) { brand { name } } }');
      await expect
        .poll(async () => (await blocker.query(`select count(*)::int as n from pg_locks where not granted and relation = 'tenant_aurora.brands'::regclass`)).rows[0].n)
        .toBe(1);
      const calledAt = performance.now();
      await api(server, 'security')('POST', '/lockdown', { scope: 'all', reason: 'cut' });
      const answer = await waiting;
      expect(performance.now() - calledAt).toBeLessThan(LIMIT_MS);
      await blocker.query('rollback');
      return answer;
    });
    expect(reply).toMatchObject(LOCKED);
    expect(await owner(`select from tenant_aurora.brands where name = 'Never'`)).toEqual([]);
  });

  test('holds when its notice is lost: the database refuses, and the answer says why', async () => {
    expect(await graphql('aurora')).toMatchObject(OPEN);
    await owner('alter table platform.lock_downs disable trigger lock_downs_announce');
    try {
      await owner(`select platform.lock_down('tenants', 'unheard', '{aurora}')`);
      expect(await graphql('aurora')).toMatchObject(LOCKED);
      await owner('select platform.lift_lock_down()');
      expect(await graphql('aurora')).toMatchObject(OPEN);
      await owner(`select platform.lock_down('all', 'unheard')`);
      expect(await graphql('borealis')).toMatchObject(LOCKED);
      await owner('select platform.lift_lock_down()');
    } finally {
      await owner('alter table platform.lock_downs enable trigger lock_downs_announce');
    }
  });
});

describe('while all is locked down', () => {
  test('no way in is left, each answers LOCKED_DOWN with Retry-After, and each works again afterwards', async () => {
    const admin = api(server, 'admin');
    const signIn = { body: { email: 'viewer@aurora.example', password: testPassword } };
    const signedIn = await call(server.url, 'POST', '/api/v1/tenants/aurora/auth/login', signIn);
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const visit = await admin('POST', '/tenants/aurora/context', { reason: 'look' });
    const [robot] = await server.db.withOperator('admin', async (client) => {
      const { rows: [made] } = await client.query(`select id from platform.create_service_account('robot')`);
      await client.query(`select platform.grant_service_account($1, 'aurora', '{brands.read}')`, [made.id]);
      const { rows: [secret] } = await client.query('select client_secret from platform.rotate_service_secret($1)', [made.id]);
      return [{ id: made.id, secret: secret.client_secret }];
    });
    const ways: Record<string, () => Promise<Reply>> = {
      graphql: async () => await graphql('aurora'),
      signIn: async () => await call(server.url, 'POST', '/api/v1/tenants/aurora/auth/login', signIn),
      renewal: async () => await call(server.url, 'POST', '/api/v1/tenants/aurora/auth/refresh', { headers: { Cookie: cookie } }),
      sessions: async () => await call(server.url, 'GET', '/api/v1/tenants/aurora/auth/sessions', { token: await server.tenantToken('aurora', 'viewer') }),
      entry: async () => await admin('POST', '/tenants/aurora/context', { reason: 'look' }),
      visit: async () => await call(server.url, 'POST', '/graphql', { token: String(visit.body['accessToken']), body: { query: BRANDS } }),
      portfolio: async () => await admin('POST', '/portfolio', { tenants: ['aurora'], reason: 'look' }),
      service: async () =>
        await call(server.url, 'POST', '/api/v1/oauth/token', {
          raw: new URLSearchParams({ grant_type: 'client_credentials', client_id: robot?.id, client_secret: robot?.secret, resource: `${server.url}/t/aurora` }).toString(),
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        }),
    };
    // A refresh token works once: that one is kept for the end.
    for (const [name, knock] of Object.entries(ways)) if (name !== 'renewal') expect([name, (await knock()).status]).toEqual([name, 200]);
    expect((await api(server, 'security')('POST', '/lockdown', { scope: 'all', reason: 'the worst' })).status).toBe(201);
    for (const [name, knock] of Object.entries(ways)) {
      const reply = await knock();
      expect([name, reply.status, reply.body.code, reply.headers.get('retry-after')]).toEqual([name, 503, 'LOCKED_DOWN', '60']);
      expect(JSON.stringify(reply.body)).not.toMatch(INNER_NAMES);
    }
    await api(server, 'security')('DELETE', '/lockdown');
    for (const [name, knock] of Object.entries(ways)) expect([name, (await knock()).status]).toEqual([name, 200]);
  });

  test('operators go on, the process is healthy, and nothing of readiness changes', async () => {
    const state = async () => ({
      health: (await call(server.url, 'GET', '/healthz')).status,
      ready: (await call(server.url, 'GET', '/readyz')).body['failing'],
      tenants: (await api(server, 'operator')('GET', '/tenants')).status,
      signIn: (await call(server.url, 'POST', '/api/v1/auth/login', { body: { email: 'admin@operators.example', password: testPassword } })).status,
      users: (await api(server, 'security')('GET', '/tenants/aurora/users')).status,
    });
    const before = await state();
    expect(before).toMatchObject({ health: 200, tenants: 200, signIn: 200, users: 200 });
    await api(server, 'security')('POST', '/lockdown', { scope: 'all', reason: 'the worst' });
    expect(await state()).toEqual(before);
  });

  test('refusals stand in the trail with who was refused', async () => {
    await api(server, 'security')('POST', '/lockdown', { scope: 'all', reason: 'the worst' });
    const { body } = await graphql('aurora');
    await expect
      .poll(async () => await server.db.withOwner(async (client) =>
        (await client.query(`select tenant_id, actor ^@ 'user:' as named, detail ->> 'code' as code from audit.buffer where request_id = $1`, [body['requestId']])).rows))
      .toEqual([{ tenant_id: 'aurora', named: true, code: 'LOCKED_DOWN' }]);
  });

  test('a suspended tenant is told that it is suspended', async () => {
    const token = await server.tenantToken('cygnus', 'manager');
    await api(server)('POST', '/tenants/cygnus/suspend', { reason: 'unpaid' });
    await api(server, 'security')('POST', '/lockdown', { scope: 'all', reason: 'the worst' });
    const refused = { status: 403, body: { code: 'TENANT_SUSPENDED' } };
    expect(await call(server.url, 'POST', '/graphql', { token, body: { query: BRANDS } })).toMatchObject(refused);
    await api(server, 'security')('DELETE', '/lockdown');
    expect(await call(server.url, 'POST', '/graphql', { token, body: { query: BRANDS } })).toMatchObject(refused);
    await api(server)('POST', '/tenants/cygnus/activate', {});
    expect(await graphql('cygnus')).toMatchObject(OPEN);
  });
});

describe('the calls', () => {
  test('say what is wrong, field by field', async () => {
    const lock = async (body: unknown) => await api(server, 'security')('POST', '/lockdown', body);
    expect(await lock({ scope: 'all' })).toMatchObject({ status: 422, body: { errors: [{ field: 'reason' }] } });
    expect(await lock({ scope: 'half', reason: 'r' })).toMatchObject({ status: 422, body: { errors: [{ field: 'scope' }] } });
    expect(await lock({ scope: 'tenants', reason: 'r' })).toMatchObject({ status: 422, body: { errors: [{ field: 'tenantIds' }] } });
    expect(await lock({ scope: 'lane', reason: 'r', lane: 99 })).toMatchObject({ status: 422, body: { errors: [{ field: 'lane' }] } });
    expect(await lock({ scope: 'tenants', reason: 'r', tenantIds: ['nowhere'] })).toMatchObject({ status: 404 });
    expect(await api(server, 'security')('DELETE', '/lockdown?id=999')).toMatchObject({ status: 404 });
    expect(await api(server, 'security')('DELETE', '/lockdown')).toMatchObject({ status: 200, body: { items: [] } });
    expect(await api(server, 'operator')('POST', '/lockdown', { scope: 'all', reason: 'r' })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await graphql('aurora')).toMatchObject(OPEN);
  });

  test('list what is in force first, with who, why and when', async () => {
    const security = api(server, 'security');
    const first = await security('POST', '/lockdown', { scope: 'tenants', tenantIds: ['borealis', 'aurora'], reason: 'one' });
    await security('POST', '/lockdown', { scope: 'lane', lane: 3, reason: 'two' });
    await security('DELETE', '/lockdown?id=' + String(Number(first.body['id']) + 1) + '&reason=nothing%20found');
    const { body } = await api(server, 'operator')('GET', '/lockdown?first=2');
    expect(body['items']).toMatchObject([
      { id: first.body['id'], scope: 'tenants', tenantIds: ['aurora', 'borealis'], lane: null, reason: 'one', liftedAt: null },
      { scope: 'lane', lane: 3, reason: 'two', liftReason: 'nothing found', liftedAt: expect.any(String) },
    ]);
    const again = await security('DELETE', `/lockdown?id=${Number(first.body['id']) + 1}`);
    expect(again).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION' } });
  });

  test('take an incident from the report to its end, page by page', async () => {
    const security = api(server, 'security');
    const seen: unknown[] = [];
    for (const summary of ['first', 'second', 'third']) {
      const { status, body } = await api(server, 'developer')('POST', '/incidents', { severity: 'high', summary, tenantIds: ['aurora'], notice: 'We look into it.', aboutRequest: 'request-0001' });
      expect(status).toBe(201);
      seen.unshift(body['id']);
    }
    const page = await security('GET', '/incidents?first=2');
    expect(page.body['items']).toMatchObject([{ summary: 'third', status: 'open', tenantIds: ['aurora'], aboutRequest: 'request-0001' }, { summary: 'second' }]);
    const next = await security('GET', `/incidents?first=2&after=${String(page.body['endCursor'])}`);
    expect(next.body).toMatchObject({ items: [{ summary: 'first' }], endCursor: null });
    const closed = await security('POST', `/incidents/${String(seen[0])}/close`, { resolution: 'a false alarm', notice: 'It was a false alarm.' });
    expect(closed).toMatchObject({ status: 200, body: { status: 'closed', resolution: 'a false alarm', closedAt: expect.any(String) } });
    expect(await security('POST', `/incidents/${String(seen[0])}/close`, { resolution: 'again' })).toMatchObject({ status: 409 });
    expect((await security('GET', '/incidents?status=open')).body['items']).toHaveLength(2);
    expect(await security('POST', '/incidents', { severity: 'odd', summary: '' })).toMatchObject({ status: 422, body: { errors: [{ field: 'severity' }, { field: 'summary' }] } });
    expect(await security('POST', '/incidents', { severity: 'low', summary: 's', tenantIds: ['nowhere'] })).toMatchObject({ status: 404 });
    expect(await api(server, 'developer')('GET', '/incidents')).toMatchObject({ status: 403 });
    const trail = await graphqlAs('admin', '{ auditTrailList(size: 50) { action subject detail } }');
    const told = JSON.stringify(trail.body);
    expect(told).toContain('We look into it.');
    expect(told).toContain('It was a false alarm.');
    expect(told).not.toContain('second');
  });

  async function graphqlAs(role: string, query: string): Promise<Reply> {
    return await call(server.url, 'POST', '/graphql', { token: await server.tenantToken('aurora', role), body: { query } });
  }
});

test('who did it and what is left are one thing in REST, GraphQL and SQL; lifting it twice speaks of the lock-down', async () => {
  const security = api(server, 'security');
  const platform = async (query: string) =>
    (await call(server.url, 'POST', '/platform/graphql', { token: await server.operatorToken('security'), body: { query } })).body['data'] as Record<string, { nodes: unknown[] }>;
  const [{ id: operator } = {}] = await owner(`select id from platform.operators where email like 'security@%'`);
  const began = await security('POST', '/lockdown', { scope: 'tenants', reason: 'r', tenantIds: ['cygnus'] });
  expect(began).toMatchObject({ status: 201, body: { lockedBy: `operator:${String(operator)}`, waysLeft: 0, findings: null } });
  const { id } = began.body;
  const findings = [{ role: 'r', member: 'm', grantor: 'somebody' }];
  await owner('update platform.lock_downs set findings = $2 where id = $1', [id, JSON.stringify(findings)]);
  const [row] = await owner('select locked_by, lifted_by, findings from platform.lock_downs where id = $1', [id]);
  expect(row).toEqual({ locked_by: `operator:${String(operator)}`, lifted_by: null, findings });
  const [listed] = (await security('GET', '/lockdown')).body['items'] as Record<string, unknown>[];
  expect(listed).toMatchObject({ lockedBy: row?.['locked_by'], findings, waysLeft: 1 });
  const { lockDowns } = await platform('{ lockDowns(orderBy: PRIMARY_KEY_DESC, first: 1) { nodes { rowId lockedBy findings } } }');
  expect(lockDowns?.nodes).toEqual([{ rowId: String(id), lockedBy: row?.['locked_by'], findings }]);

  const lifted = await security('DELETE', `/lockdown?id=${String(id)}`);
  expect((lifted.body['items'] as unknown[])[0]).toMatchObject({ liftedBy: `operator:${String(operator)}` });
  const again = await security('DELETE', `/lockdown?id=${String(id)}`);
  expect(again).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION', detail: `Lock-down ${String(id)} was lifted already.` } });
  expect(JSON.stringify(again.body)).not.toMatch(/tenant/i);

  const reported = await security('POST', '/incidents', { severity: 'low', summary: 'whose it is' });
  const closed = await security('POST', `/incidents/${String(reported.body['id'])}/close`, { resolution: 'r' });
  expect([reported.body['reportedBy'], closed.body['reportedBy'], closed.body['closedBy']]).toEqual(Array.from({ length: 3 }, () => `operator:${String(operator)}`));
  const { incidents } = await platform('{ incidents(orderBy: REPORTED_AT_DESC, first: 1) { nodes { reportedBy closedBy } } }');
  expect(incidents?.nodes).toEqual([{ reportedBy: `operator:${String(operator)}`, closedBy: `operator:${String(operator)}` }]);
  await owner('delete from platform.incidents where id = $1', [reported.body['id']]);
});

describe('a session past the server that had taken a tenant’s role before', () => {
  test.each([
    ['its lane', { scope: 'lane', lane: 0 }],
    ['all', { scope: 'all' }],
  ])('is ended within a second of a lock-down of %s, and what it had not committed is gone; on another lane it goes on', async (_what, scope) => {
    const [{ lane: other } = { lane: 1 }] = await owner(`select lane from platform.tenants where id = 'borealis'`);
    const held = async (tenantId: string, lane: number, work: (query: (sql: string) => Promise<string>, pid: number) => Promise<void>) =>
      await server.db.withLogin(laneRole(server.db.prefix, lane), async (session) => {
        const query = async (sql: string) => await sqlstateOf(async () => await session.query(sql)).then((state) => (state === '57P01' ? 'ended' : state), () => 'ended');
        await session.query(`set role ${server.db.tenantRole(tenantId)}`);
        await session.query(`set search_path = tenant_${tenantId}, tenantry_shared, pg_temp`);
        await session.query(`select set_config('tenantry.tenant_id', $1, false), set_config('tenantry.role', 'admin', false)`, [tenantId]);
        expect(await query('select from brands')).toBe('ok');
        await work(query, (await session.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0);
      });
    await held('aurora', 0, async (idle) => {
      await held('aurora', 0, async (writing, writer) => {
        await held('borealis', Number(other), async (elsewhere) => {
          expect(await writing('begin')).toBe('ok');
          expect(await writing(`insert into brands (name) values ('Written under a lock-down')`)).toBe('ok');
          const calledAt = performance.now();
          expect(await api(server, 'security')('POST', '/lockdown', { ...scope, reason: 'a session nobody can explain' })).toMatchObject({ status: 201 });
          await expect.poll(() => idle('select from brands'), { timeout: LIMIT_MS, interval: 10 }).toBe('ended');
          // A session is ended from outside, one after the other: a commit that came before its turn would have been in time.
          await expect.poll(() => owner(`select from pg_stat_activity where pid = ${writer}`), { timeout: LIMIT_MS, interval: 10 }).toHaveLength(0);
          expect(await writing('commit')).toBe('ended');
          expect(performance.now() - calledAt).toBeLessThan(LIMIT_MS);
          if (scope.scope === 'lane') expect(await elsewhere('select from brands')).toBe('ok');
          else await expect.poll(() => elsewhere('select from brands'), { timeout: LIMIT_MS }).toBe('ended');
        });
      });
    });
    expect(await owner(`select from tenant_aurora.brands where name = 'Written under a lock-down'`)).toHaveLength(0);
    await api(server)('DELETE', '/lockdown');
    expect(await graphql('aurora')).toMatchObject(OPEN);
  });
});
