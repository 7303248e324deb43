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

/** SQLSTATEs by which an event itself is to blame: bad data, a broken rule, too large. Anything else may be over the next time. */
const BLAMED = /^(22|23|54|TN)/;
/** A row changed under the snapshot: tried again at once. */
const CHANGED_MEANWHILE = '40001';

/** Seals events of a database. */
export interface Sealing {
  /** Seals what the buffer holds now. @returns how many events */
  seal(): Promise<number>;
}

/**
 * Makes it; `pool` is the worker's. Nothing of one event or tenant stops the others: an event that can't be sealed is set aside in the database,
 * the chain of a tenant whose key can't be opened is passed over, and `onSkipped` hears why.
 */
export function createSealing(pool: pg.Pool, sealer: KeySealer, onSkipped: (chain: string, error: unknown) => void = () => undefined): Sealing {
  const open = new Map<string, Buffer>();
  /** The first event of the batch under way. */
  let atFault: string | null = null;

  return {
    async seal() {
      let sealed = 0;
      let most = BATCH;
      const skipping = new Set<string>();
      for (;;) {
        try {
          const { count, more } = await sealBatch(most, skipping);
          sealed += count;
          if (!more) return sealed;
          most = Math.min(most * 2, BATCH);
        } catch (error) {
          const code = String((error as { code?: unknown }).code);
          if (code === CHANGED_MEANWHILE) continue;
          if (!BLAMED.test(code)) throw error;
          // Which event it was is found by halves; alone, it is set aside.
          if (most > 1) most = Math.ceil(most / 2);
          else await pool.query('select audit.put_aside($1, $2)', [atFault, code]);
        }
      }
    },
  };

  async function sealBatch(most: number, skipping: Set<string>): Promise<{ count: number; more: boolean }> {
    const client = await pool.connect();
    atFault = null;
    try {
      // One snapshot for both: a column classed anew between them would leave out of the event what nobody encrypted.
      await client.query('begin isolation level repeatable read');
      const { rows } = await client.query<TakenRow>('select * from audit.take($1, $2)', [most, [...skipping]]);
      atFault = rows[0]?.id ?? null;
      const made = new Map<string, DataKey>();
      const ids: string[] = [];
      const values: (Buffer | null)[] = [];
      const keyIds: (string | null)[] = [];
      for (const row of rows) {
        if (skipping.has(row.chain)) continue;
        const key = row.private === null ? null : await keyOf(client, row, made, skipping);
        if (skipping.has(row.chain)) continue;
        ids.push(row.id);
        keyIds.push(key?.id ?? null);
        values.push(key === null || row.private === null ? null : encryptValues(key, row.chain, row.private));
      }
      if (ids.length > 0) await client.query('select audit.seal($1, $2, $3)', [ids, keyIds, values]);
      await client.query('commit');
      return { count: ids.length, more: rows.length === most };
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  /** The key of an event's values: the one there is, or a new one, the same for the whole batch. Null, and the chain is skipped, if it can't be opened. */
  async function keyOf(client: pg.PoolClient, { chain, person, key_id: id, key }: TakenRow, made: Map<string, DataKey>, skipping: Set<string>): Promise<DataKey | null> {
    if (id !== null && key !== null) {
      const known = open.get(id);
      if (known !== undefined) return { id, key: known };
      let opened;
      try {
        opened = await openDataKey(sealer, chain, person, key);
      } catch (error) {
        skipping.add(chain);
        onSkipped(chain, error);
        return null;
      }
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
