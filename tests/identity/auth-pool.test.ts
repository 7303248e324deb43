import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectionLostError, UnavailableError } from '../../database/failures.ts';
import { createAuthPool } from '../../server/identity/auth-pool.ts';
import type { AuthPool } from '../../server/identity/auth-pool.ts';
import { onBehalfOf } from '../../server/http/current-request.ts';
import { createLogger } from '../../server/observability/logger.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let db: TestDatabase;
let pool: AuthPool;
const logger = createLogger('silent');
const end = { name: 'end_myself', text: 'select pg_terminate_backend(pg_backend_pid()) as ended' };
const who = { name: 'who', text: 'select session_user::text as login, pg_backend_pid() as pid' };

beforeAll(async () => {
  db = await createTestDatabase();
  pool = createAuthPool({ endpoint: db.endpoint, prefix: db.prefix, masterKey: db.masterKey, logger });
});
afterAll(async () => {
  await pool.close();
  await db.drop();
});

test('it logs in as tenantry_auth, which may read no table', async () => {
  expect(await pool.query(who, [])).toMatchObject([{ login: `${db.prefix}tenantry_auth` }]);
  const spy = { name: 'spy', text: 'select * from platform.tenants' };
  await expect(pool.query(spy, [])).rejects.toMatchObject({ code: '42501' });
});

test('it speaks the extended protocol: two statements in one text are refused', async () => {
  await expect(pool.query({ name: 'two', text: 'select 1; select 2' }, [])).rejects.toMatchObject({ code: '42601' });
});

test('a statement knows the request that it serves, and the next one on the same connection nothing of it', async () => {
  const told = {
    name: 'told',
    text: `select pg_backend_pid() as pid, current_setting('tenantry.request_id', true) as request, current_setting('tenantry.address', true) as address`,
  };
  const [served] = await onBehalfOf({ requestId: 'request-1', address: '192.0.2.7' }, () => pool.query<{ pid: number }>(told, []));
  expect(served).toMatchObject({ request: 'request-1', address: '192.0.2.7' });
  expect(await pool.query(told, [])).toEqual([{ pid: served?.pid, request: '', address: '' }]);
});

test('a statement that fails on behalf of a request says why, and leaves no transaction open', async () => {
  const origin = { requestId: 'request-2', address: '192.0.2.7' };
  const failing = { name: 'failing', text: 'select 1 / $1::integer as result' };
  await expect(onBehalfOf(origin, () => pool.query(failing, [0]))).rejects.toMatchObject({ code: '22012' });
  expect(await onBehalfOf(origin, () => pool.query(failing, [1]))).toEqual([{ result: 1 }]);
  await expect(onBehalfOf(origin, () => pool.query(end, []))).rejects.toBeInstanceOf(ConnectionLostError);
  expect(await onBehalfOf(origin, () => pool.query(who, []))).toHaveLength(1);
});

test('a connection that breaks under a query is ConnectionLostError, and is replaced at once', async () => {
  for (let round = 0; round < 5; round += 1) {
    await expect(pool.query(end, [])).rejects.toBeInstanceOf(ConnectionLostError);
    expect(await pool.query(who, [])).toHaveLength(1);
  }
});

test('a connection that breaks while idle is replaced, and the process lives on', async () => {
  const [first] = await pool.query<{ pid: number }>(who, []);
  await db.withLogin(`${db.prefix}tenantry_auth`, async (client) => {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where usename = session_user and datname = current_database() and pid <> pg_backend_pid()`,
    );
  });
  await expect
    .poll(async () => (await pool.query<{ pid: number }>(who, []).catch(() => []))[0]?.pid ?? first?.pid)
    .not.toBe(first?.pid);
});

test('a database that cannot be reached is UnavailableError', async () => {
  const nowhere = createAuthPool({ endpoint: { ...db.endpoint, port: 1 }, prefix: db.prefix, masterKey: db.masterKey, logger });
  await expect(nowhere.query(who, [])).rejects.toBeInstanceOf(UnavailableError);
  await nowhere.close();
});
