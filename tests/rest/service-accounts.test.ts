import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from './api.ts';

let server: TestServer;
let client: { id: string; secret: string };

const platform = async (query: string, variables: Record<string, unknown>, title: 'admin' | 'operator' = 'admin') =>
  await call(server.url, 'POST', '/platform/graphql', { token: await server.operatorToken(title), body: { query, variables } });
const rotate = async (accountId: string, overlapSeconds: number): Promise<string> => {
  const { body } = await platform(
    `mutation ($input: RotateServiceSecretInput!) { rotateServiceSecret(input: $input) { secret { clientId clientSecret } } }`,
    { input: { accountId, overlapSeconds } },
  );
  return (body as unknown as { data: { rotateServiceSecret: { secret: { clientSecret: string } } } }).data.rotateServiceSecret.secret.clientSecret;
};
const grantTo = async (accountId: string, tenantId: string, permissions: string[]) =>
  await platform('mutation ($input: GrantServiceAccountInput!) { grantServiceAccount(input: $input) { result { id } } }', {
    input: { accountId, tenantId, permissions },
  });

beforeAll(async () => {
  server = await startTestServer();
  await server.db.provision('aurora', { template: 'demo' });
  await server.db.provision('borealis', { template: 'demo' });
  const { body } = await platform('mutation { createServiceAccount(input: {name: "Royalty import"}) { result { rowId } } }', {});
  const { rowId: id } = (body as unknown as { data: { createServiceAccount: { result: { rowId: string } } } }).data.createServiceAccount.result;
  client = { id, secret: await rotate(id, 0) };
  await grantTo(id, 'aurora', ['brands.read']);
});
afterAll(async () => {
  await server.close();
});

