/** Signed statements about the chains, each written outside before it counts. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { openSigner } from '../server/audit/statements.ts';
import type { StatementSigner } from '../server/audit/statements.ts';
import type { OutsideCopy } from '../server/audit/outside.ts';
import { checkpointNumber, readLoneCheckpoint } from '../server/audit/stated.ts';
import type { LoneCheckpoint } from '../server/audit/stated.ts';
import type { KeySealer } from '../server/identity/sealer.ts';

/** What a worker tends chains with. */
export interface ChainTools {
  /** A connection of the worker's. */
  readonly client: pg.ClientBase;
  readonly sealer: KeySealer;
  /** null: statements are kept in the database only */
  readonly outside: OutsideCopy | null;
}

interface NextRow {
  readonly number: string;
  readonly previous: Buffer | null;
  readonly complete: boolean;
  readonly heads: readonly (readonly [chain: string, seq: number, hash: string, marks: string])[];
}

interface ExpiredRow {
  readonly partition: string;
  readonly retention: string;
  readonly stretches: readonly unknown[];
}

/** The copy outside is ahead of the database: it was set back, or the copy is another database's. Nothing is written over that. */
export class RolledBackError extends Error {
  override readonly name = 'RolledBackError';
  /** Number of the newest checkpoint outside. */
  readonly newest: number;
  /** What does not fit. */
  readonly why: string;
  constructor(newest: number, why: string, place: string, cause?: unknown) {
    super(`no checkpoint is written: ${place} holds number ${newest}, which the database does not know, and ${why}`, { cause });
    this.newest = newest;
    this.why = why;
  }
}

/**
 * States how far each chain has come since the last checkpoint, if any moved. A crash between the outside copy and the database leaves one
 * outside that the database doesn't know: it was true, so it is taken for the next one, if what it says is so.
 * @returns the checkpoint's number, null if nothing moved
 * @throws RolledBackError when the copy outside holds a checkpoint that says otherwise, or later ones
 */
export async function writeCheckpoint(tools: ChainTools): Promise<number | null> {
  return await inTransaction(tools.client, async (client) => {
    const { rows } = await client.query<NextRow>('select number, previous, complete, heads from audit.next_checkpoint()');
    const next = rows[0];
    if (next === undefined) return null;
    const { heads, complete, previous } = next;
    const number = Number(next.number);
    const store = async (statement: string, named: NextRow['heads']): Promise<number> => {
      await client.query('select audit.store_checkpoint($1, $2, $3, $4)', [number, statement, JSON.stringify(named), tools.outside !== null]);
      return number;
    };
    const left = tools.outside === null ? null : await leftOutside(tools.outside, client, number, previous?.toString('hex') ?? null);
    if (left !== null) return await store(left.statement, left.heads);
    const signer = await openSigner(client, tools.sealer);
    if (tools.outside !== null) await bringOut(tools.outside, client);
    const statement = await signer.sign('checkpoint', {
      v: 1,
      number,
      at: new Date().toISOString(),
      previous: previous === null ? null : previous.toString('hex'),
      complete,
      heads,
    });
    await putOutside(tools.outside, signer, checkpointName(number), statement);
    return await store(statement, heads);
  });
}

/**
 * What a crash left outside under the next number; null if nothing.
 * @throws RolledBackError when it is no such thing
 */
async function leftOutside(outside: OutsideCopy, client: pg.ClientBase, number: number, previous: string | null): Promise<LoneCheckpoint | null> {
  const names = (await outside.list('.jws')).filter((name) => (checkpointNumber(name) ?? 0) >= number);
  const newest = Math.max(...names.map((name) => checkpointNumber(name) ?? 0));
  if (names.length === 0) return null;
  const refuse = (why: string, cause?: unknown): never => {
    throw new RolledBackError(newest, why, outside.place, cause);
  };
  if (newest > number) refuse(`the next one would be number ${number}`);
  const left: LoneCheckpoint[] = [];
  for (const name of names) {
    const lone = await readLoneCheckpoint(outside, name).catch((error: unknown) => refuse(`${name} can't be read: ${error instanceof Error ? error.message : String(error)}`, error));
    if (lone.number !== number || lone.previous !== previous) refuse('it does not follow on the newest one of the database');
    const { rows } = await client.query<{ chain: string | null }>('select audit.contradicted($1) as chain', [JSON.stringify(lone.heads)]);
    const chain = rows[0]?.chain ?? null;
    if (chain !== null) refuse(`the chain of ${chain === '' ? 'the platform' : chain} has not the event that it names`);
    left.push(lone);
  }
  return left.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).at(-1) ?? null;
}

/**
 * Removes partitions whose time is over, each after a signed statement of what was in it was written outside.
 * @returns the names of the partitions
 */
export async function cutExpired(tools: ChainTools): Promise<string[]> {
  return await inTransaction(tools.client, async (client) => {
    const { rows } = await client.query<ExpiredRow>('select partition, retention, stretches from audit.expired_partitions()');
    if (rows.length === 0) return [];
    const signer = await openSigner(client, tools.sealer);
    const gone: string[] = [];
    for (const { partition, retention, stretches } of rows) {
      // The class is no part of what is hashed: the orders that gave it are.
      const [kept] = (await client.query<{ flaw: string | null }>('select audit.unordered($1) as flaw', [partition])).rows;
      if (kept?.flaw !== null) {
        if (kept?.flaw !== 'waiting') await client.query('select audit.report_unordered($1, $2)', [partition, kept?.flaw]);
        continue;
      }
      const statement = await signer.sign('cut', { v: 1, at: new Date().toISOString(), partition, retention, stretches });
      await putOutside(tools.outside, signer, `cut-${partition}`, statement);
      await client.query('select audit.cut($1, $2, $3)', [partition, JSON.stringify(stretches), statement]);
      gone.push(partition);
    }
    return gone;
  });
}

/**
 * Writes what was stated while there was no copy outside into a new one, keys first and the first checkpoint last, whose presence says that
 * it is done: in a copy that has begun nothing appears that was not signed a moment ago.
 */
async function bringOut(outside: OutsideCopy, client: pg.ClientBase): Promise<void> {
  if ((await outside.list('.jws')).some((name) => name.startsWith(checkpointName(1)))) return;
  const { rows } = await client.query<{ name: string; statement: string | null; public_jwk: object | null }>('select name, statement, public_jwk from audit.statements_inside()');
  for (const { name, statement, public_jwk: jwk } of rows) {
    if (statement === null) await outside.put(`${name}.json`, `${JSON.stringify(jwk)}\n`);
    else await putStatement(outside, name, statement);
  }
}

function checkpointName(number: number): string {
  return `checkpoint-${String(number).padStart(12, '0')}`;
}

/** With the statement the key it is checked with, which is there first: whatever a crash leaves can be checked. */
async function putOutside(outside: OutsideCopy | null, signer: StatementSigner, name: string, statement: string): Promise<void> {
  if (outside === null) return;
  await outside.put(`key-${signer.publicJwk.kid}.json`, `${JSON.stringify(signer.publicJwk)}\n`);
  await putStatement(outside, name, statement);
}

/** Names end in a piece of the text's digest: what a crash left is never in the way of what follows. */
async function putStatement(outside: OutsideCopy, name: string, statement: string): Promise<void> {
  const digest = createHash('sha256').update(statement).digest('hex').slice(0, 12);
  await outside.put(`${name}-${digest}.jws`, `${statement}\n`);
}

async function inTransaction<T>(client: pg.ClientBase, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
