/** Each operation of an API is one event of the trail, whoever asked and however it ended. */
import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createTrail } from '../../server/audit/trail.ts';
import type { CallEvent, TrailOptions } from '../../server/audit/trail.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { testPassword } from '../harness/database.ts';
import { call } from '../rest/api.ts';

/** Tests name their requests themselves, as a trusted proxy may. */
let server: TestServer;
let strict: TestServer;
beforeAll(async () => {
  server = await startTestServer({ tenants: ['aurora', 'borealis'], environment: { TRUSTED_PROXIES: '127.0.0.1' } });
  strict = await startTestServer({ tenants: ['aurora'], environment: { AUDIT_MODE: 'strict', TRUSTED_PROXIES: '127.0.0.1' } });
});
afterAll(async () => {
  await server.close();
  await strict.close();
});

async function events(requestId: string, from = server) {
  return await from.db.withOwner(async (client) =>
    (
      await client.query<{ action: string; detail: Record<string, unknown>; [name: string]: unknown }>(
        `select action, outcome, tenant_id, actor, actor_role, on_behalf_of, session_id, detail from audit.buffer
          where request_id = $1 and source = 'server' order by id`,
        [requestId],
      )
    ).rows,
  );
}

/** Sends a request and waits for what the trail says of it: as many events as there have to be, which may be of two batches. */
async function asked(path: string, options: Parameters<typeof call>[3], method = 'POST', least = 1) {
  const requestId = randomUUID();
  const reply = await call(server.url, method, path, { ...options, headers: { 'X-Request-Id': requestId } });
  await expect.poll(async () => (await events(requestId)).length, { interval: 50 }).toBeGreaterThanOrEqual(least);
  return { reply, recorded: await events(requestId) };
}

test('a query is one event: who, in which role and session, what by its names in the schema, how many rows, how long', async () => {
  const token = await server.tenantToken('aurora', 'manager');
  const query = `query Overview($name: String!) {
    hidden_alias: brands(first: 3, filter: {name: {notEqualTo: $name}}) { nodes { name agreements { totalCount } } }
    ...more
  }
  fragment more on Query { again: brands(first: 1) { nodes { rowId } } licensees(first: 2) { nodes { name } } }`;
  const { reply, recorded } = await asked('/graphql', { token, body: { query, variables: { name: 'Verysecret' } } });
  expect(reply.body['data']).toMatchObject({ hidden_alias: { nodes: { length: 3 } } });
  expect(recorded).toEqual([
    {
      action: 'call.query',
      outcome: 'ok',
      tenant_id: 'aurora',
      actor: expect.stringMatching(/^user:[0-9a-f-]{36}$/),
      actor_role: 'manager',
      on_behalf_of: null,
      session_id: expect.any(String),
      detail: { operation: 'Overview', fields: ['brands', 'licensees'], rows: 6, ms: expect.any(Number) },
    },
  ]);
  expect(JSON.stringify(recorded)).not.toMatch(/Verysecret|hidden_alias|notEqualTo/);
});

test('a change is a call beside the rows it changed, under one request', async () => {
  const token = await server.tenantToken('aurora', 'admin');
  const query = 'mutation { createBrand(input: {brand: {name: "Called"}}) { brand { name } } }';
  const { reply, recorded } = await asked('/graphql', { token, body: { query } });
  expect(reply.body).toMatchObject({ data: { createBrand: { brand: { name: 'Called' } } } });
  expect(recorded).toMatchObject([{ action: 'call.mutation', outcome: 'ok', detail: { fields: ['createBrand'], rows: 1 } }]);
});

test('a field that was refused makes the call refused, one that failed makes it failed', async () => {
  const token = await server.tenantToken('aurora', 'viewer');
  const refused = await asked('/graphql', { token, body: { query: 'mutation { createBrand(input: {brand: {name: "No"}}) { brand { name } } }' } });
  expect(refused.recorded).toMatchObject([{ action: 'call.mutation', outcome: 'refused', detail: { code: 'FORBIDDEN' } }]);
  const unread = await asked('/graphql', { token, body: { query: '{ nosuch }' } });
  expect(unread.reply.status).toBe(400);
  expect(unread.recorded).toMatchObject([{ action: 'call.query', outcome: 'failed', actor_role: 'viewer', detail: { operation: '/graphql', code: 'MALFORMED_REQUEST' } }]);
});

test('a request that was refused as a whole is one event and no call', async () => {
  const anonymous = await asked('/graphql', { body: { query: '{ brands { totalCount } }' } });
  expect(anonymous.recorded).toMatchObject([{ action: 'request.refuse', actor: 'anonymous', detail: { code: 'UNAUTHENTICATED' } }]);
  const token = await server.tenantToken('aurora', 'admin');
  const elsewhere = await asked('/api/v1/tenants', { token }, 'GET');
  expect(elsewhere.recorded).toMatchObject([{ action: 'request.refuse', tenant_id: 'aurora', detail: { code: 'FORBIDDEN' } }]);
});

