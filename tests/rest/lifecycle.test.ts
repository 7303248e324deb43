import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call, newTenant, operatorApi } from './api.ts';

let server: TestServer;
let api: ReturnType<typeof operatorApi>;
beforeAll(async () => {
  server = await startTestServer();
  api = operatorApi(server);
  await server.db.provision('aurora', { template: 'demo' });
  await server.db.provision('borealis', { template: 'demo' });
});
afterAll(async () => {
  await server.close();
});

const brandsOf = async (token: string) =>
  await call(server.url, 'POST', '/graphql', { token, body: { query: '{ brands(first: 1) { totalCount } }' } });

describe('PATCH /tenants/{id}', () => {
  test('changes what is given, replaces settings by section, and moves the ETag on', async () => {
    const before = await api('GET', '/tenants/aurora');
    const etag = before.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"\d+"$/);
    const after = await api(
      'PATCH',
      '/tenants/aurora',
      { description: 'Outdoor', settings: { branding: { primaryColor: '#112233' }, features: { beta: true } } },
      { 'If-Match': etag },
    );
    expect(after).toMatchObject({ status: 200, body: { description: 'Outdoor', name: before.body['name'] } });
    expect(after.headers.get('etag')).not.toBe(etag);
    const merged = await api('PATCH', '/tenants/aurora', { settings: { features: null } });
    expect(merged.body['settings']).toMatchObject({ branding: { primaryColor: '#112233' }, features: {} });
  });

  test.each(['"1"', 'W/"1"', 'nonsense', '""'])('with If-Match %s is STALE_VERSION and changes nothing', async (etag) => {
    const reply = await api('PATCH', '/tenants/aurora', { description: 'lost' }, { 'If-Match': etag });
    expect(reply).toMatchObject({ status: 412, body: { code: 'STALE_VERSION' } });
    expect((await api('GET', '/tenants/aurora')).body['description']).toBe('Outdoor');
  });

  test('with If-Match * only asks that there is one', async () => {
    expect((await api('PATCH', '/tenants/aurora', { description: null }, { 'If-Match': '*' })).status).toBe(200);
    expect((await api('PATCH', '/tenants/nobody', {}, { 'If-Match': '*' })).status).toBe(404);
  });

  test('refuses a name or domain that another tenant has', async () => {
    const { body } = await api('GET', '/tenants/borealis');
    const reply = await api('PATCH', '/tenants/aurora', { name: String(body['name']).toUpperCase() });
    expect(reply).toMatchObject({ status: 409, body: { code: 'TENANT_EXISTS', errors: [{ field: 'name' }] } });
  });
});

