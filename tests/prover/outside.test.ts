/** Attempts over HTTP from outside: nothing comes of them, each can go red, and a server that answers nobody proves nothing. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OUTSIDE_ATTEMPTS } from '../../prover/outside-attempts.ts';
import type { Party } from '../../prover/outside-attempts.ts';
import { OutsideError, attemptFromOutside, plantCanary, removeCanary, tenantOf } from '../../prover/outside.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from '../rest/api.ts';

let server: TestServer;
let one: Party;
let two: Party;

beforeAll(async () => {
  server = await startTestServer({ tenants: ['aurora', 'borealis'] });
  one = await plantCanary(server.url, await server.tenantToken('aurora', 'manager'));
  two = await plantCanary(server.url, await server.tenantToken('borealis', 'manager'));
});
afterAll(async () => {
  await server.close();
});

/** A server that passes everything on, with what it is told to change: it stands for one that has the fault. */
async function before<T>(change: (req: IncomingMessage, res: ServerResponse) => Record<string, string> | null, work: (url: string) => Promise<T>): Promise<T> {
  const proxy = createServer((req, res) => {
    const headers = change(req, res);
    if (headers === null) return;
    const onward = request(`${server.url}${req.url ?? ''}`, { method: req.method, headers: { ...req.headers, ...headers } }, (answer) => {
      res.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.on('aborted', () => onward.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  const address = proxy.address();
  try {
    return await work(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}

describe('a sound server', () => {
  it('shows each of two tenants its own canary in every way, and the other’s in none', async () => {
    const { failures, broken, checks } = await attemptFromOutside(server.url, one, two);
    expect(failures).toEqual([]);
    expect(broken).toBeNull();
    const tried = new Map(checks.map(({ kind, tried: count }) => [kind, count]));
    for (const kind of new Set(OUTSIDE_ATTEMPTS.map((attempt) => attempt.kind))) expect(tried.get(kind)).toBeGreaterThan(0);
    for (const kind of ['kept-connection', 'pipelined', 'broken-off', 'at-once', 'websocket', 'unchanged']) expect(tried.get(kind)).toBeGreaterThan(1);
    expect([...tried.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(350);
  });
});

describe('a fault goes red', () => {
  /** Kinds for which it makes no difference whose token it is: their owner is refused too, or a cursor points behind what would be shown. */
  const CLOSED_TO_ALL = ['batch', 'persisted', 'method', 'websocket', 'cursor', 'unchanged'];

  it('in every kind of attempt, where aurora’s requests are served as borealis’s', async () => {
    const swapped = `Bearer ${two.token}`;
    const { failures } = await before(
      ({ headers }) => (headers.authorization === swapped ? {} : { authorization: swapped }),
      async (url) => await attemptFromOutside(url, one, two),
    );
    const red = new Set(failures.map(({ kind }) => kind));
    const kinds = new Set([...OUTSIDE_ATTEMPTS.map((attempt) => attempt.kind), 'kept-connection', 'pipelined', 'broken-off', 'at-once']);
    expect([...kinds].filter((kind) => !red.has(kind)).toSorted()).toEqual(CLOSED_TO_ALL.filter((kind) => kinds.has(kind)).toSorted());
  });

  it('where answers are kept by the text of the request alone', async () => {
    const kept = new Map<string, Buffer>();
    const faulty = (req: IncomingMessage, res: ServerResponse) => {
      const parts: Buffer[] = [];
      req.on('data', (part: Buffer) => parts.push(part));
      req.on('end', () => {
        const body = Buffer.concat(parts);
        const key = `${req.method} ${req.url} ${body.toString('utf8')}`;
        const known = kept.get(key);
        if (known !== undefined) {
          res.end(known);
          return;
        }
        const onward = request(`${server.url}${req.url ?? ''}`, { method: req.method, headers: req.headers }, (answer) => {
          const told: Buffer[] = [];
          answer.on('data', (part: Buffer) => told.push(part));
          answer.on('end', () => {
            if (answer.statusCode === 200) kept.set(key, Buffer.concat(told));
            res.writeHead(answer.statusCode ?? 500).end(Buffer.concat(told));
          });
        });
        onward.on('error', () => res.destroy());
        onward.end(body);
      });
      return null;
    };
    const { failures } = await before(faulty, async (url) => await attemptFromOutside(url, one, two));
    expect(new Set(failures.map(({ kind }) => kind))).toEqual(new Set(failures.map(({ kind }) => kind)).union(new Set(['cached-text', 'node', 'filter', 'tenant-named', 'at-once'])));
  });
});

describe('a proof that shows nothing', () => {
  it('is broken, not passed: a server that answers nobody', async () => {
    const { broken } = await before((_req, res) => {
      res.writeHead(404).end('{}');
      return null;
    }, async (url) => await attemptFromOutside(url, one, two));
    expect(broken).toMatch(/was not shown/);
  });

  it('is not begun with a token that opens nothing, may not write, or is none', async () => {
    await expect(plantCanary(server.url, `${one.token}x`)).rejects.toBeInstanceOf(OutsideError);
    await expect(plantCanary(server.url, await server.tenantToken('aurora', 'viewer'))).rejects.toThrow('making a brand did not work');
    expect(() => tenantOf('nonsense')).toThrow(OutsideError);
    expect(tenantOf(one.token)).toBe('aurora');
  });
});

describe('the canaries', () => {
  it('are taken away again', async () => {
    const party = await plantCanary(server.url, one.token);
    const count = async () => (await call(server.url, 'POST', '/graphql', { token: party.token, body: { query: `{ brands(filter: { name: { equalTo: "${party.canary}" } }) { totalCount } }` } })).body;
    expect(JSON.stringify(await count())).toContain('"totalCount":1');
    expect(await removeCanary(server.url, party)).toBe(true);
    expect(JSON.stringify(await count())).toContain('"totalCount":0');
  });
});

describe('npm run verify -- --url', () => {
  const verify = async (url: string, tokens: string, ...more: readonly string[]) => {
    const folder = await mkdtemp(join(tmpdir(), 'tenantry-tokens-'));
    const file = join(folder, 'tokens');
    await writeFile(file, tokens);
    try {
      return await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
        const script = fileURLToPath(new URL('../../scripts/verify.ts', import.meta.url));
        execFile(process.execPath, [script, '--url', url, '--tokens', file, ...more], (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  it('proves two tenants from outside without a database, and takes its canaries away', async () => {
    const { code, stdout, stderr } = await verify(server.url, `${one.token}\n${two.token}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^proven {2}aurora and borealis from outside {2}\d{3} attempts, \d+ ms$/m);
  });

  it('exits 1 on a breach and names it', async () => {
    const swapped = `Bearer ${two.token}`;
    // Planting and removing is the sound server's: the fault comes with the first look at the rival's.
    let asked = 0;
    const { code, stdout } = await before(
      ({ headers }) => {
        asked += 1;
        return asked > 12 && headers.authorization !== swapped ? { authorization: swapped } : {};
      },
      async (url) => await verify(url, `${one.token}\n${two.token}`, '--json'),
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ proven: false, tenants: ['aurora', 'borealis'] });
  }, 90_000);

  it('says what is missing', async () => {
    expect(await verify(server.url, one.token)).toMatchObject({ code: 1, stderr: expect.stringContaining('two access tokens, one a line') });
    expect(await verify(server.url, `${one.token}\n${one.token}`)).toMatchObject({ code: 1, stderr: expect.stringContaining('of two tenants') });
    expect(await verify('nowhere', `${one.token}\n${two.token}`)).toMatchObject({ code: 1, stderr: expect.stringContaining('--url is the address') });
    expect(await verify(server.url, 'a\nb')).toMatchObject({ code: 1, stderr: expect.stringContaining('did not work') });
  });
});
