import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/**
 * Ends backends of a login from that same login: a role may terminate its own sessions, and nobody else's here may
 * (not even the owner, seen on 15 and 18). Opens a connection of its own because the lane's may all be busy with what
 * is to be ended.
 * @returns how many of them were still there
 */
export async function terminateBackends(config: pg.ClientConfig, pids: readonly number[]): Promise<number> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ ended: number }>({
      text: `select pg_catalog.count(*) filter (where pg_catalog.pg_terminate_backend(pid))::int as ended
               from pg_catalog.unnest($1::int[]) as pid`,
      values: [pids],
    });
    return rows[0]?.ended ?? 0;
  } finally {
    await client.end();
  }
}

/** How often the sessions of a login are ended anew when our own was ended meanwhile, by another process that does the same. */
const TRIES = 8;
/** How long sessions have to go once they were told to, in milliseconds. */
const GOING_MS = 400;

/** What became of a login's sessions. */
export interface EndedSessions {
  /** How many were told to end. */
  readonly ended: number;
  /** Process ids of those that are still there. */
  readonly left: readonly number[];
}

/**
 * Ends every session of a login in its database but the one it does so by, whoever opened them: a session that took a role before its lane was shut
 * keeps it for as long as it lasts. Every process of the installation that hears of a lock-down does this, and each may end the other's. `isShut` is asked at the
 * last moment: once a lock-down is lifted, who is served again must not be cut off.
 */
export async function terminateLogin(config: pg.ClientConfig, isShut: () => Promise<boolean>): Promise<EndedSessions> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await terminateOthers(config, isShut);
    } catch (error) {
      if (tried === TRIES) throw error;
      await sleep(10 + Math.random() * 40);
    }
  }
}

async function terminateOthers(config: pg.ClientConfig, isShut: () => Promise<boolean>): Promise<EndedSessions> {
  const client = new pg.Client({ ...config, application_name: 'tenantry lock-down' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    if (!(await isShut())) return { ended: 0, left: [] };
    const { rows } = await client.query<{ pid: number }>(
      // Materialised: otherwise the function may be tried on sessions of others first, and be refused (42501).
      `with own as materialized (
         select a.pid
           from pg_catalog.pg_stat_activity a
          where a.usename operator(pg_catalog.=) current_user and a.datname operator(pg_catalog.=) pg_catalog.current_database()
            and a.pid operator(pg_catalog.<>) pg_catalog.pg_backend_pid())
       select o.pid from own o where pg_catalog.pg_terminate_backend(o.pid)`,
    );
    const ended = rows.map(({ pid }) => pid);
    const deadline = Date.now() + GOING_MS;
    for (;;) {
      const left = await client.query<{ pid: number }>('select a.pid from pg_catalog.pg_stat_activity a where a.pid operator(pg_catalog.=) any ($1)', [ended]);
      if (left.rows.length === 0 || Date.now() > deadline) return { ended: ended.length, left: left.rows.map(({ pid }) => pid) };
      await sleep(20);
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}
