/**
 * A thousand times a superuser changes sealed events, with all that a superuser can reach: heads, checkpoints in the database, and the chain itself,
 * recomputed to its end. With the copy outside each is found, and the tenant and the first bad event are named. Seeded: a failure
 * says its number.
 */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { fixedRole, loginConfig, migratorConfig, withDatabase } from '../../database/logins.ts';
import { folderCopy } from '../../server/audit/outside.ts';
import { openSigner } from '../../server/audit/statements.ts';
import type { StatementSigner } from '../../server/audit/statements.ts';
import { judgeTrail, verifyTrail } from '../../server/audit/verification.ts';
import type { TrailVerdict } from '../../server/audit/verification.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { writeCheckpoint } from '../../worker/checkpoints.ts';
import { createSealing } from '../../worker/sealing.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

const TIMES = 1_000;
/** Events of one chain between two checkpoints, and checkpoints. */
const STEP = 8;
const STEPS = 5;
const TENANTS = ['aurora', 'borealis', 'cygnus'];

let db: TestDatabase;
let folder: string;
let client: pg.Client;
/** What the worker signs with: an attacker can't, but may have the worker sign what a changed database tells it. */
let signer: StatementSigner;
/** Numbers of each chain's events at each checkpoint. */
const marked = new Map<string, number[]>();

beforeAll(async () => {
  db = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'tenantry-tampering-'));
  for (const tenant of TENANTS) await db.provision(tenant);
  const pool = new pg.Pool(loginConfig(db.endpoint, fixedRole(db.prefix, 'tenantry_worker'), db.masterKey));
  const sealer = localSealer(db.masterKey);
  for (let step = 0; step < STEPS; step += 1) {
    await db.withOwner(
      async (owner) =>
        await owner.query(
          `select audit.record('agreements.update', t, 'agreements:' || n, 'ok', jsonb_build_object('notes', n), jsonb_build_object('notes', n + 1), '{"rows": 1}')
             from unnest($1::text[]) t, generate_series(1, $2) n`,
          [TENANTS, STEP],
        ),
    );
    await createSealing(pool, sealer).seal();
    const worker = await pool.connect();
    await writeCheckpoint({ client: worker, sealer, outside: folderCopy(folder) });
    worker.release();
    await db.withOwner(async (owner) => {
      const { rows } = await owner.query<{ chain: string; seq: number }>('select chain, seq::int from audit.heads');
      for (const { chain, seq } of rows) marked.set(chain, [...(marked.get(chain) ?? []), seq]);
    });
  }
  signer = await openSigner(pool, sealer);
  await pool.end();
  const { superuserUrl } = inject('cluster');
  client = new pg.Client(superuserUrl === null ? migratorConfig(db.url, null) : migratorConfig(withDatabase(superuserUrl, new URL(db.url).pathname.slice(1)), null));
  await client.connect();
  if (superuserUrl === null) await client.query(`set role ${pg.escapeIdentifier(fixedRole(db.prefix, 'tenantry_owner'))}`);
});

afterAll(async () => {
  await client.end();
  await rm(folder, { recursive: true });
  await db.drop();
});

/** mulberry32: a small seeded generator, so that a failing number can be tried again. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Statements that change a column, each to something it was not. */
const EDITS = [
  `actor = actor || 'x'`, `action = 'test.other'`, `outcome = 'refused'`, `subject = 'agreements:0'`, `actor_role = 'auditor'`, `request_id = 'r'`, `source = 'server'`,
  `at = at + interval '1 microsecond'`, `detail = '{"rows": 2}'`, `changed = 'royalty_rate'`, `sealed = coalesce(set_byte(sealed, 20, (get_byte(sealed, 20) + 1) % 256), '\\x00')`,
  `hash = sha256(hash)`, `on_behalf_of = 'visit:x'`, `session_id = coalesce(session_id, '') || 's'`, `request_id = ''`, `sealed = case when sealed is null then ''::bytea end`, `after = '{}'`, `key_id = case when key_id is null then (select min(id) from audit.data_keys) end`,
];