test('what an operator does is recorded: by REST in the platform’s trail, on a visit in the tenant’s, on whose behalf as well', async () => {
  const token = await server.operatorToken('operator');
  const list = await asked('/api/v1/tenants', { token }, 'GET');
  expect(list.recorded).toMatchObject([
    { action: 'call.rest', tenant_id: null, actor: expect.stringMatching(/^operator:/), actor_role: expect.stringMatching(/operator/), detail: { operation: 'listTenants' } },
  ]);
  expect(Number(list.recorded[0]?.detail['rows'])).toBeGreaterThanOrEqual(2);
  const platform = await asked('/platform/graphql', { token, body: { query: '{ tenants(first: 1) { nodes { rowId } } }' } });
  expect(platform.recorded).toMatchObject([{ action: 'call.query', tenant_id: null, detail: { fields: ['tenants'], rows: 1 } }]);

  const entered = await asked('/api/v1/tenants/aurora/context', { token, body: { reason: 'a look' } });
  const { visitId, accessToken } = entered.reply.body;
  const visit = await asked('/graphql', { token: String(accessToken), body: { query: '{ brands(first: 2) { nodes { name } } }' } });
  expect(visit.recorded).toMatchObject([
    { action: 'call.query', tenant_id: 'aurora', actor: expect.stringMatching(/^operator:/), on_behalf_of: `visit:${String(visitId)}`, actor_role: 'viewer' },
  ]);
});

test('a look into several tenants is an event of each, and one of the platform’s', async () => {
  const { recorded } = await asked('/api/v1/portfolio', {
    token: await server.operatorToken('operator'), body: { tenants: ['aurora', 'borealis'], reason: 'yearly figures' },
  }, 'POST', 3);
  expect(recorded).toMatchObject([
    { action: 'call.rest', tenant_id: 'aurora', on_behalf_of: expect.stringMatching(/^visit:/), detail: { operation: 'portfolio', rows: 1 } },
    { action: 'call.rest', tenant_id: 'borealis', detail: { operation: 'portfolio', rows: 1 } },
    { action: 'call.rest', tenant_id: null, on_behalf_of: null, detail: { operation: 'portfolio' } },
  ]);
});

test('a subscription is recorded when it is opened, and so is one that is refused', async () => {
  const subscribe = async (token: string, requestId: string): Promise<void> => {
    class Socket extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { headers: { Authorization: `Bearer ${token}`, 'X-Request-Id': requestId } });
      }
    }
    const client = createClient({ url: `${server.url.replace('http', 'ws')}/platform/graphql`, webSocketImpl: Socket, retryAttempts: 0, lazy: true });
    const query = `subscription Watch { provisioningProgress(tenantId: "aurora") { __typename } }`;
    const ended = Promise.withResolvers<void>();
    const stop = client.subscribe({ query }, { next: () => undefined, error: () => ended.resolve(), complete: () => ended.resolve() });
    await expect.poll(async () => (await events(requestId)).length).toBeGreaterThan(0);
    stop();
    await client.dispose();
  };
  const opened = randomUUID();
  await subscribe(await server.operatorToken('admin'), opened);
  expect(await events(opened)).toMatchObject([{ action: 'call.subscribe', outcome: 'ok', detail: { operation: 'Watch', fields: ['provisioningProgress'] } }]);
  const refused = randomUUID();
  await subscribe('no.such.token', refused);
  expect(await events(refused)).toMatchObject([{ action: 'request.refuse', detail: { code: 'TOKEN_INVALID', route: '/platform/graphql' } }]);
});

test('health, pages and signing in are no calls', async () => {
  const requestId = randomUUID();
  const headers = { 'X-Request-Id': requestId };
  for (const path of ['/healthz', '/readyz', '/metrics', '/']) await call(server.url, 'GET', path, { headers: { ...headers, Accept: 'text/plain' } }).catch(() => undefined);
  const body = { email: 'viewer@aurora.example', password: testPassword };
  expect((await call(server.url, 'POST', '/api/v1/tenants/aurora/auth/login', { body, headers })).status).toBe(200);
  await asked('/graphql', { token: await server.tenantToken('aurora', 'viewer'), body: { query: '{ __typename }' } });
  expect(await events(requestId)).toEqual([]);
});

