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
  /** What is no evidence, and what evidence is missing. */
  readonly flaws: readonly string[];
}

interface Checkpoint {
  readonly number: number;
  readonly at: string;
  readonly previous: string | null;
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
 * when a crash left one that the database doesn't know.
 */
export async function readOutside(outside: OutsideCopy, newestInside: number): Promise<Stated> {
  const flaws: string[] = [];
  const keys = await readKeys(outside, flaws);
  const checkpoints: { checkpoint: Checkpoint; digest: string; name: string }[] = [];
  const cuts: StatedCut[] = [];
  for (const name of await outside.list('.jws')) {
    const kind = /^(checkpoint|cut)-/.exec(name)?.[1] as 'checkpoint' | 'cut' | undefined;
    if (kind === undefined) continue;
    try {
      const text = (await outside.get(name)).trim();
      const { content } = await readStatement(kind, text, keys);
      if (kind === 'cut') cuts.push(...cutsOf(content as CutStatement));
      else checkpoints.push({ checkpoint: content as Checkpoint, digest: createHash('sha256').update(text).digest('hex'), name });
    } catch (error) {
      flaws.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  checkpoints.sort((a, b) => a.checkpoint.number - b.checkpoint.number);
  const byNumber = Map.groupBy(checkpoints, ({ checkpoint }) => checkpoint.number);
  flaws.push(...missing([...byNumber.keys()], newestInside, outside.place));
  for (const { checkpoint, name } of checkpoints) {
    const before = byNumber.get(checkpoint.number - 1);
    if (checkpoint.number === 1 ? checkpoint.previous !== null : before?.every(({ digest }) => digest !== checkpoint.previous) === true) {
      flaws.push(`${name}: it does not follow on the checkpoint before it`);
    }
  }
  const heads = checkpoints.flatMap(({ checkpoint: { number, at, heads: named } }) => {
    const before = byNumber.get(number - 1)?.map(({ checkpoint }) => Date.parse(checkpoint.at));
    const after = before === undefined ? null : Math.min(...before);
    return named.map(([chain, seq, hash, marks]) => ({ chain, seq, hash, marks: Buffer.from(marks, 'base64'), at: Date.parse(at), after }));
  });
  const last = checkpoints.at(-1)?.checkpoint;
  return { heads, cuts, statements: checkpoints.length, newest: last === undefined ? null : { number: last.number, at: last.at }, flaws };
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
  return { heads: [], cuts, statements: 0, newest: null, flaws };
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

/** Which numbers should be there and aren't; `numbers` in their order. */
function missing(numbers: readonly number[], newestInside: number, place: string): string[] {
  const last = numbers.at(-1);
  if (last === undefined) return [`there is no checkpoint in ${place}: the worker writes the first a minute after it started. Is AUDIT_CHECKPOINTS the folder it writes to?`];
  const flaws: string[] = [];
  let expected = 1;
  for (const number of numbers) {
    if (number > expected) flaws.push(`checkpoints ${expected} to ${number - 1} are missing outside`);
    expected = number + 1;
  }
  if (last < newestInside) flaws.push(`checkpoints ${last + 1} to ${newestInside} are missing outside: the database has them`);
  return flaws;
}
