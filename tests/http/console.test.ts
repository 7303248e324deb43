import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../server/http/app.ts';
import { installConsole } from '../../server/http/console.ts';
import { createFront } from '../../server/http/front.ts';
import { securityHeaders } from '../../server/http/headers.ts';
import { createRawServer } from '../../server/http/listen.ts';

const script = 'console.log("a console");';
const html = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const stops: (() => Promise<void>)[] = [];

async function serve(folder: string): Promise<string> {
  const app = createApp((express) => {
    express.get('/known', (_req, res) => {
      res.json({ known: true });
    });
    installConsole(express, folder);
  });
  const server = createRawServer(null, createFront({ logger: pino({ level: 'silent' }), headers: securityHeaders(false), account: () => undefined, endpoints: [], rest: app }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let url: string;
let unbuilt: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-console-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'static'));
  await writeFile(join(folder, 'index.html'), '<meta property="csp-nonce" nonce="{{nonce}}"><script nonce="{{nonce}}" src="/static/index-abc.js"></script>');
  await writeFile(join(folder, '.built-from'), 'a fingerprint');
  await writeFile(join(folder, 'static', 'index-abc.js'), script);
  await writeFile(join(folder, 'static', 'index-abc.js.br'), brotliCompressSync(script));
  await writeFile(join(folder, 'static', 'index-abc.js.gz'), gzipSync(script));
  await writeFile(join(folder, 'scheme.js'), script);
  url = await serve(folder);
  unbuilt = await serve(join(folder, 'nowhere'));
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

describe('the page', () => {
  test.each(['/', '/tenants', '/tenants/aurora/users?page=2', '/t/aurora/assurance'])('is at %s for a browser', async (path) => {
    const response = await fetch(`${url}${path}`, { headers: html });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('/static/index-abc.js');
  });

  test('has a nonce of its own each time, which its policy names; scripts come from our origin alone', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const response = await fetch(url, { headers: html });
        const policy = response.headers.get('content-security-policy') ?? '';
        const [, nonce = ''] = /nonce="([\w-]{20,})"/.exec(await response.text()) ?? [];
        expect(policy).toContain(`style-src 'self' 'nonce-${nonce}';`);
        expect(policy).toContain("script-src 'self';");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toMatch(/unsafe|https?:|\*/);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(2);
  });

  test.each(['/api/v1/nowhere', '/api/nowhere', '/static/gone.js', '/t/aurora/.well-known/nothing', '/problems/nothing', '/.well-known/nothing'])(
    'is not at %s, which is a program’s',
    async (path) => {
      expect((await fetch(`${url}${path}`, { headers: html })).status).toBe(404);
    },
  );

  test('is for browsers: a program that asks for JSON or anything, or sends something, is told that there is nothing', async () => {
    for (const init of [{ headers: { Accept: 'application/json' } }, {}, { method: 'POST', headers: html }]) {
      const response = await fetch(`${url}/tenants`, init);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await (await fetch(`${url}/known`, { headers: html })).json()).toEqual({ known: true });
  });
});

describe('a file', () => {
  test.each([['br', 'br'], ['gzip', 'gzip'], ['gzip, deflate, br', 'br'], ['identity', null], ['br;q=0, gzip', 'gzip']])('asked for with %s comes as %s', async (accepted, encoding) => {
    const response = await fetch(`${url}/static/index-abc.js`, { headers: { 'Accept-Encoding': accepted } });
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    expect(await response.text()).toBe(script);
  });

  test('whose name holds its hash is kept for ever; any other is asked for again', async () => {
    expect((await fetch(`${url}/static/index-abc.js`)).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${url}/scheme.js`)).headers.get('cache-control')).toBe('no-cache');
  });

  test.each(['/.built-from', '/static/index-abc.js.br', '/static/../index.html', '/index.html', '/static/..%2f..%2fpackage.json'])('%s is not served', async (path) => {
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  });
});

test('where the console is not built, a page says how to build it, and the rest works', async () => {
  const response = await fetch(unbuilt, { headers: html });
  expect(response.status).toBe(503);
  expect(await response.text()).toContain('npm run build');
  expect((await fetch(`${unbuilt}/known`)).status).toBe(200);
});
