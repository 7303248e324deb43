/** What a server that is killed under load takes with it: in batched mode the last moment's calls, in strict mode nothing, and never a write. */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withDatabase } from '../../database/logins.ts';
import { createTestDatabase, testPassword } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';
import { call } from '../rest/api.ts';

/** A batch waits 200 ms, and its statement takes a moment on a machine with other things to do. */
const LAST_BATCH_MS = 200 + 800;
const LOAD_MS = 2_000;
/** Answers there have to be before the server is killed, however long they take. */
const LOAD_CALLS = 150;
const CLIENTS = 8;

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.provision('aurora', { template: 'demo' });
});
afterAll(async () => {
  await db.drop();
});

async function startServer(mode: string) {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  const child = fork(fileURLToPath(new URL('../../server/main.ts', import.meta.url)), {
    env: {
      PATH: process.env['PATH'], NODE_ENV: 'test', PORT: String(port), LOG_LEVEL: 'fatal', AUDIT_MODE: mode, TRUSTED_PROXIES: '127.0.0.1', DATABASE_URL: db.url, BLUEPRINT_URL: withDatabase(db.url, db.blueprintEndpoint.database),
      TENANTRY_PREFIX: db.prefix, LANES: String(db.lanes), SERVER_PROCESSES: '1', TENANTRY_MASTER_KEY: db.masterKey.toString('base64'),
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await expect.poll(async () => await call(url, 'GET', '/healthz').then(({ status }) => status, () => 0), { timeout: 90_000 }).toBe(200);
  return { child, url };
}

/** Loads a server with reads and writes, kills it, and says what was answered when, and what the trail has of it. */
async function killUnderLoad(mode: string) {
  const { child, url } = await startServer(mode);
  const login = await call(url, 'POST', '/api/v1/tenants/aurora/auth/login', { body: { email: 'admin@aurora.example', password: testPassword } });
  const token = String(login.body['accessToken']);
  const answered = new Map<string, number>();
  const stopped = new AbortController();
  const client = async (): Promise<void> => {
    for (let n = 0; !stopped.signal.aborted; n += 1) {
      const id = randomUUID();
      const query =
        n % 4 === 0
          ? `mutation { createRole(input: {role: {name: "${mode}_${id.slice(0, 13).replace('-', '_')}", description: "Made."}}) { role { name } } }`
          : '{ brands(first: 2) { nodes { name } } }';
      const reply = await call(url, 'POST', '/graphql', { token, body: { query }, headers: { 'X-Request-Id': id } }).catch(() => null);
      if (reply === null) return;
      expect(reply).toMatchObject({ status: 200 });
      expect(reply.body['errors']).toBeUndefined();
      answered.set(id, performance.now());
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await sleep(LOAD_MS);
  await expect.poll(() => answered.size, { timeout: 90_000 }).toBeGreaterThan(LOAD_CALLS);
  const killedAt = performance.now();
  child.kill('SIGKILL');
  await once(child, 'exit');
  stopped.abort();
  await Promise.all(clients);
  // A statement that was on its way is carried out all the same.
  await sleep(500);
  return await db.withOwner(async (owner) => {
    const { rows: calls } = await owner.query<{ id: string }>(`select request_id as id from audit.buffer where action ^@ 'call.'`);
    const recorded = new Set(calls.map(({ id }) => id));
    const { rows: unaudited } = await owner.query(
      `select name from tenant_aurora.roles r where name ^@ $1
          and not exists (select from audit.buffer b where b.action = 'roles.insert' and b.subject = 'roles:' || r.name)`,
      [`${mode}_`],
    );
    const { rows: written } = await owner.query(`select name from tenant_aurora.roles where name ^@ $1`, [`${mode}_`]);
    const missing = [...answered].filter(([id]) => !recorded.has(id)).map(([, at]) => killedAt - at);
    // In the order of their answers, those that came after the first that is missing and are there all the same.
    const ids = [...answered.keys()];
    const behind = ids.slice(ids.findIndex((id) => !recorded.has(id))).filter((id) => recorded.has(id));
    return { answered: answered.size, missing, behind: missing.length === 0 ? 0 : behind.length, written: written.length, unaudited };
  });
}

test('batched: the calls that are missing were all answered in the last moment', async () => {
  const { answered, missing, behind, written, unaudited } = await killUnderLoad('batched');
  expect(written).toBeGreaterThan(10);
  expect(Math.max(0, ...missing)).toBeLessThan(LAST_BATCH_MS);
  // What is missing is the end: beyond it are only those that were answered at once with one of it.
  expect(behind).toBeLessThan(CLIENTS);
  expect(answered - missing.length).toBeGreaterThan(20);
  expect(unaudited).toEqual([]);
}, 180_000);

test('strict: no call that was answered is missing', async () => {
  const { missing, written, unaudited } = await killUnderLoad('strict');
  expect(written).toBeGreaterThan(10);
  expect(missing).toEqual([]);
  expect(unaudited).toEqual([]);
}, 180_000);