interface Tampering {
  readonly kind: string;
  readonly statements: readonly string[];
  /** The first event that has to be named. */
  readonly firstBad: number;
}

/** Makes up one of the kinds, at random places of a chain. */
function tamper(random: (below: number) => number, chain: string): Tampering {
  const last = marked.get(chain)?.at(-1) ?? 0;
  const at = 1 + random(last - 1);
  const of = `chain = '${chain}'`;
  const edit = EDITS[random(EDITS.length)] ?? '';
  const head = `update audit.heads h set seq = e.seq, hash = e.hash from (select seq, hash from audit.events where ${of} order by seq desc limit 1) e where h.${of}`;
  const forget = `delete from audit.checkpoints where number > ${random(STEPS)}`;
  const rechain = (from: number) => `do $$ declare v_hash bytea := coalesce((select hash from audit.events where ${of} and seq = ${from - 1}), decode(repeat('00', 32), 'hex')); v_event audit.events; begin
    for v_event in select * from audit.events where ${of} and seq >= ${from} order by seq loop
      v_hash := sha256(v_hash || audit.event_bytes(v_event));
      update audit.events set hash = v_hash where ${of} and seq = v_event.seq;
    end loop; end $$`;
  switch (random(8)) {
    case 0:
    case 1:
      return { kind: `edit ${edit}`, statements: [`update audit.events set ${edit} where ${of} and seq = ${at}`], firstBad: at };
    case 2: {
      const more = random(Math.min(4, last - at));
      return { kind: 'delete', statements: [`delete from audit.events where ${of} and seq between ${at} and ${at + more}`], firstBad: at };
    }
    case 3:
      return {
        kind: 'insert',
        statements: [
          `update audit.events set seq = seq + 100000 where ${of} and seq > ${at}`,
          `update audit.events set seq = seq - 99999 where ${of} and seq > 100000`,
          `insert into audit.events select (jsonb_populate_record(e, jsonb_build_object('seq', ${at + 1}, 'actor', 'user:forged'))).* from audit.events e where ${of} and seq = ${at}`,
          head,
        ],
        firstBad: at + 1,
      };
    case 4: {
      const other = at === last - 1 ? last : at + 1 + random(last - at - 1);
      return {
        kind: 'reorder',
        statements: [
          `update audit.events set seq = 200000 where ${of} and seq = ${at}`,
          `update audit.events set seq = ${at} where ${of} and seq = ${other}`,
          `update audit.events set seq = ${other} where ${of} and seq = 200000`,
        ],
        firstBad: at,
      };
    }
    case 5:
      return { kind: 'cut off with head and checkpoints', statements: [`delete from audit.events where ${of} and seq > ${at}`, head, forget], firstBad: at + 1 };
    case 6:
      return {
        kind: 'rewritten to the end with head and checkpoints',
        statements: [`update audit.events set actor = 'user:nobody' where ${of} and seq = ${at}`, rechain(at), head, forget],
        firstBad: at,
      };
    default:
      return {
        kind: 'one left out and closed up with head and checkpoints',
        statements: [
          `delete from audit.events where ${of} and seq = ${at}`,
          `update audit.events set seq = seq + 100000 where ${of} and seq > ${at}`,
          `update audit.events set seq = seq - 100001 where ${of} and seq > 100000`,
          rechain(at),
          head,
          forget,
        ],
        firstBad: at,
      };
  }
}

test('the trail holds before anything is done to it', async () => {
  expect(await verifyTrail(client, { chain: null, outside: folderCopy(folder) })).toMatchObject({ ok: true, statements: STEPS });
});

