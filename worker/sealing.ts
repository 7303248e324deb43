/** Moves events from the buffer into the chains: the database orders and hashes, the keys and the encryption are here. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { encryptValues, makeDataKey, openDataKey } from '../server/audit/values.ts';
import type { DataKey } from '../server/audit/values.ts';
import type { KeySealer } from '../server/identity/sealer.ts';

/** Events sealed in one transaction. */
const BATCH = 2_000;
/** How long an event may wait unsealed while the worker lives: until then nothing proves what it said. */
const PAUSE_MS = 2_000;
/** Open keys that are remembered; each is some 100 bytes. */
const MOST_KEYS = 20_000;

interface TakenRow {
  readonly id: string;
  readonly chain: string;
  readonly person: string | null;
  readonly private: string | null;
  readonly key_id: string | null;
  readonly key: Buffer | null;
}

/** Seals events of a database. */
export interface Sealing {
  /** Seals what the buffer holds now. @returns how many events */
  seal(): Promise<number>;
}

/** Makes it; `pool` is the worker's. */
export function createSealing(pool: pg.Pool, sealer: KeySealer): Sealing {
  const open = new Map<string, Buffer>();

  return {
    async seal() {
      let sealed = 0;
      for (;;) {
        const count = await sealBatch();
        sealed += count;
        if (count < BATCH) return sealed;
      }
    },
  };

  async function sealBatch(): Promise<number> {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query<TakenRow>('select * from audit.take($1)', [BATCH]);
      if (rows.length > 0) {
        const made = new Map<string, DataKey>();
        const values: (Buffer | null)[] = [];
        const keyIds: (string | null)[] = [];
        for (const row of rows) {
          const key = row.private === null ? null : await keyOf(client, row, made);
          keyIds.push(key?.id ?? null);
          values.push(key === null || row.private === null ? null : encryptValues(key, row.chain, row.private));
        }
        await client.query('select audit.seal($1, $2, $3)', [rows.map(({ id }) => id), keyIds, values]);
      }
      await client.query('commit');
      return rows.length;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  /** The key of an event's values: the one there is, or a new one, the same for the whole batch. */
  async function keyOf(client: pg.PoolClient, { chain, person, key_id: id, key }: TakenRow, made: Map<string, DataKey>): Promise<DataKey> {
    if (id !== null && key !== null) {
      const known = open.get(id);
      if (known !== undefined) return { id, key: known };
      const opened = await openDataKey(sealer, chain, person, key);
      if (open.size >= MOST_KEYS) open.clear();
      open.set(id, opened);
      return { id, key: opened };
    }
    const name = `${chain} ${person ?? ''}`;
    const earlier = made.get(name);
    if (earlier !== undefined) return earlier;
    const fresh = await makeDataKey(sealer, chain, person);
    // One sealer at a time holds the lock, so nobody else can have made one meanwhile.
    const { rows } = await client.query<{ id: string }>('select audit.data_key($1, $2, $3) as id', [chain, person, fresh.sealed]);
    const dataKey = { id: rows[0]?.id ?? '', key: fresh.key };
    made.set(name, dataKey);
    return dataKey;
  }
}

/** Seals again and again until stopped; a failure is logged and tried again. @returns stops it */
export function keepSealing(sealing: Sealing, logger: Logger): () => Promise<void> {
  const stopped = new AbortController();
  const running = run();
  return async () => {
    stopped.abort();
    await running;
  };

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await sealing.seal();
      } catch (error) {
        if (!stopped.signal.aborted) logger.warn({ err: error }, 'events could not be sealed, trying again');
      }
      await sleep(PAUSE_MS, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
    }
  }
}
