import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installDevelopersPage, installProblemPages } from '../../server/http/pages.ts';
import { createApp } from '../../server/http/app.ts';
import { createFront } from '../../server/http/front.ts';
import { securityHeaders } from '../../server/http/headers.ts';
import { createRawServer } from '../../server/http/listen.ts';
import { problem } from '../../server/http/problems.ts';
import { accountFor } from '../../server/observability/access-log.ts';
import { createLogger } from '../../server/observability/logger.ts';
import { createMetrics } from '../../server/observability/metrics.ts';

let lines: Record<string, unknown>[] = [];
const logger = createLogger('info', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
const metrics = createMetrics(() => ({ operators: { open: 1, busy: 0, waiting: 0, recycled: 0 }, lanes: [] }));
const secret = new Error('password of role tenantry_lane_00 in schema tenant_aurora');

const app = createApp((express) => {
  installDevelopersPage(express, { graphiql: true });
  installProblemPages(express);
  express.get('/boom/:id', () => {
    throw secret;
  });
});
const server = createRawServer(
  null,
  createFront({
    logger,
    headers: securityHeaders(false),
    account: (req, res, scope) => {
      accountFor(req, res, scope, metrics);
    },
    endpoints: [
      { path: '/starting', answer: async () => Promise.reject(problem('UNAVAILABLE', 'The server is starting.', { retryAfter: 1 })) },
      { path: '/away', answer: async () => Promise.reject(problem('UNAVAILABLE', 'Not now.', { cause: secret })) },
      { path: '/raw', answer: async () => Promise.reject(problem('TENANT_SUSPENDED', 'Closed.')) },
      { path: '/late', answer: async (_req, res) => {
        res.write('begun');
        await Promise.reject(secret);
      } },
    ],
    rest: app,
  }),
);
let url = '';
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  ({ port } = server.address() as AddressInfo);
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  lines = [];
});