test(`${TIMES} of ${TIMES} random changes by a superuser are found, each with its tenant and first bad event`, { timeout: 300_000 }, async () => {
  const kinds = new Map<string, number>();
  for (let number = 0; number < TIMES; number += 1) {
    const random = randomOf(number);
    const chain = TENANTS[random(TENANTS.length)] ?? '';
    const { kind, statements, firstBad } = tamper(random, chain);
    await client.query('begin');
    for (const statement of statements) await client.query(statement);
    const verdict = await judgeTrail(client, { chain: null, outside: folderCopy(folder) });
    await client.query('rollback');
    const found = verdict.chains.filter((judged) => judged.firstBad !== null).map((judged) => [judged.chain, judged.firstBad]);
    expect(found, `number ${number}, ${kind}: ${statements.join('; ')}`).toEqual([[chain, firstBad]]);
    const name = kind.split(' ')[0] ?? '';
    kinds.set(name, (kinds.get(name) ?? 0) + 1);
  }
  expect([...kinds.keys()].toSorted()).toEqual(['cut', 'delete', 'edit', 'insert', 'one', 'reorder', 'rewritten']);
});

test('without the copy outside a clever cut goes unnoticed, which is why there is one', async () => {
  await client.query('begin');
  await client.query(`delete from audit.events where chain = 'aurora' and seq > 10`);
  await client.query(`update audit.heads h set seq = 10, hash = e.hash from audit.events e where e.chain = 'aurora' and e.seq = 10 and h.chain = 'aurora'`);
  await client.query('delete from audit.checkpoints');
  await client.query('savepoint looking');
  expect(await judgeTrail(client, { chain: 'aurora', outside: null })).toMatchObject({ ok: true });
  // Whoever looks leaves the transaction unable to write.
  await client.query('rollback to savepoint looking');
  expect(await judgeTrail(client, { chain: 'aurora', outside: folderCopy(folder) })).toMatchObject({ ok: false, chains: [{ chain: 'aurora', firstBad: 11 }] });
  await client.query('rollback');
});

/** Judges what these statements leave, with the copy outside or another one, and takes them back. */
async function judged(statements: readonly string[], outside: string | null = folder): Promise<TrailVerdict> {
  await client.query('begin');
  try {
    for (const statement of statements) await client.query(statement);
    return await judgeTrail(client, { chain: null, outside: outside === null ? null : folderCopy(outside) });
  } finally {
    await client.query('rollback');
  }
}

function bad({ chains }: TrailVerdict): unknown[] {
  return chains.filter(({ firstBad }) => firstBad !== null).map(({ chain, firstBad, flaw }) => [chain, firstBad, flaw]);
}

/** A cut of events `from` to `to` of aurora, as the database would have it, and the removal. */
function cutAway(from: number, to: number, statement: string): string[] {
  return [
    `insert into audit.cut_statements (partition, statement) values ('events_90d_2020_01', '${statement}')`,
    `insert into audit.cuts (chain, first_seq, last_seq, events, previous_hash, last_hash, retention, statement_id)
       select 'aurora', ${from}, ${to}, ${to - from + 1}, coalesce((select hash from audit.events where chain = 'aurora' and seq = ${from - 1}), decode(repeat('00', 32), 'hex')),
              (select hash from audit.events where chain = 'aurora' and seq = ${to}), '90d', max(id) from audit.cut_statements`,
    `delete from audit.events where chain = 'aurora' and seq between ${from} and ${to}`,
  ];
}

/** A copy outside with one statement more, as the worker's folder would have it. */
async function withStatement<T>(name: string, statement: string, work: (folder: string) => Promise<T>): Promise<T> {
  const other = await mkdtemp(join(tmpdir(), 'tenantry-tampering-'));
  try {
    await cp(folder, other, { recursive: true });
    await folderCopy(other).put(name, `${statement}\n`);
    return await work(other);
  } finally {
    await rm(other, { recursive: true });
  }
}

async function hashOf(seq: number): Promise<string> {
  const { rows } = await client.query<{ hash: string }>(`select encode(hash, 'hex') as hash from audit.events where chain = 'aurora' and seq = $1`, [seq]);
  return rows[0]?.hash ?? '00'.repeat(32);
}

