/** Keys that change while real requests go on, on two servers at once, and keys that are revoked. */
import { once } from 'node:events';
import { createServer as createNetServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../../config/config.ts';
import { completeKeys } from '../../server/identity/keys.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { createServer } from '../../server/server.ts';
import type { TenantryServer } from '../../server/server.ts';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from './api.ts';
import type { Reply } from './api.ts';

let server: TestServer;
/** A second server process over the same database, as a load balancer would have it: same issuer, another port. */
let second: { readonly url: string; readonly server: TenantryServer };

beforeAll(async () => {
  server = await startTestServer({ worker: true });
  for (const id of ['aurora', 'borealis', 'corona']) await server.db.provision(id, { template: 'demo' });
  second = await startSecond();
});
afterAll(async () => {
  await second.server.close();
  await server.close();
});

async function startSecond(): Promise<typeof second> {
  const { db } = server;
  const port = await freePort();
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: String(port),
    PUBLIC_URL: server.url,
    DATABASE_URL: db.url,
    TENANTRY_PREFIX: db.prefix,
    LANES: String(inject('cluster').lanes),
    SERVER_PROCESSES: '1',
  });
  const { endpoint, blueprintEndpoint, masterKey } = db;
  const made = createServer({ config, endpoint, blueprintEndpoint, masterKey, logger: pino({ level: 'silent' }) });
  await made.listen();
  return { url: `http://127.0.0.1:${port}`, server: made };
}