const token = async (tenantId: string, secret = client.secret, form: Record<string, string> = {}) =>
  await call(server.url, 'POST', '/api/v1/oauth/token', {
    raw: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: secret,
      resource: `${server.url}/t/${tenantId}`,
      ...form,
    }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
const ask = async (accessToken: unknown, query: string) =>
  await call(server.url, 'POST', '/graphql', { token: String(accessToken), body: { query } });

test('does what it lists and nothing else', async () => {
  const { status, body } = await token('aurora');
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
  expect((await ask(body['access_token'], '{ brands { totalCount } licensees { totalCount } agreements { totalCount } }')).body).toMatchObject({
    data: { brands: { totalCount: 24 }, licensees: { totalCount: 0 }, agreements: { totalCount: 0 } },
  });
  const write = await ask(body['access_token'], 'mutation { createBrand(input: {brand: {name: "Robot"}}) { brand { name } } }');
  expect(JSON.stringify(write.body)).toContain('FORBIDDEN');
  expect(await call(server.url, 'GET', '/api/v1/tenants', { token: String(body['access_token']) })).toMatchObject({ status: 403 });
});

test('enters no tenant that it was not granted, and no tenant by default', async () => {
  expect(await token('borealis')).toMatchObject({ status: 401, body: { code: 'BAD_CREDENTIALS', error: 'invalid_client' } });
  expect(await token('aurora', client.secret, { resource: `${server.url}/elsewhere` })).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
  expect((await token('aurora', client.secret, { grant_type: 'password' })).body).toMatchObject({ error: 'unsupported_grant_type' });
  expect((await token('aurora', 'wrong')).body).toMatchObject({ error: 'invalid_client' });
  expect((await token('aurora', client.secret, { client_id: 'nobody' })).body).toMatchObject({ error: 'invalid_client' });
});

test('is refused in the terms of RFC 6749 and RFC 8707', async () => {
  const complete = { grant_type: 'client_credentials', client_id: client.id, client_secret: client.secret };
  const form = async (fields: Record<string, string>) =>
    await call(server.url, 'POST', '/api/v1/oauth/token', {
      raw: new URLSearchParams(fields).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
  expect((await form({ ...complete, resource: `${server.url}/t/aurora` })).status).toBe(200);
  expect(await form(complete)).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
  expect(await form({ ...complete, resource: `${server.url}/t/nowhere` })).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
  expect(await form({ ...complete, client_secret: 'wrong', resource: `${server.url}/t/nowhere` })).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  expect(await form({ ...complete, colour: 'red', resource: `${server.url}/t/aurora` })).toMatchObject({
    status: 400,
    body: { error: 'invalid_request', errors: [{ field: 'colour' }] },
  });
  const json = await call(server.url, 'POST', '/api/v1/oauth/token', { body: complete });
  expect(json).toMatchObject({ status: 400, body: { error: 'invalid_request', code: 'MALFORMED_REQUEST' } });
});

test('may send its credentials in the header, but not in both places', async () => {
  const basic = { Authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  const form = new URLSearchParams({ grant_type: 'client_credentials', resource: `${server.url}/t/aurora` });
  const headers = { ...basic, 'Content-Type': 'application/x-www-form-urlencoded' };
  expect((await call(server.url, 'POST', '/api/v1/oauth/token', { raw: form.toString(), headers })).status).toBe(200);
  form.set('client_secret', client.secret);
  expect((await call(server.url, 'POST', '/api/v1/oauth/token', { raw: form.toString(), headers })).status).toBe(400);
});

test('has an old secret that works within the overlap, and not after', async () => {
  const before = client.secret;
  const early = String((await token('aurora')).body['access_token']);
  client.secret = await rotate(client.id, 3_600);
  expect((await token('aurora', before)).status).toBe(200);
  expect((await token('aurora')).status).toBe(200);
  expect((await ask(early, '{ brands { totalCount } }')).status).toBe(200);
  const middle = client.secret;
  client.secret = await rotate(client.id, 0);
  expect((await token('aurora', before)).status).toBe(401);
  expect((await token('aurora', middle)).status).toBe(401);
  expect((await token('aurora')).status).toBe(200);
  await expect.poll(async () => (await ask(early, '{ brands { totalCount } }')).body.code).toBe('TOKEN_REVOKED');
});

test('is granted by admins only, and only what the tenant has', async () => {
  expect(JSON.stringify((await grantTo(client.id, 'aurora', ['world.rule'])).body)).toContain('INVALID_INPUT');
  const refused = await platform(
    'mutation ($input: GrantServiceAccountInput!) { grantServiceAccount(input: $input) { result { id } } }',
    { input: { accountId: client.id, tenantId: 'aurora', permissions: ['brands.write'] } },
    'operator',
  );
  expect(JSON.stringify(refused.body)).toContain('FORBIDDEN');
  expect((await ask((await token('aurora')).body['access_token'], '{ brands { totalCount } }')).body).toMatchObject({ data: { brands: { totalCount: 24 } } });
});

test('ends with its grant, and for good when it is disabled', async () => {
  const { body } = await token('aurora');
  await grantTo(client.id, 'aurora', []);
  await expect.poll(async () => (await ask(body['access_token'], '{ brands { totalCount } }')).body.code).toBe('TOKEN_REVOKED');
  await grantTo(client.id, 'aurora', ['brands.read']);
  const again = String((await token('aurora')).body['access_token']);
  expect((await ask(again, '{ brands { totalCount } }')).status).toBe(200);
  await platform('mutation ($input: DisableServiceAccountInput!) { disableServiceAccount(input: $input) { result { id } } }', {
    input: { accountId: client.id },
  });
  await expect.poll(async () => (await ask(again, '{ brands { totalCount } }')).body.code).toBe('TOKEN_REVOKED');
  expect((await token('aurora')).status).toBe(401);
});

test('leaves its secret nowhere', async () => {
  const stored = await server.db.withOwner(async (owner) => (await owner.query('select secret_hash from platform_private.service_secrets')).rows);
  expect(JSON.stringify(stored)).not.toContain(client.secret);
  const trail = await server.db.withOwner(async (security) => (await security.query('select * from audit.buffer')).rows);
  expect(trail.length).toBeGreaterThan(5);
  expect(JSON.stringify(trail)).not.toContain(client.secret);
  expect(JSON.stringify(server.log)).not.toContain(client.secret);
});
