/** What `npm start` starts, as a process of its own over a database of this file: first password, demo tenants, worker, server and what its terminal says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { createTestDatabase } from '../../harness/database.ts';
import type { TestDatabase } from '../../harness/database.ts';

export interface Started {
  readonly db: TestDatabase;
  readonly url: string;
  /** Waits until the terminal shows something, at most 30 s. */
  read(pattern: RegExp, patienceMs?: number): Promise<RegExpExecArray>;
  stop(): Promise<void>;
}

const START = fileURLToPath(new URL('../../../scripts/start.ts', import.meta.url));

/** Starts it on a free port. Call `stop` in afterAll. @throws Error with what it said when it ends instead */
export async function startEverything(): Promise<Started> {
  const db = await createTestDatabase();
  // The database of the tests has its first operator already, whose password nobody was shown.
  await db.withOwner((owner) => owner.query('delete from platform.operators'));
  const port = await freePort();
  const blueprint = new URL(db.url);
  blueprint.pathname = `/${db.blueprintEndpoint.database}`;
  const child = spawn(process.execPath, [START], {
    env: {
      PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: String(port), DEMO: '1', LOG_LEVEL: 'warn',
      DATABASE_URL: db.url, BLUEPRINT_URL: blueprint.href, TENANTRY_PREFIX: db.prefix, LANES: String(inject('cluster').lanes), SERVER_PROCESSES: '1',
      TENANTRY_MASTER_KEY: db.masterKey.toString('base64'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    said += chunk.toString('utf8');
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = once(child, 'exit').then(() => {
    for (const listener of listeners) listener();
  });
  const read: Started['read'] = (pattern, patienceMs = 30_000) =>
    new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        listeners.delete(look);
        settle();
      };
      const look = (): void => {
        const found = pattern.exec(said);
        if (found !== null) finish(() => resolve(found));
        else if (child.exitCode !== null) finish(() => reject(new Error(`npm start ended:\n${said}`)));
      };
      const timer = setTimeout(() => finish(() => reject(new Error(`The terminal never showed ${String(pattern)}:\n${said}`))), patienceMs);
      listeners.add(look);
      look();
    });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await ended;
    await db.drop();
  };
  try {
    await read(/Tenantry is running\.[^]*Stop with Ctrl-C/, 100_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { db, url: `http://127.0.0.1:${port}`, read, stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
