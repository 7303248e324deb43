import { mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import { folderCopy } from '../../server/audit/outside.ts';
import { openSigner, readStatement } from '../../server/audit/statements.ts';
import { verifyTrail } from '../../server/audit/verification.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { RolledBackError, writeCheckpoint } from '../../worker/checkpoints.ts';
import { auditCheckpoint } from '../../worker/tasks/audit__checkpoint.ts';
import { createSealing } from '../../worker/sealing.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let db: TestDatabase;
let pool: pg.Pool;
let folder: string;

beforeAll(async () => {
  db = await createTestDatabase();
  await db.provision('aurora');
  await db.provision('borealis');
  pool = new pg.Pool(loginConfig(db.endpoint, fixedRole(db.prefix, 'tenantry_worker'), db.masterKey));
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-checkpoints-'));
  await owner('delete from audit.checkpoints');
  await owner('update audit.heads set checkpoint_seq = null');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

afterAll(async () => {
  await pool.end();
  await db.drop();
});

async function owner<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
  return await db.withOwner(async (client) => (await client.query<T>(text, values)).rows);
}

/** Records some events in each chain and seals them. */
async function happen(count: number): Promise<void> {
  await owner(`select audit.record('test.done', t, 'things:' || n) from unnest(array['aurora', 'borealis', null]) t, generate_series(1, $1) n`, [count]);
  await createSealing(pool, localSealer(db.masterKey)).seal();
}

async function withTools<T>(work: (tools: { client: pg.PoolClient; sealer: ReturnType<typeof localSealer>; outside: ReturnType<typeof folderCopy> }) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await work({ client, sealer: localSealer(db.masterKey), outside: folderCopy(folder) });
  } finally {
    client.release();
  }
}

async function checkpoint(): Promise<number | null> {
  return await withTools(writeCheckpoint);
}

async function verify(chain: string | null = null) {
  return await db.withOwner(async (client) => await verifyTrail(client, { chain, outside: folderCopy(folder) }));
}

test('a checkpoint names the heads that moved, chained to the one before, and anybody with the published key can check it', async () => {
  await happen(3);
  expect(await checkpoint()).toBe(1);
  expect(await checkpoint()).toBeNull();
  await owner(`select audit.record('test.more', 'aurora')`);
  await createSealing(pool, localSealer(db.masterKey)).seal();
  expect(await checkpoint()).toBe(2);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jws')).toSorted();
  expect(names).toHaveLength(2);
  const published = await db.withLogin(fixedRole(db.prefix, 'tenantry_auth'), async (client) => {
    const { rows } = await client.query<{ public_jwk: Record<string, string> }>('select public_jwk from identity.statement_keys()');
    return rows.map(({ public_jwk: jwk }) => jwk);
  });
  const text = (await readFile(join(folder, names[1] ?? ''), 'utf8')).trim();
  const { content } = await readStatement('checkpoint', text, published);
  expect(content).toMatchObject({ number: 2, complete: false, heads: expect.arrayContaining([['aurora', expect.any(Number), expect.stringMatching(/^[0-9a-f]{64}$/), expect.any(String)]]) as unknown });
  // The platform's chain moved with the key that was made; borealis' did not.
  expect((content as { heads: [string][] }).heads.map(([chain]) => chain)).toEqual(['', 'aurora']);
  await expect(readStatement('attestation', text, published)).rejects.toThrow('kind attestation');
  await expect(readStatement('checkpoint', text, [])).rejects.toThrow('not among the given ones');
  await expect(readStatement('checkpoint', `${text.slice(0, -4)}AAAA`, published)).rejects.toThrow('does not hold');
  expect(await verify()).toMatchObject({ ok: true, statements: 2 });
});

test('a checkpoint that can’t be written outside does not count', async () => {
  await happen(1);
  const outside = { ...folderCopy(folder), put: async () => await Promise.reject(new Error('the bucket is away')) };
  await expect(withTools(async (tools) => await writeCheckpoint({ ...tools, outside }))).rejects.toThrow('the bucket is away');
  expect(await owner('select from audit.checkpoints')).toHaveLength(0);
  expect(await checkpoint()).toBe(1);
});

/** Writes a checkpoint and crashes before the database has it. */
async function crash(): Promise<void> {
  await withTools(async ({ client, ...tools }) => {
    await client.query('begin');
    const lost = { query: async (sql: string, values: unknown[]) => await (sql === 'commit' ? client.query('rollback') : client.query(sql, values)) };
    await writeCheckpoint({ ...tools, client: lost as never });
  });
}

async function checkpointsOutside(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('checkpoint-')).toSorted();
}