async function freePort(): Promise<number> {
  const probe = createNetServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

const urls = () => [server.url, second.url] as const;
const ask = async (url: string, token: string) =>
  await call(url, 'POST', '/graphql', { token, body: { query: '{ brands(first: 1) { totalCount } }' } });
const enter = async (url: string, tenant: string): Promise<Reply> =>
  await call(url, 'POST', `/api/v1/tenants/${tenant}/auth/login`, { body: { email: `viewer@${tenant}.example`, password: testPassword } });
const signIn = async (url: string, tenant: string) => String((await enter(url, tenant)).body['accessToken']);
const mutate = async (title: 'admin' | 'operator' | 'security' | 'developer', mutation: string) => {
  const token = await server.operatorToken(title);
  const { body } = await call(second.url, 'POST', '/platform/graphql', { token, body: { query: `mutation { ${mutation} { result } }` } });
  return body as unknown as { data?: Record<string, { result: unknown } | null>; errors?: { extensions: { code: string } }[] };
};
const published = async (url: string, path: string) =>
  ((await call(url, 'GET', `${path}/.well-known/jwks.json`)).body['keys'] as { kid: string }[]).map(({ kid }) => kid);
const stateOf = async (tenant: string, state: string) =>
  await server.db.withOwner(async (client) => {
    const { rows } = await client.query<{ kid: string }>('select kid from platform.signing_keys($1) where state = $2', [tenant, state]);
    return rows.map(({ kid }) => kid);
  });
/** The news of a revocation takes its milliseconds to each server; from the first refusal on there is none but refusals. */
const expectRevoked = async (request: () => Promise<Reply>) => {
  await expect.poll(async () => (await request()).body.code, { interval: 1, timeout: 3_000 }).toBe('TOKEN_INVALID');
  for (let again = 0; again < 5; again += 1) expect(await request()).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
};
/** Two minutes pass for the next key. */
const passTime = async (tenant: string) =>
  await server.db.withOwner((client) =>
    client.query(
      `update platform_private.signing_keys set state_since = now() - interval '1 hour' where tenant_id = $1 and state = 'next'`,
      [tenant],
    ),
  );

describe('rotating keys', () => {
  test('fails no request, on either of two servers, however often it happens', async () => {
    const tokens = [await signIn(server.url, 'aurora')];
    const failures: unknown[] = [];
    let answered = 0;
    const rotated = new AbortController();
    const requests = Array.from({ length: 4 }, async (_, driver) => {
      for (let turn = driver; !rotated.signal.aborted; turn += 1) {
        const token = tokens[turn % tokens.length] ?? '';
        const { status, body } = await ask(urls()[turn % 2] ?? server.url, token);
        if (status === 200) answered += 1;
        else failures.push({ kid: decodeProtectedHeader(token).kid, status, code: body.code });
      }
    });
    try {
      for (let round = 0; round < 5; round += 1) {
        await passTime('aurora');
        const [next] = await stateOf('aurora', 'next');
        for (const url of urls()) expect(await published(url, '/t/aurora')).toContain(next);
        expect(await mutate('operator', `rotateKeys(input: { id: "aurora", reason: "round ${round}" })`)).toEqual({
          data: { rotateKeys: { result: next } },
        });
        tokens.push(await signIn(urls()[round % 2] ?? server.url, 'aurora'));
        const before = answered + failures.length;
        await expect.poll(() => answered + failures.length, { interval: 10, timeout: 30_000 }).toBeGreaterThan(before + 20);
        await expect.poll(() => stateOf('aurora', 'next'), { interval: 20, timeout: 30_000 }).not.toEqual([]);
      }
    } finally {
      rotated.abort();
      await Promise.all(requests);
    }
    expect(failures).toEqual([]);
    expect(new Set(tokens.map((token) => decodeProtectedHeader(token).kid)).size).toBe(6);
    expect(await stateOf('aurora', 'previous')).toHaveLength(5);
    for (const url of urls()) for (const token of tokens) expect((await ask(url, token)).status).toBe(200);
  }, 120_000);

  test('needs the right role, a reason, and a key that was published', async () => {
    const codes = async (title: Parameters<typeof mutate>[0], mutation: string) =>
      (await mutate(title, mutation)).errors?.map(({ extensions }) => extensions.code);
    expect(await codes('security', 'rotateKeys(input: { id: "borealis", reason: "x" })')).toEqual(['FORBIDDEN']);
    expect(await codes('developer', 'rotateKeys(input: { id: "borealis", reason: "x" })')).toEqual(['FORBIDDEN']);
    expect(await codes('operator', 'rotatePlatformKeys(input: { reason: "x" })')).toEqual(['FORBIDDEN']);
    expect(await codes('operator', 'revokePlatformKeys(input: { reason: "x" })')).toEqual(['FORBIDDEN']);
    expect(await codes('operator', 'rotateKeys(input: { id: "borealis", reason: "" })')).toEqual(['INVALID_INPUT']);
    expect(await codes('operator', 'rotateKeys(input: { id: "nobody", reason: "x" })')).toEqual(['NOT_FOUND']);
    expect(await codes('operator', 'rotateKeys(input: { id: "borealis", reason: "x" })')).toEqual(['INVALID_TRANSITION']);
    await passTime('borealis');
    expect(await codes('operator', 'rotateKeys(input: { id: "borealis", reason: "x" })')).toBeUndefined();
  });

  test('shows in what operators read of keys', async () => {
    const query = '{ signingKeys(id: "aurora", first: 20) { nodes { kid state ageDays tenantId } } }';
    const read = async (title: 'security' | 'developer') => {
      const { body } = await call(server.url, 'POST', '/platform/graphql', { token: await server.operatorToken(title), body: { query } });
      return body as unknown as {
        data: { signingKeys: { nodes: Record<string, unknown>[] } | null };
        errors?: { extensions: { code: string } }[];
      };
    };
    const { data, errors } = await read('security');
    expect(errors).toBeUndefined();
    expect(data.signingKeys?.nodes).toContainEqual({ kid: expect.any(String), state: 'current', ageDays: 0, tenantId: 'aurora' });
    expect((await read('developer')).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('revoking keys', () => {
  test('fails the next request on each server, and leaves the neighbour alone; signing in anew works', async () => {
    const token = await signIn(server.url, 'aurora');
    const neighbour = await signIn(server.url, 'borealis');
    const keys = await published(server.url, '/t/aurora');
    for (const url of urls()) expect((await ask(url, token)).status).toBe(200);
    const { data } = await mutate('security', 'revokeKeys(input: { id: "aurora", reason: "a laptop was stolen" })');
    expect(data?.['revokeKeys']?.result).toBe(keys.length);
    for (const url of urls()) {
      await expectRevoked(() => ask(url, token));
      expect((await ask(url, neighbour)).status).toBe(200);
    }
    await expect.poll(() => stateOf('aurora', 'next'), { interval: 20, timeout: 30_000 }).not.toEqual([]);
    const fresh = await signIn(second.url, 'aurora');
    expect(decodeJwt(fresh)).toMatchObject({ tid: 'aurora' });
    for (const url of urls()) {
      expect((await ask(url, fresh)).status).toBe(200);
      expect(await ask(url, token)).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
      const now = await published(url, '/t/aurora');
      expect(now).toHaveLength(2);
      expect(now.filter((kid) => keys.includes(kid))).toEqual([]);
    }
  });

  test('of an encrypting tenant fails its next request as well', async () => {
    await server.db.withOperator('operator', (client) =>
      client.query(`select platform.update_tenant('corona', '{"settings": {"security": {"encryptTokens": true}}}')`),
    );
    await expect.poll(async () => (await signIn(server.url, 'corona')).split('.').length, { interval: 50 }).toBe(5);
    const token = await signIn(server.url, 'corona');
    expect((await ask(second.url, token)).status).toBe(200);
    await mutate('operator', 'revokeKeys(input: { id: "corona", reason: "x" })');
    await expectRevoked(() => ask(second.url, token));
    await expect.poll(() => stateOf('corona', 'next'), { interval: 20, timeout: 30_000 }).not.toEqual([]);
    expect((await ask(second.url, await signIn(server.url, 'corona'))).status).toBe(200);
  });

  test('of the platform ends every operator’s token, and no user’s', async () => {
    const user = await signIn(server.url, 'borealis');
    const token = await server.operatorToken('admin');
    const list = async () => await call(server.url, 'GET', '/api/v1/tenants', { token });
    expect((await list()).status).toBe(200);
    expect((await mutate('admin', 'revokePlatformKeys(input: { reason: "x" })')).errors).toBeUndefined();
    await expectRevoked(list);
    expect((await ask(server.url, user)).status).toBe(200);
  });
});

test('without a worker signing in waits for new keys, and says so', async () => {
  const idle = await startTestServer();
  try {
    await idle.db.provision('aurora', { template: 'demo' });
    expect((await enter(idle.url, 'aurora')).status).toBe(200);
    await idle.db.withOperator('operator', (client) => client.query(`select platform.revoke_keys('aurora', 'x')`));
    const reply = await enter(idle.url, 'aurora');
    expect(reply).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(reply.headers.get('retry-after')).toBe('1');
    await idle.db.withOwner((client) => completeKeys(client, localSealer(idle.db.masterKey), 'aurora'));
    await expect.poll(async () => (await enter(idle.url, 'aurora')).status, { interval: 50 }).toBe(200);
  } finally {
    await idle.close();
  }
});
