/** What the worker finds out about the trail, and where that shows: chain status, compliance, evidence, health, alerts. */
import { mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import { createLogger } from '../../server/observability/logger.ts';
import { folderCopy } from '../../server/audit/outside.ts';
import { verifyTrail } from '../../server/audit/verification.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { writeCheckpoint } from '../../worker/checkpoints.ts';
import { logMailer } from '../../worker/mailer.ts';
import { createSealing } from '../../worker/sealing.ts';
import { auditTend } from '../../worker/tasks/audit__tend.ts';
import { createVerification } from '../../worker/verification.ts';
import { startWorker } from '../../worker/worker.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';

let db: TestDatabase;
let pool: pg.Pool;
let folder: string;

beforeAll(async () => {
  db = await createTestDatabase();
  for (const tenant of ['aurora', 'borealis', 'cygnus']) await db.provision(tenant);
  pool = new pg.Pool(loginConfig(db.endpoint, fixedRole(db.prefix, 'tenantry_worker'), db.masterKey));
  folder = await mkdtemp(join(tmpdir(), 'tenantry-verification-'));
});
afterAll(async () => {
  await pool.end();
  await rm(folder, { recursive: true });
  await db.drop();
});

async function owner<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
  return await db.withOwner(async (client) => (await client.query<T>(text, values)).rows);
}

const sealer = () => localSealer(db.masterKey);
/** Events in each chain, sealed and named by a checkpoint. */
async function happen(count: number): Promise<void> {
  await owner(`select audit.record('test.done', t, 'things:' || n) from unnest(array['aurora', 'borealis', 'cygnus', null]) t, generate_series(1, $1) n`, [count]);
  await createSealing(pool, sealer()).seal();
  const client = await pool.connect();
  try {
    await writeCheckpoint({ client, sealer: sealer(), outside: folderCopy(folder) });
  } finally {
    client.release();
  }
}

function verification() {
  const login = loginConfig(db.endpoint, fixedRole(db.prefix, 'tenantry_maintenance'), db.masterKey);
  return createVerification({ login, owner: fixedRole(db.prefix, 'tenantry_owner'), outside: folderCopy(folder) });
}

/** As the worker's nightly job verifies, or when asked. */
async function verify(lately = true) {
  return await verification()(pool, { id: null, chain: null, lately });
}

const statusOf = async (id: string | null) =>
  (await db.withOperator('security', async (client) => (await client.query('select state, flaw, verified_at, verified_up_to, requested from platform.chain_status($1)', [id])).rows))[0];
const factOf = async (id: string, fact: string): Promise<boolean | null> =>
  (await owner<{ met: boolean | null }>('select met from platform_private.compliance_facts($1) where fact = $2', [id, fact]))[0]?.met ?? null;
const evidenceOf = async (id: string) =>
  (await owner<{ chain: unknown }>(`select platform_private.evidence_content($1, now() - interval '1 day', now()) -> 'chain' as chain`, [id]))[0]?.chain;
const system = async () => (await db.withOperator('developer', async (client) => (await client.query('select flawed_chains, chains_verified_at from platform.system_status()')).rows))[0];
const alerts = async () => await owner(`select tenant_id, severity, message from platform.alerts where kind = 'audit_broken' and acknowledged_at is null order by tenant_id nulls first`);

/** Takes a chain's newest events away with all that a database owner can reach: the head, and the checkpoints after a number. */
const cutOff = (chain: string, from: number, checkpoints: number) => [
  `delete from audit.events where chain = '${chain}' and seq >= ${from}`,
  `update audit.heads h set seq = e.seq, hash = e.hash, checkpoint_seq = e.seq from audit.events e where h.chain = '${chain}' and e.chain = h.chain and e.seq = ${from - 1}`,
  `delete from audit.checkpoints where number > ${checkpoints}`,
];

/** With the trail changed by its owner, until the work is over. */
async function tampered(statements: readonly string[], work: () => Promise<void>): Promise<void> {
  await owner('create table audit.kept_events as select * from audit.events; create table audit.kept_heads as select * from audit.heads; create table audit.kept_checkpoints as select * from audit.checkpoints');
  try {
    for (const statement of statements) await owner(statement);
    await work();
  } finally {
    await owner('truncate audit.events, audit.heads, audit.checkpoints');
    await owner('insert into audit.events select * from audit.kept_events');
    await owner('insert into audit.heads select * from audit.kept_heads; insert into audit.checkpoints select * from audit.kept_checkpoints');
    await owner('drop table audit.kept_events, audit.kept_heads, audit.kept_checkpoints');
  }
}

