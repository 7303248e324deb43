import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { createLanes } from '../../database/lanes.ts';
import type { DatabaseEndpoint } from '../../database/logins.ts';
import { newestMigration } from '../../database/newest-migration.ts';
import { createLogger } from '../../server/observability/logger.ts';
import { preflight } from '../../server/preflight.ts';
import type { PreflightOptions } from '../../server/preflight.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let db: TestDatabase;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(async () => {
  await db.drop();
});

async function check(changes: Partial<PreflightOptions> = {}, endpoint: DatabaseEndpoint = db.endpoint): Promise<void> {
  const { prefix, masterKey, lanes } = db;
  const waiting = { connections: 2, waitTimeoutMs: 1_000, waitersPerTenant: 10 };
  const database = createLanes({ endpoint, masterKey, prefix, lanes, lane: waiting, operators: waiting });
  closers.push(() => database.close());
  await preflight({
    database,
    prefix,
    newest: await newestMigration(),
    shape: { lanes: inject('cluster').lanes, laneConnections: 2, serverProcesses: 1 },
    logger: createLogger('silent'),
    patienceMs: 0,
    signal: new AbortController().signal,
    ...changes,
  });
}

test('a sound database passes', async () => {
  await check();
});

test('a read-only one passes with a warning: what reads can be served', async () => {
  const name = pg.escapeIdentifier(db.endpoint.database);
  await db.withMigrator(async (client) => await client.query(`alter database ${name} set default_transaction_read_only = on`));
  const lines: string[] = [];
  try {
    await check({ logger: createLogger('info', { write: (line) => void lines.push(line) }) });
  } finally {
    await db.withMigrator(async (client) => {
      await client.query('set default_transaction_read_only = off');
      await client.query(`alter database ${name} reset default_transaction_read_only`);
    });
  }
  expect(lines.join('')).toContain('read-only');
});

test('one that is too old is refused with both versions', async () => {
  await expect(check({ oldest: 990_000 })).rejects.toThrow(/PostgreSQL 1\d\.\S+.* is too old.*15 or newer/);
});

test('one that is behind is refused, naming the command', async () => {
  await expect(check({ newest: '999999-later.sql' })).rejects.toThrow(/npm run migrate/);
});

test('one without this installation’s tables is refused, naming the command', async () => {
  await expect(check({}, { ...db.endpoint, database: 'postgres' })).rejects.toThrow(/npm run migrate/);
});

test('one that comes up late is waited for; without patience the refusal says what went wrong', async () => {
  const gate = createServer();
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const { port } = gate.address() as AddressInfo;
  gate.close();
  await once(gate, 'close');
  const endpoint = { ...db.endpoint, host: '127.0.0.1', port };
  await expect(check({}, endpoint)).rejects.toThrow(/did not answer .*ECONNREFUSED/);

  const waiting = check({ patienceMs: 10_000 }, endpoint);
  setTimeout(() => {
    gate.on('connection', (socket) => {
      const onward = connect(db.endpoint.port, db.endpoint.host);
      for (const end of [socket, onward]) end.on('error', () => undefined);
      socket.pipe(onward).pipe(socket);
    });
    gate.listen(port, '127.0.0.1');
  }, 400);
  await waiting;
  closers.push(() => new Promise((resolve) => gate.close(resolve)));
});