test('one that was written outside before a crash is taken for the next one', async () => {
  await happen(1);
  await crash();
  expect(await owner('select from audit.checkpoints')).toHaveLength(0);
  await happen(1);
  expect(await checkpoint()).toBe(1);
  const [left = '', ...more] = await checkpointsOutside();
  expect(more).toEqual([]);
  expect(await owner('select statement from audit.checkpoints')).toEqual([{ statement: (await readFile(join(folder, left), 'utf8')).trim() }]);
  // What happened meanwhile is the next one's.
  expect(await checkpoint()).toBe(2);
  expect(await verify()).toMatchObject({ ok: true, statements: 2 });
});

test('nothing is written over a copy outside that is ahead of the database, and that is a critical alert', async () => {
  await happen(5);
  expect(await checkpoint()).toBe(1);
  await happen(5);
  expect(await checkpoint()).toBe(2);
  const before = await checkpointsOutside();
  const task = async () => {
    const client = await pool.connect();
    const errors: string[] = [];
    const helpers = { withPgClient: async (work: (client: pg.PoolClient) => unknown) => await work(client), query: client.query.bind(client), logger: { error: (words: string) => errors.push(words) } };
    try {
      await auditCheckpoint({ sealer: localSealer(db.masterKey), outside: folderCopy(folder) })({}, helpers as never);
    } finally {
      client.release();
    }
    return errors;
  };
  const alerts = async () => await owner(`select severity, message from platform.alerts where kind = 'audit_rolled_back' and acknowledged_at is null`);
  expect(await task()).toEqual([]);
  expect(await alerts()).toEqual([]);
  await owner('create table audit.kept as select * from audit.events; create table audit.kept_checkpoints as select * from audit.checkpoints');
  try {
    // Set back to before the second one, as by a backup or by whoever owns the database.
    const [last] = await owner<{ seq: string }>(`select max(seq) - 3 as seq from audit.events where chain = 'aurora'`);
    await owner(`delete from audit.events where chain = 'aurora' and seq > $1`, [last?.seq]);
    await owner(`update audit.heads h set seq = e.seq, hash = e.hash, checkpoint_seq = e.seq - 1 from audit.events e where h.chain = 'aurora' and e.chain = h.chain and e.seq = $1`, [last?.seq]);
    await owner('delete from audit.checkpoints where number = 2');
    // Number 2 is there and follows, as what a crash left would; it names what is not there.
    await expect(checkpoint()).rejects.toThrow(/number 2.*the chain of aurora has not the event that it names/);
    await owner('delete from audit.checkpoints');
    await expect(checkpoint()).rejects.toThrow(RolledBackError);
    await expect(checkpoint()).rejects.toThrow('the next one would be number 1');
    expect(await task()).toEqual([expect.stringContaining('no checkpoint is written')]);
    expect(await task()).toHaveLength(1);
    expect(await alerts()).toEqual([{ severity: 'critical', message: expect.stringContaining('the newest number 2') as string }]);
    // A verification is ordered, once.
    expect(await owner(`select from audit.verifications where chain is null and finished_at is null`)).toHaveLength(1);
    expect(await checkpointsOutside()).toEqual(before);
    expect(await owner('select from audit.checkpoints')).toHaveLength(0);
  } finally {
    await owner(`delete from audit.events where chain = 'aurora'; delete from audit.checkpoints`);
    await owner(`insert into audit.events select * from audit.kept where chain = 'aurora'`);
    await owner(`update audit.heads h set seq = e.seq, hash = e.hash from (select seq, hash from audit.events where chain = 'aurora' order by seq desc limit 1) e where h.chain = 'aurora'`);
    await owner('drop table audit.kept; drop table audit.kept_checkpoints');
  }
});