test('before anybody has looked nothing is said to hold', async () => {
  await happen(3);
  expect(await statusOf('aurora')).toMatchObject({ state: 'unverified', flaw: null, verified_at: null });
  expect(await factOf('aurora', 'chain_holds')).toBeNull();
  expect(await factOf('aurora', 'chain_verified_lately')).toBeNull();
  expect(await evidenceOf('aurora')).toMatchObject({ state: 'unverified' });
  expect(await system()).toEqual({ flawed_chains: null, chains_verified_at: null });
});

test('a verification by the worker says what there is, and of which chains', async () => {
  expect(await verify()).toMatchObject({ ok: true, statements: 1 });
  expect(await statusOf('aurora')).toMatchObject({ state: 'holds', flaw: null, verified_at: expect.any(Date) as Date, requested: null });
  expect(await statusOf(null)).toMatchObject({ state: 'holds' });
  expect(await factOf('aurora', 'chain_holds')).toBe(true);
  expect(await factOf('aurora', 'chain_verified_lately')).toBe(true);
  expect(await evidenceOf('aurora')).toMatchObject({ state: 'holds' });
  expect(await system()).toEqual({ flawed_chains: 0, chains_verified_at: expect.any(Date) as Date });
  expect(await owner('select chain, outside, statements, newest, chains, flaws, broken from audit.verifications')).toEqual([
    { chain: null, outside: true, statements: 1, newest: '1', chains: 4, flaws: [], broken: {} },
  ]);
  expect(await owner('select (h.verified_seq = h.seq) as whole from audit.heads h')).toEqual(Array.from({ length: 4 }, () => ({ whole: true })));
  expect(await alerts()).toEqual([]);
});

test('a chain that was cut off with its head and checkpoints is broken everywhere after the night, and its tenant alone', async () => {
  await happen(3);
  await verify();
  const [last] = await owner<{ seq: number }>(`select seq::int from audit.heads where chain = 'aurora'`);
  const from = (last?.seq ?? 0) - 1;
  await tampered(cutOff('aurora', from, 1), async () => {
    // By itself the database finds nothing.
    expect(await owner(`select first_bad from audit.verify('aurora')`)).toEqual([{ first_bad: null }]);
    expect(await statusOf('aurora')).toMatchObject({ state: 'holds' });
    const flaw = expect.stringMatching(new RegExp(`^event ${from}: the chain was cut off`)) as string;
    const night = auditTend({ sealer: sealer(), outside: folderCopy(folder) }, verification());
    const client = await pool.connect();
    const helpers = { query: client.query.bind(client), withPgClient: async (work: (client: pg.PoolClient) => unknown) => await work(client), logger: { info: () => undefined } };
    try {
      await expect((async () => await night({}, helpers as never))()).rejects.toThrow(`aurora, event ${from}`);
    } finally {
      client.release();
    }
    expect(await statusOf('aurora')).toMatchObject({ state: 'broken', flaw });
    expect(await factOf('aurora', 'chain_holds')).toBe(false);
    expect(await evidenceOf('aurora')).toMatchObject({ state: 'broken', flaw });
    expect(await db.withOperator('security', async (asked) => (await asked.query(`select status from platform.compliance_status('aurora') where point = '5'`)).rows)).toEqual([{ status: 'not met' }]);
    expect((await system())?.flawed_chains).toBe(1);
    expect(await alerts()).toEqual([{ tenant_id: 'aurora', severity: 'critical', message: expect.stringContaining('was cut off') as string }]);
    expect(await owner(`select outcome from audit.buffer where action = 'audit.verify' and tenant_id = 'aurora'`)).toEqual([{ outcome: 'failed' }]);
    expect(await statusOf('borealis')).toMatchObject({ state: 'holds' });
    expect(await factOf('borealis', 'no_critical_alert')).toBe(true);
    // Once more it is the same finding.
    await verify();
    expect(await owner(`select from audit.buffer where action = 'audit.verify' and tenant_id = 'aurora'`)).toHaveLength(1);
  });
  await verify();
  expect(await statusOf('aurora')).toMatchObject({ state: 'holds', flaw: null });
});