test('strict: the event is there before the answer, and without it there is no answer', async () => {
  const requestId = randomUUID();
  const token = await strict.tenantToken('aurora', 'viewer');
  const ask = (id: string) => call(strict.url, 'POST', '/graphql', { token, body: { query: '{ brands(first: 2) { nodes { name } } }' }, headers: { 'X-Request-Id': id } });
  expect((await ask(requestId)).status).toBe(200);
  expect(await events(requestId, strict)).toMatchObject([{ action: 'call.query', detail: { rows: 2 } }]);

  const refused = randomUUID();
  expect((await call(strict.url, 'POST', '/graphql', { body: {}, headers: { 'X-Request-Id': refused } })).status).toBe(401);
  expect(await events(refused, strict)).toMatchObject([{ action: 'request.refuse' }]);

  const waited = randomUUID();
  await strict.db.withOwner(async (client) => {
    await client.query('begin');
    await client.query('lock table audit.buffer in access exclusive mode');
    let answered = false;
    const answer = ask(waited).finally(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(answered).toBe(false);
    await client.query('commit');
    expect((await answer).status).toBe(200);
  });
  expect(await events(waited, strict)).toHaveLength(1);

  const audit = `${strict.db.prefix}tenantry_audit`;
  await strict.db.withOwner(async (client) => await client.query(`revoke insert on audit.buffer from ${audit}`));
  const lost = randomUUID();
  expect(await ask(lost)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  await strict.db.withOwner(async (client) =>
    await client.query(`grant insert (source, action, outcome, tenant_id, actor, actor_role, on_behalf_of, detail, session_id, request_id) on audit.buffer to ${audit}`),
  );
  await expect.poll(async () => (await ask(randomUUID())).status).toBe(200);
  expect(await events(lost, strict)).toEqual([]);
});

function trailOf(changes: Partial<TrailOptions> = {}) {
  const { endpoint, prefix, masterKey } = server.db;
  return createTrail({ endpoint, prefix, masterKey, logger: pino({ level: 'silent' }), mode: 'batched', ...changes });
}

function event(requestId: string, what = '"operation":"test"'): CallEvent {
  const caller = { tenantId: 'aurora', actor: 'user:1', role: 'viewer', sessionId: 's' };
  return { caller, requestId, call: { kind: 'query', what, rows: 0 }, ms: 1, outcome: 'ok', code: null };
}

/** Holds the buffer shut while `work` runs. */
async function withShutBuffer<T>(work: () => Promise<T>): Promise<T> {
  return await server.db.withOwner(async (client: pg.Client) => {
    await client.query('begin');
    await client.query('lock table audit.buffer in access exclusive mode');
    const result = await work();
    await client.query('commit');
    return result;
  });
}

test('a full trail makes requests wait for room instead of losing events, and a flood of refusals takes none of it', async () => {
  const trail = trailOf({ mostCalls: 10 });
  const requestId = randomUUID();
  const { room: waiting } = await withShutBuffer(async () => {
    for (let n = 0; n < 20_000; n += 1) void trail.refuse({ tenantId: null, actor: 'anonymous', requestId: 'flood', detail: { code: 'TOKEN_INVALID', address: `2001:db8:${n.toString(16)}::1` } });
    expect(trail.room()).toBeUndefined();
    for (let n = 0; n < 10; n += 1) void trail.call(event(requestId));
    const room = trail.room();
    let entered = false;
    void room?.then(() => (entered = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The first batch is on its way, so there is room for what it took; fill that as well.
    for (let n = 0; n < 10; n += 1) void trail.call(event(requestId));
    expect([room instanceof Promise, entered]).toEqual([true, false]);
    return { room };
  });
  await waiting;
  await trail.close();
  expect(await events(requestId)).toHaveLength(20);
  expect((await events('flood')).length).toBeLessThanOrEqual(5_000);
});

test('equal refusals of one network within a moment are one event, of two networks two', async () => {
  const trail = trailOf();
  const requestId = randomUUID();
  for (let n = 1; n <= 100; n += 1) {
    for (const net of ['a', 'b']) void trail.refuse({ tenantId: null, actor: 'anonymous', requestId, detail: { code: 'TOKEN_INVALID', address: `2001:db8:0:${net}::${n}` } });
  }
  await trail.close();
  expect((await events(requestId)).map(({ detail }) => detail)).toEqual(['a', 'b'].map((net) => ({ code: 'TOKEN_INVALID', address: `2001:db8:0:${net}::1`, count: 100 })));
});

test('room that does not come is a refusal, and at once where the database is away', async () => {
  const trail = trailOf({ mostCalls: 1, roomTimeoutMs: 100 });
  await withShutBuffer(async () => {
    void trail.call(event('a'));
    await expect(trail.room()).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 });
  });
  await trail.close();
  const away = trailOf({ mostCalls: 1, roomTimeoutMs: 60_000, endpoint: { ...server.db.endpoint, port: 1 } });
  void away.call(event('b'));
  await expect(away.room()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await away.close();
});

test('an event that the database won’t have holds up no other', async () => {
  const trail = trailOf();
  const requestId = randomUUID();
  for (let n = 0; n < 9; n += 1) void trail.call(event(requestId, n === 4 ? String.raw`"operation":"\u0000"` : `"operation":"n${n}"`));
  await trail.close();
  expect((await events(requestId)).map(({ detail }) => detail['operation'])).toEqual(['n0', 'n1', 'n2', 'n3', 'n5', 'n6', 'n7', 'n8']);
});