test('a cut that nobody signed hides nothing', async () => {
  const unsigned = 'events were removed and no signed statement of a cut names them';
  for (const [from, to] of [[1, 5], [6, 12], [6, marked.get('aurora')?.at(-1) ?? 0]] as const) {
    const verdict = await judged(cutAway(from, to, 'not.a.signature'));
    expect(verdict).toMatchObject({ ok: false, flaws: [] });
    expect(bad(verdict)).toEqual([['aurora', from, unsigned]]);
  }
  const inside = await judged(cutAway(1, 5, 'not.a.signature'), null);
  expect(inside).toMatchObject({ ok: false, flaws: [expect.stringContaining('audit.cut_statements')] });
  expect(bad(inside)).toEqual([['aurora', 1, unsigned]]);
});

test('a cut that was signed counts for the range it names, of events that were stated long enough before', async () => {
  const stretch = async (from: number, to: number) => ['aurora', from, to, to - from + 1, await hashOf(from - 1), await hashOf(to)];
  const after = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const cut = async (days: number, from: number, to: number, removed: readonly [number, number] = [from, to]) => {
    const statement = await signer.sign('cut', { v: 1, at: after(days), partition: 'events_90d_2020_01', retention: '90d', stretches: [await stretch(from, to)] });
    return await withStatement('cut-events_90d_2020_01-x.jws', statement, async (other) => bad(await judged(cutAway(...removed, statement), other)));
  };
  expect(await cut(91, 1, 5)).toEqual([]);
  // A superuser whose functions say that a partition's time is over has the worker sign it: its clock and the checkpoints say otherwise.
  expect(await cut(0, 1, 5)).toEqual([['aurora', 1, expect.stringContaining('before their time')]]);
  expect(await cut(59, 1, 5)).toEqual([['aurora', 1, expect.stringContaining('before their time')]]);
  expect(await cut(91, 1, 5, [1, 6])).toEqual([['aurora', 1, expect.stringContaining('no signed statement')]]);
  // Signed inside is not signed outside.
  const statement = await signer.sign('cut', { v: 1, at: after(91), partition: 'events_90d_2020_01', retention: '90d', stretches: [await stretch(1, 5)] });
  expect(bad(await judged(cutAway(1, 5, statement)))).toEqual([['aurora', 1, expect.stringContaining('no signed statement')]]);
  expect(await judged(cutAway(1, 5, statement), null)).toMatchObject({ ok: true });
});

/** Puts an event behind aurora's last, with a time that lies before. */
function putBehind(before: string): string[] {
  const last = marked.get('aurora')?.at(-1) ?? 0;
  return [
    `insert into audit.events select (jsonb_populate_record(e, jsonb_build_object('seq', ${last + 1}, 'at', e.at - interval '${before}', 'actor', 'user:forged'))).*
       from audit.events e where chain = 'aurora' and seq = ${last}`,
    `update audit.events e set hash = sha256((select hash from audit.events where chain = 'aurora' and seq = ${last}) || audit.event_bytes(e)) where chain = 'aurora' and seq = ${last + 1}`,
    `update audit.heads h set seq = e.seq, hash = e.hash from audit.events e where e.chain = 'aurora' and e.seq = ${last + 1} and h.chain = 'aurora'`,
  ];
}

test('an event that is put in with a time of long ago is found, by those in front of it and by checkpoints of between', async () => {
  const last = marked.get('aurora')?.at(-1) ?? 0;
  expect(await judged(putBehind('23 hours'))).toMatchObject({ ok: true });
  expect(bad(await judged(putBehind('25 hours')))).toEqual([['aurora', last + 1, 'its time lies before that of events sealed earlier']]);
  const forge = putBehind('31 days');
  await client.query('begin');
  for (const statement of forge) await client.query(statement);
  const hash = await hashOf(last + 1);
  await client.query('rollback');
  const outside = folderCopy(folder);
  const newest = (await outside.list('.jws')).at(-1) ?? '';
  const statement = await signer.sign('checkpoint', {
    v: 1, number: STEPS + 1, at: new Date().toISOString(), complete: false,
    previous: createHash('sha256').update((await outside.get(newest)).trim()).digest('hex'),
    heads: [['aurora', last + 1, hash, Buffer.from(hash.slice(0, 8), 'hex').toString('base64')]],
  });
  const verdict = await withStatement(`checkpoint-${String(STEPS + 1).padStart(12, '0')}-x.jws`, statement, async (other) => await judged(forge, other));
  expect(verdict).toMatchObject({ statements: STEPS + 1, flaws: [] });
  expect(bad(verdict)).toEqual([['aurora', last + 1, expect.stringContaining('was put in later')]]);
});

