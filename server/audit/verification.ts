/**
 * Checks the sealed trail from outside the database: chains are recomputed by the functions as this checkout has them, whatever the database's own
 * copies have become, and compared with signed statements from a copy that the database's administrators can't reach.
 */
import { readFile } from 'node:fs/promises';
import type { JWK } from 'jose';
import type { Client } from 'pg';
import type { OutsideCopy } from './outside.ts';
import { readStatement } from './statements.ts';

/** What became of one chain. */
export interface ChainVerdict {
  /** The tenant's id; empty for the platform. */
  readonly chain: string;
  readonly events: number;
  /** The first event that is wrong or missing; null if the chain holds. */
  readonly firstBad: number | null;
  readonly flaw: string | null;
}

/** What became of the trail. */
export interface TrailVerdict {
  readonly chains: readonly ChainVerdict[];
  /** Statements outside that were compared. */
  readonly statements: number;
  /** Statements that are no evidence: a wrong signature, an unknown key. */
  readonly flaws: readonly string[];
  readonly ok: boolean;
}

/** A head or a cut as a statement names it. */
interface Mark {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

const functions = ['event_bytes', 'verify'];

/**
 * Verifies one tenant's chain, the platform's (empty), or all (null). `client` has the role tenantry_owner; nothing is changed. Without an outside copy what
 * the database says of itself is all there is: then a chain rewritten or cut off with its head and checkpoints goes unnoticed.
 */
export async function verifyTrail(client: Client, options: { readonly chain: string | null; readonly outside: OutsideCopy | null }): Promise<TrailVerdict> {
  const { chain, outside } = options;
  await client.query('begin isolation level repeatable read');
  try {
    await installFunctions(client);
    const { rows } = await client.query<{ chain: string; events: string; first_bad: string | null; flaw: string | null }>(
      'select chain, events, first_bad, flaw from audit.verify($1)',
      [chain],
    );
    const verdicts = new Map<string, ChainVerdict>(
      rows.map((row) => [
        row.chain,
        { chain: row.chain, events: Number(row.events), firstBad: row.first_bad === null ? null : Number(row.first_bad), flaw: row.flaw },
      ]),
    );
    const flaws: string[] = [];
    const marks = outside === null ? [] : await readMarks(outside, flaws);
    const wanted = chain === null ? marks : marks.filter((mark) => mark.chain === chain);
    for (const verdict of await compareMarks(client, wanted, verdicts)) verdicts.set(verdict.chain, verdict);
    const chains = [...verdicts.values()].toSorted((a, b) => (a.chain < b.chain ? -1 : 1));
    return { chains, statements: marks.length === 0 ? 0 : new Set(marks.map(({ name }) => name)).size, flaws, ok: flaws.length === 0 && chains.every(({ firstBad }) => firstBad === null) };
  } finally {
    await client.query('rollback');
  }
}

/** Puts this checkout's functions in the place of the database's, for this transaction only. */
async function installFunctions(client: Client): Promise<void> {
  await client.query('select pg_advisory_xact_lock(3, 3)');
  for (const name of functions) {
    const text = await readFile(new URL(`../../sql/functions/audit/${name}.sql`, import.meta.url), 'utf8');
    const end = text.indexOf('comment on function');
    await client.query(text.slice(0, end));
  }
}

/** Every head that a checkpoint outside names. What is not properly signed goes to `flaws`. */
async function readMarks(outside: OutsideCopy, flaws: string[]): Promise<(Mark & { readonly name: string })[]> {
  const keys = await Promise.all((await outside.list('.json')).filter((name) => name.startsWith('key-')).map(async (name) => JSON.parse(await outside.get(name)) as JWK));
  const marks: (Mark & { name: string })[] = [];
  const numbers = new Set<number>();
  for (const name of await outside.list('.jws')) {
    if (!name.startsWith('checkpoint-')) continue;
    try {
      const { content } = await readStatement('checkpoint', (await outside.get(name)).trim(), keys);
      const { number, heads } = content as { number: number; heads: [string, number, string][] };
      numbers.add(number);
      for (const [chain, seq, hash] of heads) marks.push({ chain, seq, hash, name });
    } catch (error) {
      flaws.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const sorted = [...numbers].toSorted((a, b) => a - b);
  for (const [index, number] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before !== undefined && number !== before + 1) flaws.push(`checkpoints ${before + 1} to ${number - 1} are missing outside`);
  }
  return marks;
}

/** Chains whose stored events are not what the statements say, with the first event that can be wrong. */
async function compareMarks(client: Client, marks: readonly Mark[], verdicts: ReadonlyMap<string, ChainVerdict>): Promise<ChainVerdict[]> {
  const { rows } = await client.query<{ chain: string; seq: string; held: boolean; there: boolean; good_before: string }>(
    `with marks as (
       select distinct * from unnest($1::text[], $2::bigint[], $3::text[]) as m (chain, seq, hash)
     ), judged as (
       select m.chain, m.seq,
              exists (select from audit.events e where e.chain = m.chain and e.seq = m.seq) as there,
              exists (select from audit.events e where e.chain = m.chain and e.seq = m.seq and e.hash = decode(m.hash, 'hex'))
                or exists (select from audit.cuts c where c.chain = m.chain and m.seq between c.first_seq and c.last_seq
                            and (m.seq <> c.last_seq or c.last_hash = decode(m.hash, 'hex'))) as held
         from marks m
     )
     select j.*, coalesce(max(j.seq) filter (where j.held) over (partition by j.chain order by j.seq), 0) as good_before
       from judged j order by j.chain, j.seq`,
    [marks.map(({ chain }) => chain), marks.map(({ seq }) => seq), marks.map(({ hash }) => hash)],
  );
  const worse = new Map<string, ChainVerdict>();
  for (const row of rows) {
    if (row.held || worse.has(row.chain)) continue;
    const stored = verdicts.get(row.chain) ?? { chain: row.chain, events: 0, firstBad: null, flaw: null };
    // Where the chain itself shows the place, it is exact; a chain rewritten to its end shows only between which two statements.
    if (stored.firstBad !== null && stored.firstBad <= Number(row.seq)) continue;
    const { last } = (await client.query<{ last: string }>('select coalesce(max(seq), 0) as last from audit.events where chain = $1', [row.chain])).rows[0] ?? { last: '0' };
    const cutOff = !row.there && Number(last) < Number(row.seq);
    worse.set(row.chain, {
      ...stored,
      firstBad: cutOff ? Number(last) + 1 : Number(row.good_before) + 1,
      flaw: cutOff ? 'the chain was cut off: a statement outside names later events' : `events up to ${row.seq} were rewritten: a statement outside has another hash`,
    });
  }
  return [...worse.values()];
}
