import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call, newTenant, operatorApi } from './api.ts';

let server: TestServer;
let api: ReturnType<typeof operatorApi>;
beforeAll(async () => {
  server = await startTestServer({ worker: true });
  api = operatorApi(server);
});
afterAll(async () => {
  await server.close();
});

describe('POST /tenants', () => {
  test('with wait=true answers 201 with the active tenant', async () => {
    await server.operatorToken();
    const reply = await api('POST', '/tenants?wait=true', newTenant('cassini', { domain: 'Cassini.example', settings: { features: { dark: true } } }));
    expect(reply.status).toBe(201);
    expect(reply.headers.get('location')).toBe('/api/v1/tenants/cassini');
    expect(reply.body).toEqual({
      id: 'cassini',
      name: 'The cassini',
      description: null,
      domain: 'cassini.example',
      status: 'active',
      tier: 'standard',
      template: 'standard',
      settings: {
        branding: { logoUrl: null, primaryColor: null },
        businessRules: { approvalsRequired: 1, endingNoticeDays: 60 },
        integrations: { webhooks: [] },
        features: { dark: true },
      },
      schemaVersion: expect.any(Number),
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      activatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      deletedAt: null,
      purgeAfter: null,
      sizeBytes: expect.any(Number),
      lastActivityAt: null,
    });
  });

  test('answers 202 at once, and Location shows the tenant become active', async () => {
    const reply = await api('POST', '/tenants', newTenant('dione'));
    expect(reply.status).toBe(202);
    expect(reply.body).toMatchObject({ id: 'dione', status: 'provisioning' });
    const location = reply.headers.get('location') ?? '';
    const token = await server.operatorToken();
    await expect
      .poll(async () => (await call(server.url, 'GET', location, { token })).body['status'])
      .toBe('active');
  });

  test('with activate=false stops at ready, closed to its users', async () => {
    const reply = await api('POST', '/tenants?wait=true', newTenant('europa', { activate: false, security: { encryptTokens: true } }));
    expect(reply).toMatchObject({ status: 201, body: { status: 'ready', activatedAt: null, settings: { security: { encryptTokens: true } } } });
    const door = await call(server.url, 'POST', '/api/v1/tenants/europa/auth/login', { body: { email: 'a@b.example', password: 'x' } });
    expect(door).toMatchObject({ status: 403, body: { code: 'TENANT_FORBIDDEN' } });
  });

  test.each([
    ['id', newTenant('cassini', { name: 'Another' })],
    ['name', newTenant('cassini_2', { name: ' the CASSINI ' })],
    ['domain', newTenant('cassini_3', { name: 'Third', domain: 'CASSINI.example' })],
  ])('refuses a taken %s with TENANT_EXISTS', async (field, body) => {
    const reply = await api('POST', '/tenants', body);
    expect(reply).toMatchObject({ status: 409, body: { code: 'TENANT_EXISTS', errors: [{ field }] } });
  });
});

describe('Idempotency-Key', () => {
  const headers = { 'Idempotency-Key': 'order-7' };

  test('gives a repetition the first answer, at the same time or later, and creates once', async () => {
    const send = () => api('POST', '/tenants', newTenant('fornax'), headers);
    const replies = await Promise.all([send(), send(), send()]);
    replies.push(await send());
    for (const reply of replies) {
      expect(reply.status).toBe(202);
      expect(reply.body).toEqual(replies[0]?.body);
    }
    expect(replies.filter((reply) => reply.headers.get('idempotency-replayed') === 'true')).toHaveLength(3);
  });

  test('takes the same body in another order, and with wait=true answers how it stands', async () => {
    const body = Object.fromEntries(Object.entries(newTenant('fornax')).toReversed());
    const reply = await api('POST', '/tenants?wait=true', body, headers);
    expect(reply).toMatchObject({ status: 201, body: { id: 'fornax', status: 'active' } });
  });

  test('refuses another body', async () => {
    const reply = await api('POST', '/tenants', newTenant('fornax', { description: 'other' }), headers);
    expect(reply).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT', errors: [{ field: 'Idempotency-Key' }] } });
  });

  test('is each operator’s own', async () => {
    const other = operatorApi(server, 'operator');
    expect(await other('POST', '/tenants', newTenant('gaia'), headers)).toMatchObject({ status: 202, body: { id: 'gaia' } });
  });

  test('stays unused when the request was refused', async () => {
    const key = { 'Idempotency-Key': 'order-8' };
    expect((await api('POST', '/tenants', newTenant('cassini'), key)).status).toBe(409);
    expect((await api('POST', '/tenants', newTenant('hydra'), key)).status).toBe(202);
  });

  test('must be printable', async () => {
    const reply = await api('POST', '/tenants', newTenant('iris'), { 'Idempotency-Key': 'with space' });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ field: 'Idempotency-Key' }] } });
  });
});

describe('a provisioning that fails', () => {
  test('answers 409 with step and reason, leaves a failed tenant, and can be ordered again', async () => {
    await server.db.withOwner(async (client) => {
      await client.query('create schema tenant_janus');
    });
    const reply = await api('POST', '/tenants?wait=true', newTenant('janus'));
    expect(reply).toMatchObject({ status: 409, body: { code: 'CONFLICT', failedStep: expect.any(String), reason: '42P06' } });
    expect(reply.headers.get('location')).toBe('/api/v1/tenants/janus');
    expect(await api('GET', '/tenants/janus/schema/status')).toMatchObject({
      status: 200,
      body: { status: 'failed', schemaVersion: null, reason: '42P06', drift: null },
    });
    await server.db.withOwner(async (client) => {
      await client.query('drop schema if exists tenant_janus cascade');
    });
    const again = await api('POST', '/tenants/janus/schema');
    expect(again).toMatchObject({ status: 202, body: { status: 'provisioning' } });
    expect(again.headers.get('location')).toBe('/api/v1/tenants/janus/schema/status');
    await expect.poll(async () => (await api('GET', '/tenants/janus')).body['status']).toBe('active');
  });

  test('a tenant that is active is not provisioned a second time', async () => {
    expect(await api('POST', '/tenants/cassini/schema')).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION' } });
    expect((await api('GET', '/tenants/cassini')).body['status']).toBe('active');
  });
});

test('the status of a schema shows steps, version and fingerprint', async () => {
  const { status, body } = await api('GET', '/tenants/cassini/schema/status');
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'active', schemaVersion: expect.any(Number), drift: false, failedStep: null });
  expect(body['fingerprint']).toBe(body['expectedFingerprint']);
  expect((body['steps'] as { name: string }[]).map(({ name }) => name)).toContain('keys');
});

test('a schema that somebody changed shows as drift', async () => {
  await server.db.withOwner(async (client) => {
    await client.query('alter table tenant_hydra.brands add column sneaked text');
  });
  expect(await api('GET', '/tenants/hydra/schema/status')).toMatchObject({ status: 200, body: { drift: true } });
});