test('what goes on being sealed while the copy is read is no flaw', async () => {
  await happen(2);
  await checkpoint();
  const copy = folderCopy(folder);
  let first = true;
  const outside = {
    ...copy,
    list: async (ending: string) => {
      if (first) {
        first = false;
        await happen(1);
        await checkpoint();
      }
      return await copy.list(ending);
    },
  };
  expect(await db.withOwner(async (client) => await verifyTrail(client, { chain: null, outside }))).toMatchObject({ ok: true, statements: 2 });
});

test('what was cut off with its head and checkpoints is found by the copy outside, and by nothing inside', async () => {
  await happen(5);
  await checkpoint();
  await happen(5);
  await checkpoint();
  await db.withOwner(async (client) => {
    const { rows } = await client.query<{ seq: string }>(`select max(seq) - 3 as seq from audit.events where chain = 'aurora'`);
    const last = Number(rows[0]?.seq);
    await client.query(`create table audit.kept as select * from audit.events where chain = 'aurora' and seq > $1`.replace('$1', String(last)));
    await client.query(`delete from audit.events where chain = 'aurora' and seq > $1`, [last]);
    await client.query(`update audit.heads set seq = $1, hash = (select hash from audit.events where chain = 'aurora' and seq = $1) where chain = 'aurora'`, [last]);
    await client.query('delete from audit.checkpoints where number = 2');
    expect((await client.query(`select first_bad from audit.verify('aurora')`)).rows).toEqual([{ first_bad: null }]);
    const verdict = await verifyTrail(client, { chain: 'aurora', outside: folderCopy(folder) });
    expect(verdict).toMatchObject({ ok: false, chains: [{ chain: 'aurora', firstBad: last + 1, flaw: expect.stringContaining('cut off') as string }] });
    await client.query('insert into audit.events select * from audit.kept');
    await client.query('drop table audit.kept');
    await client.query(`update audit.heads h set seq = e.seq, hash = e.hash from (select seq, hash from audit.events where chain = 'aurora' order by seq desc limit 1) e where h.chain = 'aurora'`);
  });
  expect(await verify()).toMatchObject({ ok: true });
});

test('the database’s own functions are not asked', async () => {
  await happen(2);
  await checkpoint();
  await db.withOwner(async (client) => {
    const actor = (await client.query<{ actor: string }>(`select actor from audit.events where chain = 'aurora' and seq = 2`)).rows[0]?.actor;
    await client.query(`update audit.events set actor = 'user:liar' where chain = 'aurora' and seq = 2`);
    const { rows } = await client.query<{ definition: string }>(`select pg_get_functiondef('audit.verify(text)'::regprocedure) as definition`);
    await client.query(`create or replace function audit.verify(tenant_id text default null)
      returns table (chain text, events bigint, last_seq bigint, first_bad bigint, flaw text) language sql as $$ select 'aurora', 2, 2, null::bigint, null $$`);
    expect((await client.query(`select first_bad from audit.verify('aurora')`)).rows).toEqual([{ first_bad: null }]);
    const verdict = await verifyTrail(client, { chain: 'aurora', outside: folderCopy(folder) });
    expect(verdict.chains).toMatchObject([{ firstBad: 2 }]);
    await client.query(rows[0]?.definition ?? '');
    await client.query(`update audit.events set actor = $1 where chain = 'aurora' and seq = 2`, [actor]);
  });
});

test('statements outside that are missing, forged or signed by a stranger are named', async () => {
  await happen(1);
  await checkpoint();
  await happen(1);
  await checkpoint();
  await happen(1);
  await checkpoint();
  const names = (await readdir(folder)).filter((name) => name.startsWith('checkpoint-')).toSorted();
  const [, second = '', third = ''] = names;
  const text = await readFile(join(folder, third), 'utf8');
  await writeFile(join(folder, third), text.replace(/.{6}\n$/, 'AAAAAA\n'));
  await rm(join(folder, second));
  const verdict = await verify();
  expect(verdict.ok).toBe(false);
  expect(verdict.flaws).toEqual([expect.stringContaining(third), 'checkpoints 2 to 3 are missing outside: the database has them']);
  await writeFile(join(folder, third), text);
  expect((await verify()).flaws).toEqual(['checkpoints 2 to 2 are missing outside']);
});

