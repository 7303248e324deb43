import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logMailer } from '../../worker/mailer.ts';
import { startWorker } from '../../worker/worker.ts';
import { createLogger } from '../../server/observability/logger.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from './api.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ environment: { METRICS_TOKEN: 'a-token-for-prometheus' } });
});
afterAll(async () => {
  await server.close();
});

test('/healthz asks nobody', async () => {
  expect(await call(server.url, 'GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
});

describe('/readyz', () => {
  const ready = async () => await call(server.url, 'GET', '/readyz');

  test('names the worker while there is none, and is content once there is one', async () => {
    const before = await ready();
    expect(before).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', failing: ['worker'] } });
    expect(before.headers.get('retry-after')).not.toBeNull();
    const { endpoint, prefix, masterKey } = server.db;
    const logger = createLogger('silent');
    const worker = await startWorker({ endpoint, prefix, masterKey, logger, mailer: logMailer(logger), publicUrl: server.url });
    try {
      await expect.poll(async () => (await ready()).status).toBe(200);

      await server.db.withMigrator((client) => client.query(`grant temporary on database ${client.escapeIdentifier(client.database ?? '')} to public`));
      await expect.poll(async () => (await ready()).body['failing']).toEqual(['posture']);
      await server.db.withMigrator((client) => client.query(`revoke temporary on database ${client.escapeIdentifier(client.database ?? '')} from public`));
      await expect.poll(async () => (await ready()).status).toBe(200);
    } finally {
      await worker.stop();
    }
  });

  test('says in one line that the database was not migrated yet', async () => {
    await server.db.withOwner(async (client) => await client.query('alter function platform.migration_status(text) rename to not_there_yet'));
    try {
      await expect.poll(async () => (await ready()).body['failing']).toEqual(['migrations']);
      const told = server.log.filter(({ msg }) => msg === 'the readiness check failed');
      expect(told.length).toBeGreaterThan(0);
      expect(told.map(({ reason, err }) => [String(reason), err])).toEqual(told.map(() => [expect.stringContaining('migration_status'), undefined]));
    } finally {
      await server.db.withOwner(async (client) => await client.query('alter function platform.not_there_yet(text) rename to migration_status'));
    }
    await expect.poll(async () => (await ready()).body['failing']).toEqual(['worker']);
  });

  test('answers within a second when the database does not', async () => {
    await server.db.withOwner(async (client) => {
      await client.query('begin');
      await client.query('lock table graphile_migrate.migrations in access exclusive mode');
      // An answer that was found before the lock may still be shared for a moment.
      await expect.poll(async () => (await ready()).body['failing']).toEqual(['database']);
      const begun = performance.now();
      expect(await ready()).toMatchObject({ status: 503, body: { failing: ['database'] } });
      expect(performance.now() - begun).toBeLessThan(1_000);
      await client.query('rollback');
    });
  });
});

describe('/metrics', () => {
  const scrape = async (headers: Record<string, string> = {}) => await fetch(`${server.url}/metrics`, { headers });

  test('are open to this machine', async () => {
    const response = await scrape();
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('tenantry_http_request_duration_seconds_bucket');
    expect(text).toContain('tenantry_lane_open{lane="0"}');
  });

  test.each(['X-Forwarded-For', 'Forwarded'])('are closed to what a proxy forwards (%s), but for the token', async (header) => {
    const forwarded = { [header]: '203.0.113.9' };
    expect((await scrape(forwarded)).status).toBe(401);
    expect((await scrape({ ...forwarded, Authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await scrape({ ...forwarded, Authorization: 'Bearer a-token-for-prometheus' })).status).toBe(200);
  });
});

test('the document of the API and its readable page are served', async () => {
  expect((await call(server.url, 'GET', '/api/v1/openapi.json')).body).toMatchObject({
    openapi: '3.1.0',
    servers: [{ url: `${server.url}/api/v1` }],
  });
  const page = await fetch(`${server.url}/api/docs`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
});
