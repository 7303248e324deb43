/** What signed statements say of the chains: those of the copy outside, or, where there is none, those the database holds of its own cuts. */
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { JWK } from 'jose';
import type { Client } from 'pg';
import type { OutsideCopy } from './outside.ts';
import { readStatement } from './statements.ts';

/** A head as a checkpoint names it. */
export interface StatedHead {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
  /** First four bytes of the hash of each event up to it that no earlier statement covers. */
  readonly marks: Buffer;
  /** When the checkpoint was signed, by the worker's clock, and the one before; milliseconds. Null before the first. */
  readonly at: number;
  readonly after: number | null;
}

/** A stretch of a chain as the statement of a cut names it. */
export interface StatedCut {
  readonly chain: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly events: number;
  /** Hex. */
  readonly previousHash: string;
  readonly lastHash: string;
  readonly retention: string;
  readonly at: number;
}

/** All that was stated. */
export interface Stated {
  readonly heads: readonly StatedHead[];
  readonly cuts: readonly StatedCut[];
  /** Checkpoints that hold, and the newest. */
  readonly statements: number;
  readonly newest: { readonly number: number; readonly at: string } | null;
  /** Whether all checkpoints were read: an early one may be what a cut goes by. */
  readonly whole: boolean;
  /** What is no evidence, and what evidence is missing. */
  readonly flaws: readonly string[];
}

interface Checkpoint {
  readonly number: number;
  readonly at: string;
  readonly previous: string | null;
  readonly complete: boolean;
  readonly heads: readonly (readonly [chain: string, seq: number, hash: string, marks: string])[];
}

interface CutStatement {
  readonly at: string;
  readonly retention: string;
  readonly stretches: readonly (readonly [chain: string, firstSeq: number, lastSeq: number, events: number, previousHash: string, lastHash: string])[];
}

/**
 * Reads the copy outside. Statements are never removed there, so one that is missing is a flaw: of checkpoints the first, any between, and the
 * newest, which is at least `newestInside`, the last that the database has. Each names the one before by its digest; two may have the same number
 * when a crash left one that the database doesn't know. With `lately` the newest checkpoints alone are read, back to the last but one that names
 * every chain, a day or two: by the chained hashes they vouch for all before them, and of the others their names have to be there.
 */
