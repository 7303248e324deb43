/**
 * One life of the worker: pool, presence and runner that live and end together. graphile-worker ends its runner when it can't
 * write down how a job went, as when a connection is cut; then nothing of that life is kept, and its jobs are freed like those
 * of any dead worker.
 */
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger as GraphileLogger, run } from 'graphile-worker';
import type { ParsedCronItem, TaskList, WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import type { Logger } from 'pino';
import { Refusal } from '../config/refusal.ts';
import { WORKER_CONNECTIONS } from '../database/budget.ts';
import { PROVER_CONNECTIONS } from '../prover/prover.ts';
import type { KeySealer } from '../server/identity/sealer.ts';
import { createDirectAccess, keepReading } from './direct-access.ts';
import { keepPresence } from './presence.ts';
import { createSealing, keepSealing } from './sealing.ts';
import type { LoginConfig } from '../database/logins.ts';

/** Jobs at once in one process. Provisioning waits for the database, not for Node; more than the cores only queues there. */
const concurrency = 4;
/** Of jobs that wait for servers of others, and for the database hardly at all. A tenant has one webhook under way at a time. */
const waitingConcurrency = 16;
/** Of the worker's connections, those not in the job pool: the announcing one, maintenance, statistics, and the prover's to lanes. */
const apart = 3 + PROVER_CONNECTIONS;
const selfTestMs = 10_000;
/** How long graphile-worker may take to let go after it has shut down. */
const lingerMs = 1_000;
/** Orders of the data plane come without a notice, so the worker looks for them. */
const lookMs = 2_000;
/** Between two tries to fetch orders while the database does not answer. */
const fetchPauseMs = 500;

/** What a life is made of. */
export interface LifeOptions {
  readonly login: LoginConfig;
  readonly tasks: TaskList;
  /** Tasks that wait for servers of others. They have places of their own, so that those servers delay nothing else. */
  readonly waitingTasks: TaskList;
  readonly cron: ParsedCronItem[];
  readonly logger: Logger;
  /** Opens and makes the keys of the audit trail. */
  readonly sealer: KeySealer;
  readonly prefix: string;
  /** PostgreSQL's own log; null: it isn't read. */
  readonly serverLog: string | null;
}

/** One of graphile-worker's, with an end that comes. */
type Runner = Pick<Life, 'ended' | 'stop'>;

/** A running life. */
export interface Life {
  /** Ends when the runner does; rejects with why if it ended by itself. */
  readonly ended: Promise<void>;
  /** Finishes the jobs at hand, then ends. */
  stop(): Promise<void>;
}

/**
 * Frees the jobs of the dead, takes jobs, and reports ready once a test job has run.
 * @throws Refusal when the test job doesn't run within 10 s: a login that can't see its jobs would look healthy for ever
 */
export async function beginLife({ login, tasks, waitingTasks, cron, logger, sealer, prefix, serverLog }: LifeOptions): Promise<Life> {
  const pool = new pg.Pool({
    ...login,
    application_name: 'tenantry worker',
    max: WORKER_CONNECTIONS - apart,
    // Each tenant that a session builds leaves plans and catalog entries in it, which later changes must go through.
    maxUses: 500,
    idleTimeoutMillis: 0,
  });
  // The pool says it has ended before its connections have: the database may cut them first, and nothing is lost.
  const lost = (error: Error): void => {
    if (!pool.ending) logger.warn({ err: error }, 'worker connection lost');
  };
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
  const releasers: (() => Promise<unknown>)[] = [() => pool.end()];
  let released: Promise<void> | null = null;
  const release = (): Promise<void> => {
    released ??= (async () => {
      for (const releaser of releasers.toReversed()) await releaser();
    })();
    return released;
  };
  try {
    const id = randomUUID();
    const fetch = fetchOrders(pool, logger);
    const presence = await keepPresence(login, id, fetch, logger);
    releasers.push(() => presence.stop());
    const looking = setInterval(fetch, lookMs);
    releasers.push(async () => await Promise.resolve(clearInterval(looking)));
    await pool.query('select jobs.free_jobs_of_dead_workers()');
    const holders: string[] = [];
    const begin = async (taskList: TaskList, parsedCronItems: ParsedCronItem[], places: number): Promise<Runner> => {
      const events: WorkerEvents = new EventEmitter();
      events.on('pool:create', ({ workerPool }) => holders.push(workerPool.id));
      const shutDown = once(events, 'pool:gracefulShutdown:complete').then(() => sleep(lingerMs, undefined, { ref: false }));
      const runner = await run({
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
        pgPool: pool,
        schema: 'graphile_worker',
        concurrency: places,
        noHandleSignals: true,
        taskList,
        parsedCronItems,
        events,
        logger: workerLogger(logger),
      });
      // Its promise may stay open for ever: a job whose failure could not be written down is waited for, and nobody writes it any more.
      const ended = Promise.race([runner.promise, shutDown.then(() => undefined)]);
      return {
        ended,
        async stop() {
          await runner.stop().catch(() => undefined);
          await ended.catch(() => undefined);
        },
      };
    };
    const runners: Runner[] = [];
    releasers.push(async () => await Promise.all(runners.map((runner) => runner.stop())));
    runners.push(await begin(tasks, cron, concurrency));
    runners.push(await begin(waitingTasks, [], waitingConcurrency));
    await presence.announce(holders, false);
    await pool.query('select jobs.fetch_orders()');
    await selfTest(pool, id);
    await presence.announce(holders, true);
    releasers.push(keepSealing(createSealing(pool, sealer, (chain, error) => logger.error({ err: error, chain }, 'the key of a chain cannot be opened: its events wait')), logger));
    if (serverLog !== null) releasers.push(keepReading(createDirectAccess(pool, prefix, serverLog), logger));
    return { ended: endOf(Promise.race(runners.map(({ ended }) => ended)), release), stop: release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Fetches at each call, one fetch at a time: calls meanwhile ask for one more. */
function fetchOrders(pool: pg.Pool, logger: Logger): () => void {
  let fetching = false;
  let again = false;
  return () => {
    again = true;
    if (!fetching) void fetchAll();
  };

  async function fetchAll(): Promise<void> {
    fetching = true;
    while (again && !pool.ending) {
      again = false;
      try {
        await pool.query('select jobs.fetch_orders()');
      } catch (error) {
        if (!pool.ending) logger.warn({ err: error }, 'orders could not be fetched, trying again');
        again = true;
        await sleep(fetchPauseMs);
      }
    }
    fetching = false;
  }
}

async function endOf(run: Promise<void>, release: () => Promise<void>): Promise<void> {
  try {
    await run;
  } finally {
    await release();
  }
}

async function selfTest(pool: pg.Pool, id: string): Promise<void> {
  const key = `test:${id}`;
  await pool.query(`select jobs.enqueue('worker__test', '{}', $1)`, [key]);
  const deadline = Date.now() + selfTestMs;
  while (Date.now() < deadline) {
    const { rows } = await pool.query<{ waiting: boolean }>('select jobs.has_job($1) as waiting', [key]);
    if (rows[0]?.waiting === false) return;
    await sleep(20);
  }
  throw new Refusal('The worker does not run jobs: its test job was still waiting after 10 s. Run the migrator.');
}

function workerLogger(logger: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, message) => {
    if (level === 'error') logger.error(message);
    // Messages and webhooks wait for the network, not for the database: more of them at once than connections is meant.
    else if (message.startsWith('WARNING: having maxPoolSize')) logger.debug(message);
    else if (level === 'warning') logger.warn(message);
    else logger.debug(message);
  });
}