test('a statement outside that can’t be read is named without its path: tenants read what is wrong', async () => {
  await happen(1);
  await checkpoint();
  await happen(1);
  await checkpoint();
  const [name = ''] = (await readdir(folder)).filter((file) => file.startsWith('checkpoint-')).toSorted();
  await rename(join(folder, name), join(folder, 'elsewhere'));
  await symlink(join(folder, 'nowhere'), join(folder, name));
  const { ok, flaws } = await verify();
  expect([ok, flaws[0]]).toEqual([false, `${name}: no such file or directory (ENOENT)`]);
  expect(flaws.join()).not.toContain(folder);
  // What it was that failed stays with the failure, for the log.
  await expect(folderCopy(folder).get(name)).rejects.toMatchObject({ cause: { code: 'ENOENT', path: join(folder, name) } });
  await rename(join(folder, 'elsewhere'), join(folder, name));
  expect(await verify()).toMatchObject({ ok: true });
});

test('statements that are missing outside are named, the first and the newest too', async () => {
  expect((await verify()).flaws).toEqual([expect.stringContaining('there is no checkpoint in the copy outside')]);
  expect(await db.withOwner(async (client) => await verifyTrail(client, { chain: null, outside: folderCopy(join(folder, 'elsewhere')) }))).toMatchObject({ ok: false, statements: 0 });
  for (let step = 0; step < 3; step += 1) {
    await happen(1);
    await checkpoint();
  }
  const names = (await readdir(folder)).filter((name) => name.startsWith('checkpoint-')).toSorted();
  const [first = '', second = '', third = ''] = names;
  const without = async (name: string) => {
    const text = await readFile(join(folder, name), 'utf8');
    await rm(join(folder, name));
    const { ok, flaws } = await verify();
    await writeFile(join(folder, name), text);
    return { ok, flaws };
  };
  expect(await verify()).toMatchObject({ ok: true, flaws: [], newest: { number: 3 } });
  expect(await without(first)).toEqual({ ok: false, flaws: ['checkpoints 1 to 1 are missing outside'] });
  expect(await without(second)).toEqual({ ok: false, flaws: ['checkpoints 2 to 2 are missing outside'] });
  expect(await without(third)).toEqual({ ok: false, flaws: ['checkpoints 3 to 3 are missing outside: the database has them'] });
  // One that says it is the second, and does not know the first.
  const signer = await withTools(async ({ client, sealer }) => await openSigner(client, sealer));
  await rm(join(folder, second));
  await folderCopy(folder).put(second, await signer.sign('checkpoint', { v: 1, number: 2, at: new Date().toISOString(), previous: 'ff', complete: false, heads: [] }));
  expect((await verify()).flaws).toEqual([`${second}: it does not follow on the checkpoint before it`, `${third}: it does not follow on the checkpoint before it`]);
});

test('a copy that begins later begins with what was stated before, and nothing that is slipped in afterwards', async () => {
  await happen(1);
  await withTools(async (tools) => await writeCheckpoint({ ...tools, outside: null }));
  await happen(1);
  await withTools(async (tools) => await writeCheckpoint({ ...tools, outside: null }));
  await happen(1);
  expect(await checkpoint()).toBe(3);
  expect(await verify()).toMatchObject({ ok: true, statements: 3 });
  await owner(`insert into audit.checkpoints (number, statement) values (4, 'slipped.in.afterwards')`);
  await happen(1);
  expect(await checkpoint()).toBe(5);
  expect((await verify()).flaws).toContain('checkpoints 4 to 4 are missing outside');
});

