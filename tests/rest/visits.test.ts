import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call, operatorApi } from './api.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.db.provision('aurora', { template: 'demo' });
  await server.db.provision('borealis', { template: 'demo' });
});
afterAll(async () => {
  await server.close();
});

const graphql = async (token: string, query: string) => await call(server.url, 'POST', '/graphql', { token, body: { query } });
const brands = '{ brands { totalCount } }';
const change = 'mutation { createBrand(input: {brand: {name: "Visitor"}}) { brand { name } } }';

test('an operator enters as viewer, read-only, with a reason; both identities are in the trail', async () => {
  const api = operatorApi(server, 'operator');
  expect(await api('POST', '/tenants/aurora/context', {})).toMatchObject({ status: 422, body: { errors: [{ field: 'reason' }] } });
  const { status, body } = await api('POST', '/tenants/aurora/context', { reason: 'ticket 4711' });
  expect(status).toBe(200);
  const token = String(body['accessToken']);
  expect(decodeJwt(token)).toMatchObject({ tid: 'aurora', role: 'viewer', act: { sub: expect.stringMatching(/^operator:/) } });
  expect(Number(body['expiresIn'])).toBeLessThanOrEqual(900);
  expect((await graphql(token, brands)).body).toMatchObject({ data: { brands: { totalCount: 24 } } });
  expect(await graphql(token, change)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect(await call(server.url, 'GET', '/api/v1/tenants', { token })).toMatchObject({ status: 403 });

  const events = await server.db.withOwner(async (client) =>
    (await client.query(`select actor, detail from audit.buffer where action = 'visit.begin' and tenant_id = 'aurora'`)).rows,
  );
  expect(events).toEqual([
    { actor: expect.stringMatching(/^operator:/), detail: expect.objectContaining({ reason: 'ticket 4711', role: 'viewer', access: 'read' }) },
  ]);
});

test('entering over GraphQL answers the same token, once, to whom the visit is', async () => {
  const platform = async (title: 'admin' | 'operator' | 'security', query: string) =>
    (await call(server.url, 'POST', '/platform/graphql', { token: await server.operatorToken(title), body: { query } })).body as unknown as
      { data?: Record<string, { result: { rowId: string } | null; token: { accessToken: string; expiresIn: number } | null } | null>; errors?: { extensions: { code: string } }[] };
  const answer = '{ result { rowId } token { accessToken expiresIn } }';
  const { data } = await platform('operator', `mutation { enterTenant(input: {tenantId: "aurora", reason: "ticket 4712"}) ${answer} }`);
  const token = String(data?.['enterTenant']?.token?.accessToken);
  expect(decodeJwt(token)).toMatchObject({ tid: 'aurora', role: 'viewer', sid: data?.['enterTenant']?.result?.rowId, act: { sub: expect.stringMatching(/^operator:/) } });
  expect(data?.['enterTenant']?.token?.expiresIn).toBeLessThanOrEqual(900);
  expect((await graphql(token, brands)).body).toMatchObject({ data: { brands: { totalCount: 24 } } });
  expect(await graphql(token, change)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  const asManager = await platform('admin', `mutation { enterTenantAs(input: {tenantId: "aurora", reason: "repair", role: "manager", access: "write"}) ${answer} }`);
  expect(decodeJwt(String(asManager.data?.['enterTenantAs']?.token?.accessToken))).toMatchObject({ role: 'manager' });
  // Refused: neither visit nor token.
  for (const [title, call1] of [['operator', 'enterTenantAs(input: {tenantId: "aurora", reason: "r", role: "admin", access: "write"})'], ['security', 'enterTenant(input: {tenantId: "aurora", reason: "r"})']] as const) {
    const refused = await platform(title, `mutation { ${call1} ${answer} }`);
    expect([refused.data ?? null, refused.errors?.[0]?.extensions.code].flat()).not.toContain('accessToken');
    expect(JSON.stringify(refused)).not.toMatch(/eyJ/);
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  }
  expect((await platform('operator', `mutation { enterTenant(input: {tenantId: "aurora", reason: " "}) ${answer} }`)).errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
  // A visit that is read later has no key.
  expect((await platform('operator', '{ tenantVisits { nodes { rowId } } }')).errors).toBeUndefined();
  expect((await platform('operator', '{ tenantVisits { nodes { token { accessToken } } } }')).errors?.[0]).toMatchObject({ message: expect.stringContaining('Cannot query field "token"') });
});

test('another role and writing are for admins, and the database says so', async () => {
  const asked = { reason: 'repair', role: 'manager', access: 'write' };
  expect(await operatorApi(server, 'operator')('POST', '/tenants/aurora/context', asked)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  const { body } = await operatorApi(server, 'admin')('POST', '/tenants/aurora/context', asked);
  expect((await graphql(String(body['accessToken']), change)).body).toMatchObject({ data: { createBrand: { brand: { name: 'Visitor' } } } });
  expect((await operatorApi(server, 'developer')('POST', '/tenants/aurora/context', { reason: 'look' })).status).toBe(403);
});

test('a visit is no person’s session: it lists and ends none', async () => {
  const { body } = await operatorApi(server, 'operator')('POST', '/tenants/aurora/context', { reason: 'look' });
  const token = String(body['accessToken']);
  const path = '/api/v1/tenants/aurora/auth/sessions';
  expect(await call(server.url, 'GET', path, { token })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect((await call(server.url, 'GET', path, { token: await server.tenantToken('aurora', 'viewer') })).status).toBe(200);
});

test('a visit that only reads is read-only for the database too', async () => {
  const { body } = await operatorApi(server, 'admin')('POST', '/tenants/aurora/context', { reason: 'look', role: 'manager', access: 'read' });
  expect(await graphql(String(body['accessToken']), change)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect((await graphql(String(body['accessToken']), brands)).status).toBe(200);
});

test('a visit that only reads orders no evidence, since an order is written down; one that writes may', async () => {
  const evidence = async (access: 'read' | 'write', to: string) => {
    const { body } = await operatorApi(server, 'admin')('POST', '/tenants/aurora/context', { reason: 'look', role: 'admin', access });
    return await call(server.url, 'GET', `/api/v1/tenants/aurora/auth/evidence?from=2026-01-01&to=${to}`, { token: String(body['accessToken']) });
  };
  expect(await evidence('read', '2026-01-02')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN', detail: 'This visit may look and change nothing.' } });
  // Nobody signs here: that its period is what the database refuses says that the order got there.
  expect(await evidence('write', '2025-01-02')).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
  expect(await server.db.withOwner(async (client) => (await client.query('select id from platform.evidence_bundles')).rows)).toEqual([]);
});

test('a visit is over when its time is, whatever its token says', async () => {
  const enter = async () => (await operatorApi(server, 'operator')('POST', '/tenants/aurora/context', { reason: 'look' })).body;
  const [open, past] = [await enter(), await enter()];
  await server.db.withOwner(async (client) => {
    const { rows } = await client.query(`select extract(epoch from expires_at - now())::int as seconds from platform.tenant_visits where id = $1`, [open['visitId']]);
    expect(rows[0].seconds).toBeLessThanOrEqual(900);
    await client.query(`update platform.tenant_visits set expires_at = now() - interval '1 second' where id = $1`, [past['visitId']]);
  });
  expect(await graphql(String(past['accessToken']), brands)).toMatchObject({ status: 401, body: { code: 'TOKEN_REVOKED' } });
  expect((await graphql(String(open['accessToken']), brands)).status).toBe(200);
});

test('leaving ends the token, and so does disabling the operator', async () => {
  const api = operatorApi(server, 'operator');
  const { body } = await api('POST', '/tenants/aurora/context', { reason: 'look' });
  const token = String(body['accessToken']);
  expect((await graphql(token, brands)).status).toBe(200);
  const left = await call(server.url, 'POST', '/platform/graphql', {
    token: await server.operatorToken('operator'),
    body: { query: `mutation { leaveTenant(input: {visitId: "${String(body['visitId'])}"}) { result { endedAt } } }` },
  });
  expect(left.body).toMatchObject({ data: { leaveTenant: { result: { endedAt: expect.any(String) } } } });
  await expect.poll(async () => (await graphql(token, brands)).body.code).toBe('TOKEN_REVOKED');
});

test('one request looks into several tenants in turn, each with its own visit in the trail', async () => {
  const api = operatorApi(server, 'operator');
  await server.db.withOwner(async (client) => await client.query(`delete from tenant_borealis.approvals; delete from tenant_borealis.agreements`));
  const { status, body } = await api('POST', '/portfolio', { tenants: ['borealis', 'aurora'], reason: 'yearly figures' });
  expect(status).toBe(200);
  expect(body['items']).toMatchObject([
    { tenantId: 'borealis', brands: 24, agreements: 0 },
    { tenantId: 'aurora', brands: expect.any(Number), agreements: expect.any(Number) },
  ]);
  expect((body['items'] as { agreements: number }[])[1]?.agreements).toBeGreaterThan(0);
  const visited = await server.db.withOwner(async (client) =>
    (await client.query(`select tenant_id from audit.buffer where action = 'visit.begin' and detail ->> 'reason' = 'yearly figures' order by id`)).rows,
  );
  expect(visited).toEqual([{ tenant_id: 'borealis' }, { tenant_id: 'aurora' }]);
  expect(await api('POST', '/portfolio', { tenants: ['aurora', 'nobody'], reason: 'x' })).toMatchObject({ status: 404 });
  expect((await operatorApi(server, 'developer')('POST', '/portfolio', { tenants: ['aurora'], reason: 'x' })).status).toBe(403);
});

test('ends with the operator’s session, and with the role by which it was begun', async () => {
  const email = 'guest@operators.example';
  await server.db.addOperator(email, 'operator');
  const signIn = async () => await call(server.url, 'POST', '/api/v1/auth/login', { body: { email, password: testPassword } });
  const enter = async (token: unknown) => {
    const reply = await call(server.url, 'POST', '/api/v1/tenants/aurora/context', { token: String(token), body: { reason: 'look' } });
    return String(reply.body['accessToken']);
  };
  const session = await signIn();
  const visit = await enter(session.body['accessToken']);
  expect((await graphql(visit, brands)).status).toBe(200);
  await call(server.url, 'POST', '/api/v1/auth/logout', { headers: { Cookie: session.headers.get('set-cookie')?.split(';')[0] ?? '' } });
  await expect.poll(async () => (await graphql(visit, brands)).body.code).toBe('TOKEN_REVOKED');
  const other = await enter((await signIn()).body['accessToken']);
  expect((await graphql(other, brands)).status).toBe(200);
  await server.db.withOwner(async (client) => await client.query(`update platform.operators set role = 'developer' where email = $1`, [email]));
  await expect.poll(async () => (await graphql(other, brands)).body.code).toBe('TOKEN_REVOKED');
});

test('a closed tenant is not entered, and an unknown one is not found', async () => {
  const api = operatorApi(server, 'operator');
  expect(await api('POST', '/tenants/nobody/context', { reason: 'x' })).toMatchObject({ status: 404 });
  expect((await api('POST', '/tenants/borealis/suspend', { reason: 'unpaid' })).status).toBe(200);
  expect(await api('POST', '/tenants/borealis/context', { reason: 'x' })).toMatchObject({ status: 403, body: { code: 'TENANT_SUSPENDED' } });
  expect((await api('POST', '/tenants/borealis/activate', {})).status).toBe(200);
  expect((await api('POST', '/tenants/borealis/context', { reason: 'x' })).status).toBe(200);
});

test.each([
  ['suspended', 'suspend', ['activate']],
  ['archived', 'archive', ['restore', 'activate']],
  ['deleted', 'delete', ['restore', 'activate']],
] as const)('a visit ends when the tenant is %s, and does not come back with it', async (because, step, back) => {
  const api = operatorApi(server, 'admin');
  const [visit, elsewhere] = [
    (await api('POST', '/tenants/borealis/context', { reason: 'look' })).body,
    (await api('POST', '/tenants/aurora/context', { reason: 'look' })).body,
  ];
  expect((await graphql(String(visit['accessToken']), brands)).status).toBe(200);
  if (step === 'delete') expect((await api('DELETE', '/tenants/borealis', { confirm: 'borealis', reason: 'unpaid' })).status).toBe(200);
  else expect((await api('POST', `/tenants/borealis/${step}`, { reason: 'unpaid' })).status).toBe(200);
  for (const again of back) expect((await api('POST', `/tenants/borealis/${again}`, { reason: 'paid' })).status).toBe(200);
  expect(await graphql(String(visit['accessToken']), brands)).toMatchObject({ status: 401, body: { code: 'TOKEN_REVOKED' } });
  expect((await graphql(String(elsewhere['accessToken']), brands)).status).toBe(200);
  const ended = await server.db.withOwner(async (client) =>
    (await client.query(`select tenant_id, detail ->> 'because' as because from audit.buffer where action = 'visit.end' and detail ->> 'visitId' = any ($1)`,
                        [[visit['visitId'], elsewhere['visitId']]])).rows,
  );
  expect(ended).toEqual([{ tenant_id: 'borealis', because }]);
  const entered = await api('POST', '/tenants/borealis/context', { reason: 'look again' });
  expect((await graphql(String(entered.body['accessToken']), brands)).status).toBe(200);
});

test('a DBA has no visit: there is no operator to name', async () => {
  await expect(
    server.db.withMigrator(async (client) => await client.query(`select platform.enter_tenant('aurora', 'look')`)),
  ).rejects.toMatchObject({ code: 'TN009' });
});