describe('the life of a tenant', () => {
  test('a suspended tenant is refused at once, at every door, and its neighbour is not', async () => {
    const aurora = await server.tenantToken('aurora', 'viewer');
    const borealis = await server.tenantToken('borealis', 'viewer');
    expect(await brandsOf(aurora)).toMatchObject({ status: 200, body: { data: { brands: { totalCount: expect.any(Number) } } } });
    const reply = await api('POST', '/tenants/aurora/suspend', { reason: 'unpaid' });
    expect(reply).toMatchObject({ status: 200, body: { status: 'suspended' } });
    expect(await brandsOf(aurora)).toMatchObject({ status: 403, body: { code: 'TENANT_SUSPENDED' } });
    const door = await call(server.url, 'POST', '/api/v1/tenants/aurora/auth/login', { body: { email: 'viewer@aurora.example', password: 'x' } });
    expect(door).toMatchObject({ status: 403, body: { code: 'TENANT_SUSPENDED' } });
    expect((await brandsOf(borealis)).status).toBe(200);
    expect(await api('POST', '/tenants/aurora/activate')).toMatchObject({ status: 200, body: { status: 'active' } });
    await expect.poll(async () => (await brandsOf(aurora)).status).toBe(200);
  });

  test('a tenant that drifted is not opened: NOT_PROVEN', async () => {
    await api('POST', '/tenants/borealis/suspend', { reason: 'check' });
    await server.db.withOwner((client) => client.query('alter table tenant_borealis.brands add column sneaked text'));
    expect(await api('POST', '/tenants/borealis/activate')).toMatchObject({ status: 409, body: { code: 'NOT_PROVEN' } });
    await server.db.withOwner((client) => client.query('alter table tenant_borealis.brands drop column sneaked'));
    expect((await api('POST', '/tenants/borealis/activate')).status).toBe(200);
  });

  test('deletion wants the id once more, keeps the tenant for 30 days, and is taken back by an admin only', async () => {
    expect(await api('DELETE', '/tenants/borealis', { confirm: 'aurora', reason: 'x' })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_INPUT', errors: [{ field: 'confirm' }] },
    });
    expect(await api('DELETE', '/tenants/borealis')).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
    const deleted = await api('DELETE', '/tenants/borealis', { confirm: 'borealis', reason: 'end of contract' });
    expect(deleted).toMatchObject({ status: 200, body: { status: 'deleted', deletedAt: expect.any(String) } });
    const days = (Date.parse(String(deleted.body['purgeAfter'])) - Date.parse(String(deleted.body['deletedAt']))) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    expect(await operatorApi(server, 'operator')('POST', '/tenants/borealis/restore')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await api('POST', '/tenants/borealis/restore', { reason: 'mistake' })).toMatchObject({ status: 200, body: { status: 'suspended' } });
    expect(await api('POST', '/tenants/borealis/activate')).toMatchObject({ status: 200, body: { status: 'active', deletedAt: null } });
  });

  test('DELETE …/schema is the same', async () => {
    expect(await api('DELETE', '/tenants/borealis/schema', {})).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
    expect(await api('DELETE', '/tenants/borealis/schema', { reason: 'again' })).toMatchObject({ status: 200, body: { status: 'deleted' } });
    expect((await api('POST', '/tenants/borealis/restore')).status).toBe(200);
    expect((await api('POST', '/tenants/borealis/activate')).status).toBe(200);
  });

  test.each([
    ['activate', 'aurora'],
    ['restore', 'aurora'],
    ['cancel', 'aurora'],
  ])('%s of an active tenant is INVALID_TRANSITION', async (verb, id) => {
    expect(await api('POST', `/tenants/${id}/${verb}`, { reason: 'try' })).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION' } });
  });

  test('an archived tenant is closed', async () => {
    expect(await api('POST', '/tenants/aurora/archive', { reason: 'over' })).toMatchObject({ status: 200, body: { status: 'archived' } });
    expect(await brandsOf(await server.tenantToken('aurora', 'viewer'))).toMatchObject({ status: 403, body: { code: 'TENANT_FORBIDDEN' } });
  });

  test.each(['suspend', 'archive'])('%s wants a reason', async (verb) => {
    for (const body of [undefined, {}, { reason: ' ' }, { reason: 'x'.repeat(2_001) }]) {
      const reply = await api('POST', `/tenants/borealis/${verb}`, body);
      expect(reply).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT', errors: [{ field: 'reason' }] } });
    }
  });
});

test('what runs for a tenant is ended when it is suspended', async () => {
  const token = await server.tenantToken('borealis', 'viewer');
  expect((await brandsOf(token)).status).toBe(200);
  await server.db.withOwner(async (client) => {
    await client.query('begin');
    await client.query('lock table tenant_borealis.brands in access exclusive mode');
    const stuck = brandsOf(token);
    await expect
      .poll(async () => (await client.query(`select 1 from pg_locks where not granted`)).rowCount)
      .toBeGreaterThan(0);
    const begun = performance.now();
    expect((await api('POST', '/tenants/borealis/suspend', { reason: 'emergency' })).status).toBe(200);
    // Its connection was cut: refused by status if the row was read again after that, else to be tried again.
    expect([403, 503]).toContain((await stuck).status);
    expect(performance.now() - begun).toBeLessThan(2_000);
    await client.query('rollback');
  });
});

describe('what an operator may do', () => {
  test.each(['security', 'developer'] as const)('a %s reads and changes nothing', async (title) => {
    const mine = operatorApi(server, title);
    expect((await mine('GET', '/tenants')).status).toBe(200);
    expect((await mine('GET', '/tenants/aurora')).status).toBe(200);
    expect((await mine('GET', '/tenants/aurora/schema/status')).status).toBe(200);
    for (const [method, path, body] of [
      ['POST', '/tenants', newTenant('sneaky')],
      ['PATCH', '/tenants/aurora', { name: 'x' }],
      ['POST', '/tenants/aurora/suspend', { reason: 'x' }],
      ['DELETE', '/tenants/aurora', { confirm: 'aurora', reason: 'x' }],
      ['DELETE', '/tenants/aurora/schema', { reason: 'x' }],
      ['POST', '/tenants/aurora/schema', {}],
    ] as const) {
      expect(await mine(method, path, body), `${method} ${path}`).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    }
  });

  test.each([
    ['GET', '/tenants/nobody'],
    ['GET', '/tenants/nobody/schema/status'],
    ['POST', '/tenants/nobody/schema'],
    ['POST', '/tenants/nobody/activate'],
    ['GET', '/tenants/AURORA'],
    ['GET', "/tenants/a'b"],
    ['GET', '/tenants/%00'],
  ])('%s %s is NOT_FOUND', async (method, path) => {
    expect(await api(method, path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});