test('names outside are plain names, whatever the database says of its keys', async () => {
  const copy = folderCopy(join(folder, 'in'));
  for (const name of ['../w', 'key-x/../../w.json', '.hidden', '', 'a b', 'a\\b']) await expect(copy.put(name, 'x')).rejects.toThrow('is no name for a statement');
  await copy.put('key-a_b.c-1.json', 'x');
  expect(await readdir(folder)).toEqual(['in']);
  await happen(1);
  await checkpoint();
  await expect(owner(`update audit.statement_keys set kid = 'x/../../../w'`)).rejects.toMatchObject({ code: '23514' });
  await db.withOwner(async (client) => {
    const [key] = (await client.query<{ kid: string }>('select kid from audit.statement_keys where retired_at is null')).rows;
    const other = key?.kid.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    const rename = async (kid: string | undefined, from: string | undefined) =>
      await client.query(`update audit.statement_keys set kid = $1, public_jwk = public_jwk || jsonb_build_object('kid', $1::text) where kid = $2`, [kid, from]);
    await rename(other, key?.kid);
    await expect(withTools(async (tools) => await openSigner(tools.client, tools.sealer))).rejects.toThrow('not its thumbprint');
    await rename(key?.kid, other);
  });
  await withTools(async (tools) => await openSigner(tools.client, tools.sealer));
});

test('a partition whose time is not over, or that holds something else, is not cut', async () => {
  const [partition] = await owner<{ name: string }>(`select 'events_1y_' || to_char(now(), 'YYYY_MM') as name`);
  await expect(owner(`select audit.cut($1, '[]', 'x')`, [partition?.name])).rejects.toMatchObject({ code: 'TN031' });
});

test('retention is one of three classes, and past events follow when asked to', async () => {
  await happen(1);
  await expect(owner(`select platform.set_audit_retention('aurora', '2y')`)).rejects.toMatchObject({ code: 'TN002' });
  await owner(`select platform.set_audit_retention('aurora', '7y', true)`);
  await happen(1);
  await checkpoint();
  expect(await owner(`select distinct retention from audit.events where chain = 'aurora'`)).toEqual([{ retention: '7y' }]);
  expect(await owner(`select distinct retention from audit.events where chain = 'borealis'`)).toEqual([{ retention: '1y' }]);
  expect(await verify()).toMatchObject({ ok: true });
});

test('a retired key of statements signs no more, and what it signed still holds', async () => {
  await happen(1);
  await checkpoint();
  const [kid] = await owner<{ kid: string }>(`select audit.retire_statement_key('yearly') as kid`);
  expect(kid?.kid).toMatch(/^[\w-]{43}$/);
  await happen(1);
  await checkpoint();
  const keys = await owner<{ kid: string; sealed: Buffer | null }>('select kid, sealed from audit.statement_keys');
  expect(keys.filter(({ sealed }) => sealed !== null)).toHaveLength(1);
  expect(await verify()).toMatchObject({ ok: true, statements: 2 });
});

test('who holds the lock of checkpoints keeps them from being written, which is an alert after ten minutes', async () => {
  const watch = async () => (await pool.query<{ raised: boolean }>('select audit.watch_checkpoints() as raised')).rows[0]?.raised;
  const later = async () => await owner(`update audit.checkpoints set at = at - interval '11 minutes'`);
  await happen(2);
  expect(await withTools(writeCheckpoint)).toBe(1);
  await later();
  // Nothing has happened since.
  expect(await watch()).toBe(false);
  await happen(2);
  expect(await watch()).toBe(false);
  // What was read from a server's log is as old as the log was, and has not waited that long.
  await owner(`select audit.record('access.direct', 'borealis', 'sessions:1')`);
  await createSealing(pool, localSealer(db.masterKey)).seal();
  await owner(`update audit.heads set checkpoint_seq = seq - 1 where chain = 'borealis'`);
  await owner(`update audit.events set at = at - interval '11 minutes' where action = 'access.direct'`);
  expect(await watch()).toBe(false);
  await owner(`update audit.events e set at = at - interval '11 minutes' from audit.heads h where h.chain = 'aurora' and e.chain = h.chain and e.seq > h.checkpoint_seq`);
  // Any login can.
  await db.withLogin(fixedRole(db.prefix, 'tenantry_monitor'), async (client) => {
    await client.query('select pg_advisory_lock(3, 2)');
    expect(await withTools(writeCheckpoint)).toBeNull();
    expect(await watch()).toBe(true);
  });
  expect(await owner(`select tenant_id, severity from platform.alerts where kind = 'audit_not_checkpointed'`)).toEqual([{ tenant_id: null, severity: 'critical' }]);
  await expect.poll(async () => await withTools(writeCheckpoint)).toBe(2);
  expect(await watch()).toBe(false);
});
