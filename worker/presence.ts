/**
 * Says in the database that this process lives and under which names it holds jobs, over a connection whose end is the
 * process's end: so another worker knows at once whose jobs to free, where graphile-worker alone would wait four hours.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { stopStatementLog } from '../database/statement-log.ts';
import type { LoginConfig } from '../database/logins.ts';

/** Readiness calls a worker dead after 15 s of silence (sql/functions/platform/worker_status.sql). */
const heartbeatMs = 5_000;
const reconnectMs = 1_000;

/** A process's presence in the database, and its ear for new orders. */
export interface Presence {
  /** Announces the names under which jobs are held, and whether the self-test has run. */
  announce(holders: readonly string[], tested: boolean): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Opens the connection that stands for this process and beats until stopped; reconnects by itself. `onOrder` is called when a
 * job may have been ordered: at each notice, and when notices may have been missed.
 */
export async function keepPresence(
  config: LoginConfig,
  id: string,
  onOrder: () => void,
  logger: Logger,
): Promise<Presence> {
  const stopped = new AbortController();
  let announced: { holders: readonly string[]; tested: boolean } | null = null;
  let client = await connect();
  const beating = beat();

  return {
    async announce(holders, tested) {
      announced = { holders, tested };
      await say();
    },
    async stop() {
      stopped.abort();
      await beating;
      // The database may be away; then the end of the connection says the same.
      await client.query('select jobs.farewell($1)', [id]).catch(() => undefined);
      await client.end().catch(() => undefined);
    },
  };

  async function connect(): Promise<pg.Client> {
    const fresh = new pg.Client({ ...config, application_name: 'tenantry worker presence' });
    fresh.on('error', (error) => logger.warn({ err: error }, 'presence connection lost'));
    fresh.on('notification', onOrder);
    await fresh.connect();
    await stopStatementLog(fresh, config.statementLogKey);
    await fresh.query('listen tenantry_job');
    return fresh;
  }

  async function say(): Promise<void> {
    if (announced === null) return;
    await client.query('select jobs.heartbeat($1, $2, $3)', [id, announced.holders, announced.tested]);
  }

  async function beat(): Promise<void> {
    let pause = heartbeatMs;
    while (await wait(pause)) {
      try {
        await say();
        pause = heartbeatMs;
      } catch (error) {
        logger.warn({ err: error }, 'heartbeat failed, reconnecting');
        await client.end().catch(() => undefined);
        pause = reconnectMs;
        try {
          client = await connect();
          onOrder();
        } catch (cause) {
          logger.warn({ err: cause }, 'the database cannot be reached');
        }
      }
    }
  }

  async function wait(milliseconds: number): Promise<boolean> {
    try {
      await sleep(milliseconds, undefined, { signal: stopped.signal });
      return true;
    } catch {
      return false;
    }
  }
}
