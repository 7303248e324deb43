/** What goes wrong while the operations run: sessions are killed, tenants suspended and resumed, keys changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { sqlstateOf } from '../database/failures.ts';
import { laneRole, loginConfig } from '../database/logins.ts';
import type { Installation } from '../scripts/temporary-installation.ts';
import { pick } from './isolation-lane.ts';
import type { Subject } from './isolation-lane.ts';
import { increase } from './isolation-tally.ts';
import type { Tally } from './isolation-tally.ts';

const KILL_EVERY_MS = 250;
const SUSPEND_EVERY_MS = 3_000;
const SUSPENDED_MS = 400;
const ROTATE_EVERY_MS = 5_000;

/** A session of a lane may end others of its own login, and nobody else may: server's and bench's alike, while they work. */
const KILL = `select count(*) filter (where pg_terminate_backend(pid))::int as ended from (
  select pid from pg_stat_activity where usename = current_user and pid <> pg_backend_pid() order by random() limit 1) as one`;

/** Makes trouble until the signal; every piece of it is counted. Ends with all tenants open. */
export async function makeTrouble(installation: Installation, subjects: readonly Subject[], tally: Tally, signal: AbortSignal): Promise<void> {
  const { endpoint, masterKey, lanes } = installation;
  const owner = await installation.owner();
  const killers = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const client = new pg.Client(loginConfig(endpoint, laneRole('', lane), masterKey));
      client.on('error', () => undefined);
      await client.connect();
      return client;
    }),
  );
  const note = async (what: string, work: () => Promise<number>) => {
    try {
      increase(tally.chaos, what, await work());
    } catch (error) {
      increase(tally.chaos, `${what}, refused with ${sqlstateOf(error) ?? 'no SQLSTATE'}`);
    }
  };
  const repeat = async (everyMs: number, work: () => Promise<void>) => {
    while (!signal.aborted) {
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await work();
    }
  };
  // The owner's connection serves one at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const byOwner = async (sql: string, id: string): Promise<number> => {
    const mine = turn.then(() => owner.query(sql, [id]));
    turn = mine.catch(() => undefined);
    await mine;
    return 1;
  };
  try {
    await Promise.all([
      repeat(KILL_EVERY_MS, () => note('sessions killed', async () => (await pick(killers).query<{ ended: number }>(KILL)).rows[0]?.ended ?? 0)),
      repeat(SUSPEND_EVERY_MS, async () => {
        const { id } = pick(subjects).route;
        await note('tenants suspended', () => byOwner(`select platform.suspend_tenant($1, 'the bench')`, id));
        await sleep(SUSPENDED_MS);
        await note('tenants resumed', () => byOwner('select platform.activate_tenant($1)', id));
      }),
      repeat(ROTATE_EVERY_MS, () => note('signing keys changed', () => byOwner(`select platform.rotate_keys($1, 'the bench')`, pick(subjects).route.id))),
    ]);
  } finally {
    await Promise.all(killers.map((client) => client.end().catch(() => undefined)));
    await owner.end();
  }
}