test('neither the login’s search_path nor the database’s own functions and views decide what is read', async () => {
  const lie = `update audit.events set actor = 'user:liar' where chain = 'aurora' and seq = 3`;
  const actor = (await client.query<{ actor: string }>(`select actor from audit.events where chain = 'aurora' and seq = 3`)).rows[0]?.actor ?? '';
  const seen = async (...statements: string[]) => {
    const { chains, flaws } = await judged([lie, ...statements]);
    return [chains.find(({ chain }) => chain === 'aurora')?.firstBad, flaws];
  };
  expect(await seen()).toEqual([3, []]);
  expect(
    await seen(
      'create schema evil',
      `create function evil.array_send(text[]) returns bytea language sql immutable as $$ select pg_catalog.array_send(pg_catalog.array_replace($1, 'user:liar', '${actor}')) $$`,
      'set local search_path = evil, pg_catalog',
    ),
  ).toEqual([3, []]);
  expect(
    await seen(`create or replace function platform_private.listed_tenants() returns text[] language sql stable security definer as $$ select array['borealis'] $$`),
  ).toEqual([3, []]);
  // Put back for as long as somebody verifies: by the function that is asked whose the chains are, and by the table of tenants.
  const putBack = `create function audit.put_back() returns void language sql volatile as $$ update audit.events set actor = '${actor}' where chain = 'aurora' and seq = 3 $$`;
  expect(
    await seen(putBack, `create or replace function platform_private.listed_tenants() returns text[] language plpgsql stable security definer as
      $$ begin perform audit.put_back(); perform set_config('search_path', 'evil, pg_catalog', false); return null; end $$`),
  ).toEqual([3, []]);
  expect(await judged([]).then(({ ok }) => ok)).toBe(true);
  await client.query('begin');
  try {
    await client.query('savepoint looking');
    await expect(judgeTrail(client, { chain: 'nobody', outside: folderCopy(folder) })).rejects.toThrow('There is no tenant "nobody"');
    await client.query('rollback to savepoint looking');
    await client.query('alter table platform.tenants rename to tenants_hidden');
    await client.query(lie);
    await client.query(putBack);
    await client.query(`create function audit.putting_back() returns boolean language plpgsql as $$ begin perform audit.put_back(); return true; end $$`);
    await client.query('create view platform.tenants as select * from platform.tenants_hidden where audit.putting_back()');
    expect(bad(await judgeTrail(client, { chain: 'aurora', outside: folderCopy(folder) }))).toEqual([['aurora', 3, expect.any(String)]]);
  } finally {
    await client.query('rollback');
  }
  // Run by planning to read a table, before a row of it is.
  const yes = `create function audit.yes(n integer) returns boolean language plpgsql immutable as $$ begin return true; end $$`;
  expect(await seen(yes, 'create index heads_strange on audit.heads (seq) where audit.yes(1)')).toEqual([3, ['audit.heads is not the table it was made as']]);
  expect(await seen(yes, 'alter table audit.cuts add constraint strange check (audit.yes(1))')).toEqual([3, ['audit.cuts is not the table it was made as']]);
  expect(await seen('create domain audit.hashes as bytea', 'alter table audit.checkpoints alter statement type text, add column other audit.hashes')).toEqual([
    3, ['audit.checkpoints is not the table it was made as'],
  ]);
  const { flaws } = await judged([
    'alter table audit.heads rename to heads_hidden',
    'create view audit.heads as select * from audit.heads_hidden',
    'grant select on audit.heads to public',
  ]);
  expect(flaws).toEqual(['audit.heads is not the table it was made as']);
});