export async function readOutside(outside: OutsideCopy, newestInside: number, lately = false): Promise<Stated> {
  const flaws: string[] = [];
  const keys = await readKeys(outside, flaws);
  const checkpoints: ReadCheckpoint[] = [];
  const cuts: StatedCut[] = [];
  const read = async <T>(kind: 'checkpoint' | 'cut', name: string, take: (content: unknown, text: string) => T): Promise<T | null> => {
    try {
      const text = (await outside.get(name)).trim();
      return take((await readStatement(kind, text, keys)).content, text);
    } catch (error) {
      flaws.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  const names = await outside.list('.jws');
  for (const name of names) {
    if (name.startsWith('cut-')) cuts.push(...((await read('cut', name, (content) => cutsOf(content as CutStatement))) ?? []));
  }
  const unread = names.filter((name) => checkpointNumber(name) !== null);
  /** The number of the last but one that names every chain. */
  let begin = 0;
  const complete = new Set<number>();
  for (;;) {
    const name = unread.at(-1);
    if (name === undefined || (checkpointNumber(name) ?? 0) < begin) break;
    unread.pop();
    const found = await read('checkpoint', name, (content, text): ReadCheckpoint => ({ checkpoint: content as Checkpoint, digest: digestOf(text), name }));
    if (found === null) continue;
    checkpoints.push(found);
    if (lately && found.checkpoint.complete && complete.add(found.checkpoint.number).size === 2) begin = found.checkpoint.number;
  }
  flaws.sort();
  checkpoints.sort((a, b) => a.checkpoint.number - b.checkpoint.number || (a.name < b.name ? -1 : 1));
  const byNumber = Map.groupBy(checkpoints, ({ checkpoint }) => checkpoint.number);
  const numbers = [...new Set([...unread.map((name) => checkpointNumber(name) ?? 0), ...byNumber.keys()])];
  flaws.push(...missing(numbers, newestInside));
  for (const { checkpoint, name } of checkpoints) {
    const before = byNumber.get(checkpoint.number - 1);
    if (checkpoint.number === 1 ? checkpoint.previous !== null : before?.every(({ digest }) => digest !== checkpoint.previous) === true) {
      flaws.push(`${name}: it does not follow on the checkpoint before it`);
    }
  }
  const said = new Map<string, string>();
  const heads = checkpoints.flatMap(({ checkpoint: { number, at, heads: named } }) => {
    const before = byNumber.get(number - 1)?.map(({ checkpoint }) => Date.parse(checkpoint.at));
    const after = before === undefined ? null : Math.min(...before);
    return named.flatMap(([chain, seq, hash, marks]) => {
      // Each day all chains are named, also those in which nothing happened: of 10,000 tenants that would be some million heads a year.
      if (marks === '' && said.get(chain) === hash) return [];
      said.set(chain, hash);
      return [{ chain, seq, hash, marks: Buffer.from(marks, 'base64'), at: Date.parse(at), after }];
    });
  });
  const last = checkpoints.at(-1)?.checkpoint;
  const newest = last === undefined ? null : { number: last.number, at: last.at };
  return { heads, cuts, statements: checkpoints.length, newest, whole: unread.length === 0, flaws };
}

interface ReadCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly digest: string;
  readonly name: string;
}

/** The number in the name of a checkpoint's file; null if it is none. */
export function checkpointNumber(name: string): number | null {
  const digits = /^checkpoint-(\d{12})-/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A checkpoint outside that the database doesn't know. */
export interface LoneCheckpoint {
  readonly statement: string;
  readonly number: number;
  readonly at: string;
  /** SHA-256 in hex of the one before; null for the first. */
  readonly previous: string | null;
  readonly heads: Checkpoint['heads'];
}

/** Reads one checkpoint of the copy outside. @throws Error when it is none, its key isn't there, or its signature does not hold */
export async function readLoneCheckpoint(outside: OutsideCopy, name: string): Promise<LoneCheckpoint> {
  const statement = (await outside.get(name)).trim();
  const { number, at, previous, heads } = (await readStatement('checkpoint', statement, await readKeys(outside, []))).content as Checkpoint;
  return { statement, number, at, previous, heads };
}

/**
 * Reads what the database states of its own cuts. It vouches for itself: whoever can write its tables can put a key of his own among those it
 * publishes. What nobody has signed is found even so.
 */
export async function readInside(client: Client): Promise<Stated> {
  const flaws: string[] = [];
  const cuts: StatedCut[] = [];
  const { rows: published } = await client.query<{ public_jwk: JWK }>('select k.public_jwk from audit.statement_keys k');
  const keys = published.map(({ public_jwk: jwk }) => jwk);
  const { rows } = await client.query<{ id: string; statement: string }>('select s.id, s.statement from audit.cut_statements s order by s.id');
  for (const { id, statement } of rows) {
    try {
      cuts.push(...cutsOf((await readStatement('cut', statement, keys)).content as CutStatement));
    } catch (error) {
      flaws.push(`statement ${id} of audit.cut_statements: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { heads: [], cuts, statements: 0, newest: null, whole: true, flaws };
}

/** Public keys outside: each under its thumbprint, or it is none. */
async function readKeys(outside: OutsideCopy, flaws: string[]): Promise<JWK[]> {
  const keys: JWK[] = [];
  for (const name of await outside.list('.json')) {
    if (!name.startsWith('key-')) continue;
    try {
      const jwk = JSON.parse(await outside.get(name)) as JWK;
      const kid = await calculateJwkThumbprint(jwk);
      if (jwk.kid !== kid || name !== `key-${kid}.json`) throw new Error('its name is not the thumbprint of the key');
      keys.push(jwk);
    } catch (error) {
      flaws.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return keys;
}

function cutsOf({ at, retention, stretches }: CutStatement): StatedCut[] {
  return stretches.map(([chain, firstSeq, lastSeq, events, previousHash, lastHash]) => ({
    chain, firstSeq, lastSeq, events, previousHash, lastHash, retention, at: Date.parse(at),
  }));
}

/** Which numbers should be there and aren’t; `numbers` in their order. Tenants read it: it names no path. */
function missing(numbers: readonly number[], newestInside: number): string[] {
  const last = numbers.at(-1);
  if (last === undefined) return ['there is no checkpoint in the copy outside: the worker writes the first a minute after it started. Is AUDIT_CHECKPOINTS the folder it writes to?'];
  const flaws: string[] = [];
  let expected = 1;
  for (const number of numbers) {
    if (number > expected) flaws.push(`checkpoints ${expected} to ${number - 1} are missing outside`);
    expected = number + 1;
  }
  if (last < newestInside) flaws.push(`checkpoints ${last + 1} to ${newestInside} are missing outside: the database has them`);
  return flaws;
}
