import { afterEach, describe, expect, test } from 'vitest';
import { ATTEMPTS_PER_MINUTE } from '../../server/identity/attempt-limit.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from './api.ts';

let server: TestServer;
afterEach(async () => {
  await server.close();
});

/** Fails to sign in as somebody else each time, from addresses that the header claims. @returns the statuses */
async function flood(from: (attempt: number) => string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let attempt = 0; attempt < times; attempt += 1) {
    const headers = { 'X-Forwarded-For': from(attempt) };
    const body = { email: `flood-${attempt}@operators.example`, password: 'wrong' };
    statuses.push((await call(server.url, 'POST', '/api/v1/auth/login', { body, headers })).status);
  }
  return statuses;
}
const addresses = () => new Set(server.log.filter(({ msg }) => msg === 'request').map(({ address }) => address));
const many = ATTEMPTS_PER_MINUTE + 2;

describe('X-Forwarded-For', () => {
  test('of a peer that nobody trusts changes nothing: the limit holds and the log shows the peer', { timeout: 90_000 }, async () => {
    server = await startTestServer({ environment: { TRUSTED_PROXIES: '192.0.2.0/24' } });
    expect(await flood((attempt) => `198.51.100.${attempt}`, many)).toContain(429);
    expect(addresses()).toEqual(new Set(['127.0.0.1']));
  });

  test('of a trusted proxy tells clients apart, for the limit and in the log', { timeout: 90_000 }, async () => {
    server = await startTestServer({ environment: { TRUSTED_PROXIES: '127.0.0.1' } });
    const spread = await flood((attempt) => `198.51.100.${attempt}`, many);
    expect(new Set(spread)).toEqual(new Set([401]));
    expect(addresses()).toContain('198.51.100.31');
    expect(addresses()).not.toContain('127.0.0.1');
    // One client that forges the beginning of the list is still one client.
    expect(await flood((attempt) => `203.0.113.${attempt}, 198.51.100.200`, many)).toContain(429);
  });
});

describe('X-Request-Id', () => {
  const ask = async (id: string) => {
    const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'X-Request-Id': id } });
    await expect.poll(() => server.log.some(({ msg, path }) => msg === 'request' && path === '/graphql')).toBe(true);
    const line = server.log.find(({ msg, path }) => msg === 'request' && path === '/graphql');
    return { answered: response.headers.get('x-request-id'), logged: line?.['requestId'], named: line?.['clientRequestId'] };
  };

  test('of a client names nothing of ours: its word stands beside our id in the log', async () => {
    server = await startTestServer({ environment: { TRUSTED_PROXIES: '192.0.2.0/24' } });
    const { answered, logged, named } = await ask('stolen-0123456789');
    expect(answered).toMatch(/^[0-9a-f-]{36}$/);
    expect({ logged, named }).toEqual({ logged: answered, named: 'stolen-0123456789' });
  });

  test('of a trusted proxy is the id', async () => {
    server = await startTestServer({ environment: { TRUSTED_PROXIES: '127.0.0.1' } });
    expect(await ask('edge-0123456789')).toEqual({ answered: 'edge-0123456789', logged: 'edge-0123456789', named: undefined });
  });
});

test('forwarded headers never move the origin: issuer and addresses stay PUBLIC_URL', async () => {
  server = await startTestServer({ environment: { TRUSTED_PROXIES: '127.0.0.1' } });
  await server.db.provision('aurora');
  const headers = { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https', Forwarded: 'host=evil.example', 'X-Forwarded-Prefix': '/evil' };
  const { body } = await call(server.url, 'GET', '/t/aurora/.well-known/openid-configuration', { headers });
  expect(body['issuer']).toBe(`${server.url}/t/aurora`);
  expect(JSON.stringify(body)).not.toContain('evil');
});