test('a chain that was removed whole, head and all, is broken too, and without its head', async () => {
  await tampered([`delete from audit.events where chain = 'cygnus'`, `delete from audit.heads where chain = 'cygnus'`, 'delete from audit.checkpoints'], async () => {
    await verify();
    expect(await statusOf('cygnus')).toMatchObject({ state: 'broken', flaw: expect.stringMatching(/^event 1: /) as string });
    expect(await factOf('cygnus', 'chain_holds')).toBe(false);
    expect((await system())?.flawed_chains).toBe(1);
  });
});

test('evidence that is missing outside is every chain’s flaw, and one alert', async () => {
  const [first = ''] = (await readdir(folder)).filter((name) => name.startsWith('checkpoint-')).toSorted();
  await rename(join(folder, first), join(folder, `${first}.away`));
  await verify();
  expect(await statusOf('borealis')).toMatchObject({ state: 'broken', flaw: 'checkpoints 1 to 1 are missing outside' });
  expect((await system())?.flawed_chains).toBe(4);
  expect((await alerts())[0]).toMatchObject({ tenant_id: null, message: expect.stringContaining('missing outside') as string });
  await rename(join(folder, `${first}.away`), join(folder, first));
  await verify();
  expect(await statusOf('borealis')).toMatchObject({ state: 'holds', flaw: null });
});

/** A checkpoint each day: the first of a day names every chain. */
async function days(count: number): Promise<void> {
  for (let day = 0; day < count; day += 1) {
    await owner(`update audit.checkpoints set at = at - interval '1 day'`);
    await happen(2);
  }
}

test('at night the checkpoints of two days are read and no more, and an older change is found and named all the same', async () => {
  await days(4);
  const copy = folderCopy(folder);
  const read: string[] = [];
  const outside = {
    ...copy,
    get: async (name: string) => {
      if (name.startsWith('checkpoint-')) read.push(name);
      return await copy.get(name);
    },
  };
  const judge = async (lately: boolean) => {
    read.length = 0;
    return await db.withOwner(async (client) => await verifyTrail(client, { chain: null, outside, lately }));
  };
  expect(await judge(true)).toMatchObject({ ok: true, whole: false, statements: 2, newest: { number: 6 } });
  expect(read).toHaveLength(2);
  expect(await judge(false)).toMatchObject({ ok: true, whole: true, statements: 6 });
  expect(read).toHaveLength(6);
  const rewritten = [
    `update audit.events set actor = 'user:nobody' where chain = 'borealis' and seq = 2`,
    `do $$ declare v_hash bytea := (select hash from audit.events where chain = 'borealis' and seq = 1); v_event audit.events; begin
       for v_event in select * from audit.events where chain = 'borealis' and seq >= 2 order by seq loop
         v_hash := sha256(v_hash || audit.event_bytes(v_event));
         update audit.events set hash = v_hash where chain = 'borealis' and seq = v_event.seq;
       end loop; end $$`,
    `update audit.heads h set hash = e.hash from audit.events e where h.chain = 'borealis' and e.chain = h.chain and e.seq = h.seq`,
  ];
  await tampered(rewritten, async () => {
    expect(await judge(true)).toMatchObject({ ok: false, whole: false });
    expect((await verify()).chains.find(({ chain }) => chain === 'borealis')).toMatchObject({ firstBad: 2, flaw: expect.stringContaining('was rewritten') as string });
    expect(await statusOf('borealis')).toMatchObject({ state: 'broken', flaw: expect.stringMatching(/^event 2: /) as string });
  });
  // What a night finds goes by a verification that compared everything.
  await verify();
  expect(await statusOf('borealis')).toMatchObject({ state: 'holds' });
  await owner(`update audit.heads set flaw = 'event 1: events were removed before their time' where chain = 'borealis'`);
  await verify();
  expect(await statusOf('borealis')).toMatchObject({ state: 'broken' });
  await verify(false);
  expect(await statusOf('borealis')).toMatchObject({ state: 'holds' });
  expect(await owner('select distinct whole from audit.verifications order by whole')).toEqual([{ whole: false }, { whole: true }]);
});

