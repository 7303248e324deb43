/** Processes that a bench starts and stops: servers of ours in production mode, and hand-written ones. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { logMailer } from '../worker/mailer.ts';
import { startWorker } from '../worker/worker.ts';
import type { Installation } from '../scripts/temporary-installation.ts';
import type { Worker } from '../worker/worker.ts';

/** A process that answers HTTP. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** From its start until it answered 200, in milliseconds. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

const patienceMs = 120_000;

/** Starts `server/main.ts` and waits until /readyz says yes. */
export async function startOurServer(installation: Installation): Promise<ServerProcess> {
  return await startServer('../server/main.ts', '/readyz', serverEnvironment(installation));
}

/** The environment of a server of ours. */
export function serverEnvironment(installation: Installation): Record<string, string> {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: installation.url,
    TENANTRY_MASTER_KEY: installation.masterKey.toString('base64'),
    LANES: String(installation.lanes),
    LOG_LEVEL: 'error',
  };
}

/** Starts a worker in this process: a server is ready only beside one. */
export async function startOurWorker({ endpoint, masterKey }: Installation): Promise<Worker> {
  const logger = pino({ level: 'error' });
  return await startWorker({ endpoint, prefix: '', masterKey, logger, mailer: logMailer(logger), publicUrl: 'http://127.0.0.1' });
}

/** Starts a script that listens on PORT and waits until `path` answers 200. @throws Error when it ends or takes 2 minutes */
export async function startServer(script: string, path: string, env: Record<string, string>): Promise<ServerProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), {
    env: { PATH: process.env['PATH'], ...env, PORT: String(port) },
  });
  const deadline = started + patienceMs;
  while (!(await answers(`${url}${path}`))) {
    if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}`);
    if (performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${script} did not answer ${path} within ${patienceMs / 1000} s`);
    }
    await sleep(5);
  }
  const readyMs = performance.now() - started;
  return {
    url,
    pid: child.pid ?? 0,
    readyMs,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
