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

/** A head as a statement names it. */
interface Mark {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
  /** First four bytes of the hash of each event up to it that no earlier statement covers. */
  readonly marks: Buffer;
}

const functions = ['event_bytes', 'verify'];

/**
 * Verifies one tenant's chain, the platform's (empty), or all (null). `client` has the role tenantry_owner; nothing is changed. Without an outside copy what
 * the database says of itself is all there is: then a chain rewritten or cut off with its head and checkpoints goes unnoticed.
 */
export async function verifyTrail(client: Client, options: { readonly chain: string | null; readonly outside: OutsideCopy | null }): Promise<TrailVerdict> {
  await client.query('begin isolation level repeatable read');
  try {
    return await judgeTrail(client, options);
  } finally {
    await client.query('rollback');
  }
}

/** The same inside the caller's transaction, which must be rolled back: the database's functions have been replaced in it. */
export async function judgeTrail(client: Client, { chain, outside }: { readonly chain: string | null; readonly outside: OutsideCopy | null }): Promise<TrailVerdict> {
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
  const { marks, statements } = outside === null ? { marks: [], statements: 0 } : await readMarks(outside, flaws);
  const wanted = chain === null ? marks : marks.filter((mark) => mark.chain === chain);
  for (const verdict of await compareMarks(client, wanted, verdicts)) verdicts.set(verdict.chain, verdict);
  const chains = [...verdicts.values()].toSorted((a, b) => (a.chain < b.chain ? -1 : 1));
  return { chains, statements, flaws, ok: flaws.length === 0 && chains.every(({ firstBad }) => firstBad === null) };
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
async function readMarks(outside: OutsideCopy, flaws: string[]): Promise<{ marks: Mark[]; statements: number }> {
  const keys = await Promise.all((await outside.list('.json')).filter((name) => name.startsWith('key-')).map(async (name) => JSON.parse(await outside.get(name)) as JWK));
  const marks: Mark[] = [];
  let statements = 0;
  const numbers = new Set<number>();
  for (const name of await outside.list('.jws')) {
    if (!name.startsWith('checkpoint-')) continue;
    try {
      const { content } = await readStatement('checkpoint', (await outside.get(name)).trim(), keys);
      const { number, heads } = content as { number: number; heads: [string, number, string, string][] };
      numbers.add(number);
      statements += 1;
      for (const [chain, seq, hash, covered] of heads) marks.push({ chain, seq, hash, marks: Buffer.from(covered, 'base64') });
    } catch (error) {
      flaws.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const sorted = [...numbers].toSorted((a, b) => a - b);
  for (const [index, number] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before !== undefined && number !== before + 1) flaws.push(`checkpoints ${before + 1} to ${number - 1} are missing outside`);
  }
  return { marks, statements };
}

/** Chains whose stored events are not what the statements say, with the first event that is not. */
async function compareMarks(client: Client, marks: readonly Mark[], verdicts: ReadonlyMap<string, ChainVerdict>): Promise<ChainVerdict[]> {
  const { rows } = await client.query<{ chain: string; first_bad: string; last: string }>(
    `with stated as (
       select s.chain, s.seq - (octet_length(s.marks) / 4) + n.n as seq, substr(s.marks, 4 * n.n - 3, 4) as mark, case when n.n = octet_length(s.marks) / 4 then decode(s.hash, 'hex') end as hash
         from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) as s (chain, seq, hash, marks)
        cross join lateral generate_series(1, octet_length(s.marks) / 4) as n (n)
       union all
       select s.chain, s.seq, substr(decode(s.hash, 'hex'), 1, 4), decode(s.hash, 'hex')
         from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) as s (chain, seq, hash, marks)
        where s.marks = ''
     )
     select s.chain, min(s.seq) as first_bad, (select coalesce(max(e.seq), 0) from audit.events e where e.chain = s.chain) as last
       from stated s
       left join audit.events e on e.chain = s.chain and e.seq = s.seq
      where (e.hash is null or substr(e.hash, 1, 4) <> s.mark or e.hash <> s.hash)
        and not exists (
          select from audit.cuts c
           where c.chain = s.chain and s.seq between c.first_seq and c.last_seq and (s.seq <> c.last_seq or substr(c.last_hash, 1, 4) = s.mark))
      group by s.chain`,
    [marks.map(({ chain }) => chain), marks.map(({ seq }) => seq), marks.map(({ hash }) => hash), marks.map((mark) => mark.marks)],
  );
  return rows.flatMap(({ chain, first_bad: stated, last }) => {
    const stored = verdicts.get(chain) ?? { chain, events: 0, firstBad: null, flaw: null };
    const firstBad = Number(stated);
    if (stored.firstBad !== null && stored.firstBad <= firstBad) return [];
    const flaw =
      firstBad > Number(last) ? 'the chain was cut off: a statement outside names later events' : 'the chain was rewritten: a statement outside has another hash';
    return [{ ...stored, firstBad, flaw }];
  });
}