const body = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe('a request id', () => {
  test('is our own whatever a client sends, in the header and in the problem', async () => {
    const response = await fetch(`${url}/nowhere`, { headers: { 'X-Request-Id': 'trace-0123456789' } });
    const id = response.headers.get('x-request-id') ?? '';
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await body(response)).toMatchObject({ requestId: id });
  });

  test.each(['short', 'with space and more', '<script>alert(1)</script>', 'x'.repeat(200)])('is made anew instead of %j', async (id) => {
    const response = await fetch(`${url}/nowhere`, { headers: { 'X-Request-Id': id } });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('every answer', () => {
  test.each(['/developers', '/nowhere', '/raw', '/boom/1'])('%s is closed to other origins, frames and sniffing', async (path) => {
    const { headers } = await fetch(`${url}${path}`, { headers: { Origin: 'https://evil.example' } });
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test.each(['/developers', '/problems/not-found'])('%s may load nothing but its own style, by its hash', async (path) => {
    const response = await fetch(`${url}${path}`);
    const policy = new Map((response.headers.get('content-security-policy') ?? '').split(';').map((rule) => {
      const [name = '', ...sources] = rule.trim().split(' ');
      return [name, sources] as const;
    }));
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(await response.text()) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': ["'none'"], 'base-uri': ["'none'"], 'form-action': ["'none'"], 'frame-ancestors': ["'none'"],
      'style-src': [`'sha256-${hash}'`],
    });
  });

  test('a preflight of another origin is refused', async () => {
    const response = await fetch(`${url}/`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('access-control-allow-methods')).toBeNull();
  });
});

describe('a problem', () => {
  test('of an unknown address is NOT_FOUND as application/problem+json', async () => {
    const response = await fetch(`${url}/nowhere`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await body(response)).toMatchObject({ type: '/problems/not-found', status: 404, code: 'NOT_FOUND' });
  });

  test('that nobody foresaw is masked, and logged under its request id', async () => {
    const response = await fetch(`${url}/boom/1`);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toMatch(/password|tenantry_lane|tenant_aurora/);
    const { requestId } = JSON.parse(text) as { requestId: string };
    expect(lines.find(({ msg }) => msg === 'request failed')).toMatchObject({ requestId, err: { message: secret.message } });
  });

  test('of an endpoint outside Express is rendered the same way', async () => {
    const response = await fetch(`${url}/raw?x=1`);
    expect(response.status).toBe(403);
    expect(await body(response)).toMatchObject({ code: 'TENANT_SUSPENDED', detail: 'Closed.' });
  });

  test('after the answer has begun cuts it instead of adding to it', async () => {
    await expect(fetch(`${url}/late`).then((response) => response.text())).rejects.toThrow();
  });

  test('for a path that is not decodable is MALFORMED_REQUEST', async () => {
    const response = await fetch(`${url}/boom/%E0%A4%A`);
    expect(response.status).toBe(400);
    expect(await body(response)).toMatchObject({ code: 'MALFORMED_REQUEST' });
  });

  test.each([
    ['is not HTTP', 'NONSENSE\r\n\r\n', '400', 'MALFORMED_REQUEST'],
    ['has headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '413', 'TOO_LARGE'],
  ])('for what %s has a code too', async (_name, bytes, status, code) => {
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('close', () => {
        resolve(text);
      });
      socket.on('error', reject);
    });
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).toContain(code);
  });
});

describe('the log of a request', () => {
  test('says what was asked by its path alone, and how it ended', async () => {
    await fetch(`${url}/boom/7?q=somebody%40private.example`, { headers: { Authorization: 'Bearer secret-token' } });
    await expect.poll(() => lines.find(({ msg }) => msg === 'request')).toMatchObject({
      method: 'GET', path: '/boom/7', route: '/boom/:id', status: 500, problem: 'INTERNAL',
    });
    expect(JSON.stringify(lines)).not.toMatch(/somebody|secret-token/);
  });

  test('hides secrets that somebody logs', () => {
    logger.info({ headers: { authorization: 'Bearer s3cret', cookie: 's3cret' }, body: { password: 's3cret' }, accessToken: 's3cret' }, 'x');
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });

  test('leaves out what PostgreSQL says about values', () => {
    const error = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (email)=(anna@private.example) already exists.' });
    logger.error({ err: new Error('outer', { cause: error }) }, 'x');
    expect(JSON.stringify(lines)).not.toContain('anna@');
    expect(lines[0]).toMatchObject({ err: { message: 'outer', cause: { code: '23505' } } });
  });
});

describe('pages', () => {
  test.each(['/developers', '/problems/tenant-exists'])('%s stands alone: one style, named by its hash', async (path) => {
    const response = await fetch(`${url}${path}`);
    const markup = await response.text();
    expect(response.status).toBe(200);
    expect(markup).not.toMatch(/<script|<img|<link|src=|style="|https?:/);
    const style = /<style>([\s\S]*)<\/style>/.exec(markup)?.[1] ?? '';
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString('base64');
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${digest}'`);
  });
});

test('the metrics count requests by their route', async () => {
  await fetch(`${url}/boom/8`);
  await expect.poll(async () => await metrics.render()).toMatch(
    /tenantry_http_request_duration_seconds_count\{method="GET",route="\/boom\/:id",status="500"\} \d/,
  );
  expect(await metrics.render()).toContain('tenantry_lane_open{lane="operators"} 1');
});

describe('the raw server', () => {
  test('looks for slow requests every second, so that their time is what it says', () => {
    const slow = createRawServer(null, () => undefined);
    expect(slow).toMatchObject({ requestTimeout: 30_000, connectionsCheckingInterval: 1_000 });
    slow.close();
  });
});

test('a refusal that is ours alone is one line of the log, without a stack; what has a cause tells it', async () => {
  expect((await fetch(`${url}/starting`)).status).toBe(503);
  const [refused] = lines.filter(({ msg }) => msg === 'request failed');
  expect(refused).toMatchObject({ level: 40, code: 'UNAVAILABLE', detail: 'The server is starting.' });
  expect(JSON.stringify(refused)).not.toMatch(/stack|at file/);
  lines = [];
  expect((await fetch(`${url}/away`)).status).toBe(503);
  expect(lines.find(({ msg }) => msg === 'request failed')).toMatchObject({ err: { stack: expect.stringContaining('front.test.ts') as string } });
});
