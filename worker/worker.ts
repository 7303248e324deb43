/** The worker: graphile-worker under our own login, with presence, self-test and an orderly stop. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger as GraphileLogger, parseCrontab, run } from 'graphile-worker';
import type { Runner, TaskList, WorkerEvents } from 'graphile-worker';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { workerPoolSize } from '../database/budget.ts';
import { fixedRole, loginConfig } from '../database/logins.ts';
import type { DatabaseEndpoint } from '../database/logins.ts';
import { localSealer } from '../server/identity/sealer.ts';
import { keepPresence } from './presence.ts';
import { tenantProvision } from './tasks/tenant__provision.ts';
import { workerTend } from './tasks/worker__tend.ts';
import { workerTest } from './tasks/worker__test.ts';

/** Jobs at once in one process. Provisioning waits for the database, not for Node; more than the cores only queues there. */
const concurrency = 4;
const selfTestMs = 10_000;

/** What a worker needs. */
export interface WorkerOptions {
  readonly endpoint: DatabaseEndpoint;
  readonly prefix: string;
  readonly masterKey: Buffer;
  readonly logger: Logger;
}

/** A running worker. */
export interface Worker {
  /** Ends when the worker has stopped; rejects if it stopped by itself. */
  readonly ended: Promise<void>;
  /** Finishes the jobs at hand, then stops. */
  stop(): Promise<void>;
}

/**
 * Starts a worker: frees the jobs of dead ones, takes jobs, and reports ready once a test job has run.
 * @throws Error when the jobs schema is missing (run the migrator) or the test job doesn't run within 10 s
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { endpoint, prefix, masterKey, logger } = options;
  const login = loginConfig(endpoint, fixedRole(prefix, 'tenantry_worker'), masterKey);
  const pool = new pg.Pool({ ...login, application_name: 'tenantry worker', max: workerPoolSize - 1, idleTimeoutMillis: 0 });
  pool.on('error', (error) => logger.warn({ err: error }, 'worker connection lost'));
  pool.on('connect', (client) => {
    client.on('error', (error) => logger.warn({ err: error }, 'worker connection lost'));
  });
  const id = randomUUID();
  const presence = await keepPresence(login, id, logger);
  const workerIds: string[] = [];
  const events: WorkerEvents = new EventEmitter();
  events.on('worker:create', ({ worker }) => workerIds.push(worker.workerId));
  await pool.query('select jobs.free_jobs_of_dead_workers()');

  const taskList: TaskList = {
    tenant__provision: tenantProvision(localSealer(masterKey)),
    worker__tend: workerTend,
    worker__test: workerTest,
  };
  const runner = await run({
    pgPool: pool,
    schema: 'graphile_worker',
    concurrency,
    noHandleSignals: true,
    taskList,
    parsedCronItems: parseCrontab(await readFile(new URL('crontab', import.meta.url), 'utf8')),
    events,
    logger: new GraphileLogger(() => (level, message) => {
      if (level === 'error') logger.error(message);
      else if (level === 'warning') logger.warn(message);
      else logger.debug(message);
    }),
  });
  await presence.announce(workerIds, false);
  await selfTest(pool, id);
  await presence.announce(workerIds, true);
  logger.info({ concurrency }, 'worker ready');
  return { ended: runner.promise, stop: () => stop(runner, presence, pool) };
}

async function stop(runner: Runner, presence: { stop(): Promise<void> }, pool: pg.Pool): Promise<void> {
  await runner.stop();
  await presence.stop();
  await pool.end();
}

/** A worker whose login can't see its jobs would sit there for ever and look healthy. */
async function selfTest(pool: pg.Pool, id: string): Promise<void> {
  const key = `test:${id}`;
  await pool.query(`select jobs.enqueue('worker__test', '{}', $1)`, [key]);
  const deadline = Date.now() + selfTestMs;
  while (Date.now() < deadline) {
    const { rows } = await pool.query<{ waiting: boolean }>('select jobs.has_job($1) as waiting', [key]);
    if (rows[0]?.waiting === false) return;
    await sleep(20);
  }
  throw new Error('The worker does not run jobs: its test job was still waiting after 10 s. Run the migrator.');
}
