import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer as createPlainServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../../config/config.ts';
import { Refusal } from '../../config/refusal.ts';
import { budgetShortfall, connectionBudget } from '../../database/budget.ts';
import { createLogger } from '../../server/observability/logger.ts';
import { createServer } from '../../server/server.ts';
import type { ServerOptions } from '../../server/server.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => {
  await db.drop();
});

function serverWith(environment: Record<string, string> = {}, changes: Partial<ServerOptions> = {}) {
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    DATABASE_URL: db.url,
    TENANTRY_PREFIX: db.prefix,
    LANES: String(inject('cluster').lanes),
    SERVER_PROCESSES: '1',
    ...environment,
  });
  const { endpoint, blueprintEndpoint, masterKey } = db;
  return createServer({ config, endpoint, blueprintEndpoint, masterKey, logger: createLogger('silent'), patienceMs: 2_000, ...changes });
}

/** What a start that can't succeed says. */
async function complaint(server: ReturnType<typeof createServer>): Promise<string> {
  try {
    await server.listen();
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return error instanceof Error ? error.message : '';
  }
  await server.close();
  throw new Error('the server started');
}

describe('a start is refused, naming the remedy, when', () => {
  test('the port is in use', async () => {
    const other = createPlainServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const { port } = other.address() as AddressInfo;
    expect(await complaint(serverWith({ PORT: String(port) }))).toMatch(new RegExp(`Port ${port} .* in use.*PORT`));
    other.close();
  });

  test('the database does not answer', async () => {
    const endpoint = { host: '127.0.0.1', port: 1, database: 'tenantry', ssl: false } as const;
    const begun = performance.now();
    expect(await complaint(serverWith({}, { endpoint }))).toMatch(/did not answer within 2 s .*DATABASE_URL/);
    expect(performance.now() - begun).toBeGreaterThan(500);
  });

  test('the master key is another', async () => {
    expect(await complaint(serverWith({}, { masterKey: randomBytes(32) }))).toMatch(/TENANTRY_MASTER_KEY/);
  });

  test('the database does not exist', async () => {
    const endpoint = { ...db.endpoint, database: 'no_such_database' };
    expect(await complaint(serverWith({}, { endpoint }))).toMatch(/does not exist|npm run migrate/);
  });

  test('the database was never migrated', async () => {
    expect(await complaint(serverWith({}, { endpoint: { ...db.endpoint, database: 'postgres' } }))).toMatch(/npm run migrate/);
  });

  test('LANES is not the number of lanes that the database has', async () => {
    const lanes = inject('cluster').lanes;
    expect(await complaint(serverWith({ LANES: String(lanes + 1) }))).toMatch(new RegExp(`LANES=${lanes}, or run.*npm run migrate`, 's'));
  });

  test('the connections do not fit, with the arithmetic', async () => {
    const message = await complaint(serverWith({ LANE_CONNECTIONS: '60', SERVER_PROCESSES: '9' }));
    expect(message).toMatch(/9 server processes × \(\d+ lanes × 60 \+ .*\) \+ \d+ worker = \d+.*max_connections/);
  });
});

test('two servers and a worker fit the 100 connections of a default PostgreSQL', () => {
  const shape = { lanes: 16, laneConnections: 2, serverProcesses: 2 };
  expect(connectionBudget(shape).needed).toBe(92);
  expect(budgetShortfall(shape, { maxConnections: 100, reserved: 3 })).toBeNull();
  expect(budgetShortfall(shape, { maxConnections: 94, reserved: 3 })).toMatch(/gives 91/);
});

test('a server that is stopped while it waits for the database stops at once', async () => {
  const server = serverWith({}, { endpoint: { ...db.endpoint, port: 1 }, patienceMs: 60_000 });
  const listening = complaint(server);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const begun = performance.now();
  await server.close();
  expect(await listening).toMatch(/Stopped while starting/);
  expect(performance.now() - begun).toBeLessThan(1_000);
});

test('a server that stops lets requests under way finish and accepts no others', async () => {
  const server = serverWith();
  const { url } = await server.listen();
  const body = JSON.stringify({ email: 'nobody@operators.example', password: 'x' });
  const underWay = request(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), Expect: '100-continue' },
  });
  underWay.flushHeaders();
  // The server has the request in its hands once it asks for the body.
  await once(underWay, 'continue');
  const closing = server.close();
  const answered = once(underWay, 'response') as Promise<[IncomingMessage]>;
  underWay.end(body);
  const [response] = await answered;
  response.resume();
  expect(response.statusCode).toBe(401);
  await closing;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});