test('what only all checkpoints show does not go by a night that reads the last ones', async () => {
  await days(3);
  const [first = ''] = (await readdir(folder)).filter((name) => name.startsWith('checkpoint-')).toSorted();
  const statement = await readFile(join(folder, first), 'utf8');
  await writeFile(join(folder, first), 'forged\n');
  // The name is there, and no more is asked at night.
  expect(await verify()).toMatchObject({ ok: true, whole: false });
  expect(await verify(false)).toMatchObject({ ok: false });
  const broken = { state: 'broken', flaw: expect.stringContaining(first) as string };
  expect(await statusOf('aurora')).toMatchObject(broken);
  expect(await verify()).toMatchObject({ ok: false, whole: true });
  expect(await statusOf('aurora')).toMatchObject(broken);
  await writeFile(join(folder, first), statement);
  expect(await verify()).toMatchObject({ ok: true, whole: true });
  expect(await statusOf('aurora')).toMatchObject({ state: 'holds' });
  expect(await verify()).toMatchObject({ ok: true, whole: false });
});

describe('verify now', () => {
  const order = async (role: 'operator' | 'security' | 'developer', id: string | null) =>
    await db.withOperator(role, async (client) => await sqlstateOf(async () => await client.query('select platform.verify_chain($1)', [id])));

  test('is for who may ask how a chain stands, of tenants there are', async () => {
    expect(await order('developer', 'aurora')).toBe('42501');
    expect(await order('security', 'nobody')).toBe('TN003');
    expect(await order('security', 'aurora')).toBe('ok');
    expect(await order('operator', null)).toBe('ok');
    expect((await statusOf('aurora'))?.requested).toBeInstanceOf(Date);
    const orders = async () => await owner(`select b.tenant_id, v.id is not null as known from audit.buffer b left join audit.verifications v on 'verifications:' || v.id = b.subject
                                             where b.action = 'audit.verify' and b.outcome = 'ok' order by b.tenant_id nulls last`);
    expect(await orders()).toEqual([{ tenant_id: 'aurora', known: true }, { tenant_id: null, known: true }]);
    // Asked again it is the same one, until it is over.
    await owner(`update audit.verifications set requested_at = now() - interval '10 minutes' where finished_at is null`);
    expect(await order('operator', 'aurora')).toBe('ok');
    expect(await owner(`select from audit.verifications where finished_at is null`)).toHaveLength(2);
    expect(await owner(`select task from jobs.outbox where task = 'audit__verify'`)).toHaveLength(2);
    // One after the other: those that wait leave the worker's places to everything else.
    await pool.query('select jobs.fetch_orders()');
    expect((await pool.query(`select distinct queue_name, task_identifier from graphile_worker.jobs where task_identifier = 'audit__verify'`)).rows).toEqual([
      { queue_name: 'audit:verify', task_identifier: 'audit__verify' },
    ]);
  });

  test('is done by the worker, against the copy outside, and its result stands where it was asked', async () => {
    const logger = createLogger('silent');
    const before = (await statusOf('aurora'))?.verified_at;
    const worker = await startWorker({ endpoint: db.endpoint, prefix: db.prefix, masterKey: db.masterKey, logger, mailer: logMailer(logger), publicUrl: 'http://localhost', checkpoints: folder });
    try {
      await expect.poll(async () => (await statusOf('aurora'))?.requested, { timeout: 15_000 }).toBeNull();
      expect((await statusOf('aurora'))?.verified_at.getTime()).toBeGreaterThan(before.getTime());
      expect(await statusOf('aurora')).toMatchObject({ state: 'holds' });
      // What was sealed since the newest checkpoint nothing outside names yet.
      const [last] = await owner<{ seq: number }>(`select checkpoint_seq::int as seq from audit.heads where chain = 'borealis'`);
      await tampered(cutOff('borealis', last?.seq ?? 0, 6), async () => {
        expect(await order('security', 'borealis')).toBe('ok');
        await expect.poll(async () => (await statusOf('borealis'))?.state, { timeout: 15_000 }).toBe('broken');
        expect(await statusOf('aurora')).toMatchObject({ state: 'holds' });
      });
    } finally {
      await worker.stop();
    }
  });

  test('is ordered once by itself, when there has never been one', async () => {
    const first = async () => (await pool.query<{ id: string | null }>('select audit.order_first_verification() as id')).rows[0]?.id;
    expect(await first()).toBeNull();
    await owner('delete from audit.verifications');
    expect(await first()).toEqual(expect.any(String));
    expect(await first()).toBeNull();
  });
});
