/**
 * Checks the sealed trail from outside the database: chains are recomputed by the functions as this checkout has them, whatever the database's own
 * copies have become, and compared with signed statements from a copy that the database's administrators can't reach.
 */
import { readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { Refusal } from '../../config/refusal.ts';
import type { OutsideCopy } from './outside.ts';
import { readInside, readOutside } from './stated.ts';
import type { Stated, StatedHead } from './stated.ts';

/** What became of one chain. */
export interface ChainVerdict {
  /** The tenant's id; empty for the platform. */
  readonly chain: string;
  readonly events: number;
  /** The number of its last event; null if there is none. */
  readonly lastSeq: number | null;
  /** The first event that is wrong or missing; null if the chain holds. */
  readonly firstBad: number | null;
  readonly flaw: string | null;
}

/** What became of the trail. */
export interface TrailVerdict {
  readonly chains: readonly ChainVerdict[];
  /** Checkpoints outside that were compared, and the newest: what came after it nothing proves yet. */
  readonly statements: number;
  readonly newest: { readonly number: number; readonly at: string } | null;
  /** Whether all statements were compared, or those of the last days. */
  readonly whole: boolean;
  /** What is wrong with the evidence or the tables: a wrong signature, an unknown key, statements that are missing. */
  readonly flaws: readonly string[];
  readonly ok: boolean;
}

/** What to verify. */
export interface TrailQuestion {
  /** One tenant's chain, the platform's (empty), or all (null). */
  readonly chain: string | null;
  readonly outside: OutsideCopy | null;
  /**
   * Compare with the checkpoints of the last days alone, which takes seconds where all of a year take minutes. A change is found all the same, its
   * first event perhaps not named, and whether old cuts came before their time is not asked.
   */
  readonly lately?: boolean;
}

/** A bad event that one of the checks found. */
interface Finding {
  readonly chain: string;
  readonly firstBad: number;
  readonly flaw: string;
}

const functions = ['event_bytes', 'verify'];

/**
 * What they ask the database of who is asking. Here the answers are everybody and every chain: what the database has in the place of the function and the
 * table would run, or be planned, in the midst of verifying.
 */
const EVERY_CHAIN = `create or replace function platform_private.listed_tenants() returns text[] language sql stable as 'select null::text[]'`;
const WHO_ASKS = /^ {2}if tenant_id <> '' and not exists \(select from platform\.tenants[\s\S]*?^ {2}end if;\n/m;

/**
 * How late an event may be sealed while checkpoints go on, in days. The worker seals every two seconds and alerts after a minute; a month is for what
 * it could not seal. What is older when a checkpoint first names it was put in later; and a cut needs that much less time than its class says.
 */
const SEALED_WITHIN_DAYS = 30;

/** Events are numbered when their transactions have ended, so a time may lie before that of the event in front by as much as a transaction lasts. Lanes end theirs after 40 s; a person's own in psql may take longer. */
const LONGEST_TRANSACTION_DAYS = 1;

/** Whoever may connect could hold a lock that verifying waits for: a job that fails is seen, one that hangs is not. In minutes. */
const LOCK_MINUTES = 15;

/** What each class keeps, in days; a hold keeps for ever. */
const DAYS_KEPT: Readonly<Record<string, number>> = { '90d': 90, '1y': 365, '7y': 7 * 365 };

/**
 * Verifies one tenant's chain, the platform's, or all. `client` has the role tenantry_owner; nothing is changed. Without an outside copy what
 * the database says of itself is all there is: then a chain rewritten or cut off with its head and checkpoints goes unnoticed.
 */
export async function verifyTrail(client: Client, question: TrailQuestion): Promise<TrailVerdict> {
  // Read before the database is looked at: what is stated has happened, so events that go on being sealed are not missed in a snapshot of before.
  const { outside } = question;
  const stated = outside === null ? null : await readOutside(outside, await inTransaction(client, async () => await newestInside(client)), question.lately);
  return await inTransaction(client, async () => await judgeTrail(client, question, stated));
}

async function inTransaction<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin isolation level repeatable read');
  try {
    return await work();
  } finally {
    await client.query('rollback');
  }
}

/** The login's own settings are the database's word too: functions of a schema on its path would be called instead of PostgreSQL's. */
async function leavePath(client: Client): Promise<void> {
  await client.query(`set local search_path = pg_catalog, pg_temp; set local row_security = off; set local lock_timeout = '${LOCK_MINUTES}min'`);
}

/** The newest checkpoint that the database has; 0 if none. */
async function newestInside(client: Client): Promise<number> {
  await leavePath(client);
  const { rows } = await client.query<{ newest: string | null }>('select max(c.number) as newest from audit.checkpoints c');
  return Number(rows[0]?.newest ?? 0);
}

/** The same inside the caller's transaction, which must be rolled back: the database's functions have been replaced in it. */
export async function judgeTrail(client: Client, { chain, outside, lately }: TrailQuestion, read: Stated | null = null): Promise<TrailVerdict> {
  await leavePath(client);
  // First of all: what is strange here may run code of the database's owner as soon as it is read.
  const strange = await strangeTables(client);
  await installFunctions(client);
  const { rows } = await client.query<{ chain: string; events: string; last_seq: string | null; first_bad: string | null; flaw: string | null }>(
    'select chain, events, last_seq, first_bad, flaw from audit.verify($1::text)',
    [chain],
  );
  const verdicts = new Map<string, ChainVerdict>(
    rows.map((row) => [
      row.chain,
      { chain: row.chain, events: Number(row.events), lastSeq: numberOf(row.last_seq), firstBad: numberOf(row.first_bad), flaw: row.flaw },
    ]),
  );
  const stated = read ?? (outside === null ? await readInside(client) : await readOutside(outside, await newestInside(client), lately));
  const heads = chain === null ? stated.heads : stated.heads.filter((head) => head.chain === chain);
  const findings = [
    ...(await compareMarks(client, heads)),
    ...(await unprovenCuts(client, chain, stated, outside !== null && stated.whole)),
    ...(await runningBack(client, chain)),
    ...(await passedOver(client, chain, heads, verdicts)),
  ];
  for (const { chain: of, firstBad, flaw } of findings) {
    const verdict = verdicts.get(of) ?? { chain: of, events: 0, lastSeq: null, firstBad: null, flaw: null };
    if (verdict.firstBad === null || verdict.firstBad > firstBad) verdicts.set(of, { ...verdict, firstBad, flaw });
  }
  // Asked last: by what it runs nothing is read any more.
  if (chain !== null && chain !== '' && !verdicts.has(chain) && (await client.query('select from platform.tenants t where t.id = $1', [chain])).rows.length === 0) {
    throw new Refusal(`There is no tenant "${chain}". List them: select id from platform.tenants. The platform's own chain has the empty id.`);
  }
  const flaws = [...strange, ...stated.flaws];
  const chains = [...verdicts.values()].toSorted((a, b) => (a.chain < b.chain ? -1 : 1));
  const { statements, newest, whole } = stated;
  return { chains, statements, newest, whole, flaws, ok: flaws.length === 0 && chains.every(({ firstBad }) => firstBad === null) };
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** Puts this checkout's functions in the place of the database's, for this transaction only. */
async function installFunctions(client: Client): Promise<void> {
  await client.query('select pg_advisory_xact_lock(3, 3)');
  for (const name of functions) {
    const text = await readFile(new URL(`../../sql/functions/audit/${name}.sql`, import.meta.url), 'utf8');
    const end = text.indexOf('comment on function');
    const ours = text.slice(0, end).replace(WHO_ASKS, '');
    if (ours.includes('platform.tenants')) throw new Error(`audit.${name} asks for tenants otherwise than it did`);
    await client.query(ours);
  }
  await client.query(EVERY_CHAIN);
  // Nothing has to be written from here on, and nobody can: not even put back for as long as we look.
  await client.query('set transaction read only');
}

/**
 * Tables that are no longer what they were made as: a view or a foreign table in their place shows one thing to us and another to others; and a function
 * or type of the database's owner in a column, a check or an index is run by reading the table, or by planning to.
 */
async function strangeTables(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select w.name
       from unnest(array['audit.events', 'audit.heads', 'audit.cuts', 'audit.cut_statements', 'audit.checkpoints', 'audit.statement_keys']) as w (name)
       left join pg_class c on c.oid = to_regclass(w.name)
      where c.relkind is distinct from case w.name when 'audit.events' then 'p' else 'r' end
     union
     select t.relid::regclass::text
       from pg_partition_tree('audit.events') t
       join pg_class c on c.oid = t.relid
      where c.relkind not in ('r', 'p')
     union
     select l.id::regclass::text
       from (select to_regclass('audit.' || w.name)::oid as id from unnest(array['heads', 'cuts', 'cut_statements', 'checkpoints', 'statement_keys']) as w (name)
             union
             select t.relid from pg_partition_tree('audit.events') t) l
      cross join lateral (
        select 'pg_class'::regclass as class, l.id
        union all
        select 'pg_class'::regclass, i.indexrelid from pg_index i where i.indrelid = l.id
        union all
        select 'pg_constraint'::regclass, k.oid from pg_constraint k where k.conrelid = l.id
        union all
        select 'pg_attrdef'::regclass, f.oid from pg_attrdef f where f.adrelid = l.id
        union all
        select 'pg_rewrite'::regclass, r.oid from pg_rewrite r where r.ev_class = l.id) part (class, id)
       join pg_depend d
         on d.classid = part.class and d.objid = part.id
        and d.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass, 'pg_opclass'::regclass)`,
  );
  return rows.map(({ name }) => `${name} is not the table it was made as`);
}

/** Chains whose stored events are not what the checkpoints say, or were not there yet when they say they happened. */
async function compareMarks(client: Client, heads: readonly StatedHead[]): Promise<Finding[]> {
  const { rows } = await client.query<{ chain: string; first_bad: string | null; first_late: string | null; last: string }>(
    `with stated as (
       select s.chain, s.seq - (octet_length(s.marks) / 4) + n.n as seq, substr(s.marks, 4 * n.n - 3, 4) as mark, s.after,
              case when n.n = octet_length(s.marks) / 4 then decode(s.hash, 'hex') end as hash
         from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[], $5::timestamptz[]) as s (chain, seq, hash, marks, after)
        cross join lateral generate_series(1, octet_length(s.marks) / 4) as n (n)
       union all
       select s.chain, s.seq, substr(decode(s.hash, 'hex'), 1, 4), null, decode(s.hash, 'hex')
         from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) as s (chain, seq, hash, marks)
        where s.marks = ''
     ), found as (
       select s.chain, s.seq, e.at < s.after - $6::interval and e.action not like 'access.%' as late
         from stated s
         left join audit.events e on e.chain = s.chain and e.seq = s.seq
        where (e.hash is null or substr(e.hash, 1, 4) <> s.mark or e.hash <> s.hash or (e.at < s.after - $6::interval and e.action not like 'access.%'))
          and not exists (
            select from audit.cuts c
             where c.chain = s.chain and s.seq between c.first_seq and c.last_seq and (s.seq <> c.last_seq or substr(c.last_hash, 1, 4) = s.mark))
     )
     select f.chain, min(f.seq) filter (where f.late is not true) as first_bad, min(f.seq) filter (where f.late) as first_late,
            (select coalesce(max(e.seq), 0) from audit.events e where e.chain = f.chain) as last
       from found f
      group by f.chain`,
    [
      heads.map(({ chain }) => chain), heads.map(({ seq }) => seq), heads.map(({ hash }) => hash), heads.map(({ marks }) => marks),
      heads.map(({ after }) => (after === null ? null : new Date(after))), `${SEALED_WITHIN_DAYS} days`,
    ],
  );
  return rows.flatMap(({ chain, first_bad: bad, first_late: late, last }) => [
    ...(bad === null
      ? []
      : [{
          chain,
          firstBad: Number(bad),
          flaw: Number(bad) > Number(last) ? 'the chain was cut off: a statement outside names later events' : 'the chain was rewritten: a statement outside has another hash',
        }]),
    ...(late === null ? [] : [{ chain, firstBad: Number(late), flaw: 'an event was put in later: checkpoints outside of a month after its time do not name it' }]),
  ]);
}

/** Cuts that no signed statement names just so, and, by the copy outside, cuts of what was there for too short a time. */
async function unprovenCuts(client: Client, chain: string | null, { cuts: stated, heads }: Stated, timed: boolean): Promise<Finding[]> {
  const { rows } = await client.query<{ chain: string; first_seq: string; last_seq: string; events: string; previous: string; last: string; retention: string }>(
    `select c.chain, c.first_seq, c.last_seq, c.events, encode(c.previous_hash, 'hex') as previous, encode(c.last_hash, 'hex') as last, c.retention
       from audit.cuts c where $1::text is null or c.chain = $1 order by c.chain, c.first_seq`,
    [chain],
  );
  const named = Map.groupBy(stated, (cut) => `${cut.chain}/${cut.firstSeq}`);
  const headsOf = Map.groupBy(heads, (head) => head.chain);
  return rows.flatMap((row) => {
    const firstBad = Number(row.first_seq);
    const statement = named.get(`${row.chain}/${firstBad}`)?.find(
      (cut) =>
        cut.lastSeq === Number(row.last_seq) && cut.events === Number(row.events) && cut.previousHash === row.previous && cut.lastHash === row.last &&
        cut.retention === row.retention,
    );
    if (statement === undefined) return [{ chain: row.chain, firstBad, flaw: 'events were removed and no signed statement of a cut names them' }];
    if (!timed) return [];
    const covered = headsOf.get(row.chain)?.find(({ seq }) => seq >= statement.lastSeq);
    const days = (DAYS_KEPT[statement.retention] ?? Infinity) - SEALED_WITHIN_DAYS;
    return covered !== undefined && statement.at - covered.at >= days * 86_400_000
      ? []
      : [{ chain: row.chain, firstBad, flaw: `events were removed before their time: checkpoints outside have named them for less than ${days} days` }];
  });
}

/** Chains in which the time of an event lies far before that of one sealed earlier: put in later. Records of a server's log are read when they are read. */
async function runningBack(client: Client, chain: string | null): Promise<Finding[]> {
  const { rows } = await client.query<{ chain: string; first_bad: string }>(
    `select x.chain, min(x.seq) as first_bad
       from (select e.chain, e.seq, e.at, e.action, max(e.at) over (partition by e.chain order by e.seq rows between unbounded preceding and 1 preceding) as latest
               from audit.events e where $1::text is null or e.chain = $1) x
      where x.at < x.latest - $2::interval and x.action not like 'access.%'
      group by x.chain`,
    [chain, `${LONGEST_TRANSACTION_DAYS} days`],
  );
  return rows.map(({ chain: of, first_bad: seq }) => ({ chain: of, firstBad: Number(seq), flaw: 'its time lies before that of events sealed earlier' }));
}

/** Chains that are there and that audit.verify said nothing of: their head is gone, or what it asks the database hides them. */
async function passedOver(client: Client, chain: string | null, heads: readonly StatedHead[], verdicts: ReadonlyMap<string, ChainVerdict>): Promise<Finding[]> {
  const { rows } = await client.query<{ chain: string }>('select distinct e.chain from audit.events e where $1::text is null or e.chain = $1', [chain]);
  const known = new Set([...rows.map((row) => row.chain), ...heads.map((head) => head.chain)]);
  return [...known].filter((of) => !verdicts.has(of)).map((of) => ({ chain: of, firstBad: 1, flaw: 'the chain could not be verified: its head is missing or hidden' }));
}
