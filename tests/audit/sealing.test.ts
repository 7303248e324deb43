import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import { decryptValues, openDataKey } from '../../server/audit/values.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { createSealing } from '../../worker/sealing.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let db: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  db = await createTestDatabase();
  await db.provision('aurora', { template: 'demo' });
  await db.provision('borealis');
  pool = new pg.Pool(loginConfig(db.endpoint, fixedRole(db.prefix, 'tenantry_worker'), db.masterKey));
  await seal();
});

afterAll(async () => {
  await pool.end();
  await db.drop();
});

async function seal(): Promise<number> {
  return await createSealing(pool, localSealer(db.masterKey)).seal();
}

async function owner<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
  return await db.withOwner(async (client) => (await client.query<T>(text, values)).rows);
}

interface Verdict {
  chain: string;
  events: string;
  first_bad: string | null;
}

async function verify(tenantId: string | null): Promise<Verdict[]> {
  return await owner<Verdict>('select * from audit.verify($1)', [tenantId]);
}

test('events leave the buffer numbered and chained in their tenants, and the chains hold', async () => {
  await owner(`select audit.record('test.done', t, 'things:' || n) from unnest(array['aurora', 'borealis', null]) t, generate_series(1, 5) n`);
  expect(await seal()).toBe(15);
  expect(await owner('select from audit.buffer')).toHaveLength(0);
  const [gaps] = await owner<{ gaps: number }>(
    'select count(*)::int as gaps from (select seq - row_number() over (partition by chain order by seq) as off from audit.events) o where off <> 0',
  );
  expect(gaps).toEqual({ gaps: 0 });
  const verdicts = await verify(null);
  expect(verdicts.map(({ chain }) => chain)).toEqual(['', 'aurora', 'borealis']);
  for (const verdict of verdicts) {
    expect(verdict.first_bad).toBeNull();
    expect(Number(verdict.events)).toBeGreaterThanOrEqual(5);
  }
});

test('an event of a transaction that is still under way holds nobody up, and is sealed when it ends', async () => {
  await db.withOwner(async (slow) => {
    await slow.query('begin');
    await slow.query(`select audit.record('test.slow', 'aurora')`);
    await owner(`select audit.record('test.quick', 'aurora')`);
    expect(await seal()).toBe(1);
    await slow.query('commit');
  });
  expect(await seal()).toBe(1);
  const rows = await owner<{ action: string }>(`select action from audit.events where chain = 'aurora' order by seq desc limit 2`);
  expect(rows.map(({ action }) => action)).toEqual(['test.slow', 'test.quick']);
});

test('two sealers at once seal each event once', async () => {
  await owner(`select audit.record('test.crowd', 'borealis') from generate_series(1, 500)`);
  const counts = await Promise.all(Array.from({ length: 4 }, seal));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(500);
  expect(await verify('borealis')).toMatchObject([{ first_bad: null }]);
});

test('values are stored encrypted under a key of the tenant’s or the person’s, and open with it alone', async () => {
  await owner(
    `select audit.record('users.update', 'aurora', 'users:11111111-1111-4111-8111-111111111111', 'ok', '{"name": "Ann Secretname"}', '{"name": "Bo Othername"}',
       '{"address": "192.0.2.77", "route": "/x"}')`,
  );
  await owner(`select audit.record('agreements.update', 'aurora', 'agreements:1', 'ok', '{"notes": "Secretname clause"}', '{"notes": null}')`);
  await owner(`select audit.record('sign_in.refuse', 'aurora', 'email:ann@secretname.example', 'refused')`);
  await seal();
  const rows = await owner<{
    action: string; subject: string; changed: string | null; detail: unknown; key_id: string; sealed: Buffer; person: string | null; key: Buffer;
  }>(
    `select e.action, e.subject, e.changed, e.detail, e.key_id, e.sealed, k.person, k.sealed as key
       from audit.events e join audit.data_keys k on k.id = e.key_id where e.chain = 'aurora' order by e.seq desc limit 3`,
  );
  const opened = await Promise.all(
    rows.map(async ({ key_id: id, key, person, sealed }) =>
      JSON.parse(decryptValues({ id, key: await openDataKey(localSealer(db.masterKey), 'aurora', person, key) }, 'aurora', sealed)) as unknown,
    ),
  );
  expect(opened).toEqual([
    { subject: 'email:ann@secretname.example' },
    { before: { notes: 'Secretname clause' }, after: { notes: null } },
    { before: { name: 'Ann Secretname' }, after: { name: 'Bo Othername' }, detail: { address: '192.0.2.77' } },
  ]);
  expect(rows).toMatchObject([
    { subject: 'email', person: null },
    { subject: 'agreements:1', changed: 'notes', person: null },
    { changed: 'name', detail: { route: '/x' }, person: 'users:11111111-1111-4111-8111-111111111111' },
  ]);
  const [text] = await owner<{ found: boolean }>(`select string_agg(e::text, '') ~* 'secretname|192[.]0[.]2[.]' as found from audit.events e`);
  expect(text).toEqual({ found: false });
  const { sealed, key_id: id } = rows[1] ?? { sealed: Buffer.alloc(0), key_id: '' };
  const key = await openDataKey(localSealer(db.masterKey), 'aurora', null, rows[1]?.key ?? Buffer.alloc(0));
  expect(() => decryptValues({ id, key }, 'borealis', sealed)).toThrow();
});

test('the keys of one tenant are not given for another', async () => {
  const given = async (tenantId: string) =>
    await db.withLogin(
      fixedRole(db.prefix, 'tenantry_auth'),
      async (client) => (await client.query('select from identity.data_keys($1, array(select generate_series(1, 1000))::bigint[])', [tenantId])).rowCount,
    );
  const [kept] = await owner<{ n: number }>(`select count(*)::int as n from audit.data_keys where chain = 'aurora'`);
  expect(kept?.n).toBeGreaterThan(0);
  expect(await given('aurora')).toBe(kept?.n);
  const [others] = await owner<{ n: number }>(`select count(*)::int as n from audit.data_keys where chain = 'borealis'`);
  expect(await given('borealis')).toBe(others?.n);
});

test('a value sealed anew takes the place of the one that was opened, and of no other', async () => {
  const worker = async (text: string, values: unknown[]) =>
    await db.withLogin(fixedRole(db.prefix, 'tenantry_worker'), async (client) => await client.query(text, values));
  const [key] = await owner<{ id: string; sealed: Buffer }>(`select id::text, sealed from audit.data_keys where chain = 'aurora' and sealed is not null limit 1`);
  const [factor] = await owner<{ id: string; sealed: Buffer }>(
    `insert into platform_private.second_factors (person_id, sealed) values (gen_random_uuid(), 'as it was') returning id::text, sealed`,
  );
  for (const [call, table, row] of [
    [`select audit.store_resealed('data', $1, $2, $3)`, 'audit.data_keys', key],
    ['select platform_private.store_resealed_factor($1, $2, $3)', 'platform_private.second_factors', factor],
  ] as const) {
    const now = async () => (await owner<{ sealed: Buffer }>(`select sealed from ${table} where id::text = $1`, [row?.id]))[0]?.sealed.toString('hex');
    const [was, anew] = [row?.sealed ?? Buffer.alloc(0), Buffer.from('sealed anew')];
    await worker(call, [row?.id, Buffer.from('another'), anew]);
    expect(await now()).toBe(was.toString('hex'));
    await worker(call, [row?.id, was, anew]);
    expect(await now()).toBe(anew.toString('hex'));
    await worker(call, [row?.id, anew, was]);
  }
});

test('schemas of earlier versions read their trail as before', async () => {
  const rows = await db.withOwner(async (client) => {
    await client.query(`select set_config('tenantry.role', 'admin', false)`);
    return (await client.query(`select action from audit.tenant_trail('tenant_aurora', null, 5, null)`)).rows;
  });
  expect(rows.length).toBeGreaterThanOrEqual(5);
});

test('a destroyed key leaves the chain whole', async () => {
  await owner(`update audit.data_keys set sealed = null, destroyed_at = now() where person is not null`);
  expect(await verify('aurora')).toMatchObject([{ first_bad: null }]);
  await owner(`select audit.record('users.update', 'aurora', 'users:11111111-1111-4111-8111-111111111111', 'ok', '{"name": "A"}', '{"name": "B"}')`);
  expect(await seal()).toBe(1);
});

test('values that nobody encrypted are not sealed', async () => {
  await owner(`select audit.record('agreements.update', 'aurora', 'agreements:2', 'ok', '{"notes": "a"}', '{"notes": "b"}')`);
  await expect(owner(`select audit.seal(array_agg(id), array_agg(null::bigint), array_agg(null::bytea)) from audit.buffer`)).rejects.toMatchObject({ code: 'TN030' });
  expect(await owner('select from audit.buffer')).toHaveLength(1);
  expect(await seal()).toBe(1);
});

test.each([
  ['changed', `update audit.events set actor = 'user:somebody' where chain = 'aurora' and seq = 4`, 4],
  ['given another time', `update audit.events set at = at + interval '1 microsecond' where chain = 'aurora' and seq = 5`, 5],
  ['removed', `delete from audit.events where chain = 'aurora' and seq = 3`, 3],
  ['put beside another', `insert into audit.events select chain, seq, at + interval '1 second', retention, source, action, outcome, actor, actor_role,
     on_behalf_of, subject, session_id, request_id, changed, before, after, detail, key_id, sealed, hash from audit.events where chain = 'aurora' and seq = 6`, 6],
  ['swapped', `update audit.events set seq = 15 - seq where chain = 'aurora' and seq in (7, 8)`, 7],
  ['cut off at the end', `delete from audit.events where chain = 'aurora' and seq > 9`, 10],
])('an event that was %s is found by its number', async (_how, tampering, firstBad) => {
  await db.withOwner(async (client) => {
    await client.query('begin');
    const { rowCount } = await client.query(tampering);
    expect(rowCount).toBeGreaterThan(0);
    const { rows } = await client.query<Verdict>(`select * from audit.verify('aurora')`);
    expect(rows).toMatchObject([{ first_bad: String(firstBad) }]);
    await client.query('rollback');
  });
  expect(await verify('aurora')).toMatchObject([{ first_bad: null }]);
});

test('the hash is over bytes that anybody can write', async () => {
  const { createHash } = await import('node:crypto');
  const rows = await owner<Record<string, unknown> & { hash: Buffer }>(
    `select *, extract(epoch from at) * 1000000 as micros, before::text as before_text, after::text as after_text, detail::text as detail_text
       from audit.events where chain = 'aurora' order by seq`,
  );
  let previous = Buffer.alloc(32);
  for (const row of rows) {
    const long = (value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64BE(value);
      return bytes;
    };
    const sealed = (row['sealed'] ?? null) as Buffer | null;
    const of = (name: string) => (row[name] ?? null) as string | null;
    const texts = ['chain', 'source', 'action', 'outcome', 'actor', 'actor_role', 'on_behalf_of', 'subject', 'session_id', 'request_id', 'changed'].map(of);
    const int = (value: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(value);
      return bytes;
    };
    const sent = ['2', of('key_id'), ...texts, of('before_text'), of('after_text'), of('detail_text'), sealed === null ? null : String(sealed.length)];
    const bytes = Buffer.concat([
      long(BigInt(row['seq'] as string)), long(BigInt((row['micros'] as string).split('.')[0] ?? '') - 946_684_800_000_000n),
      ...[1, sent.includes(null) ? 1 : 0, 25, sent.length, 1].map(int),
      ...sent.flatMap((text) => (text === null ? [int(-1)] : [int(Buffer.byteLength(text)), Buffer.from(text)])),
      sealed ?? Buffer.alloc(0),
    ]);
    previous = createHash('sha256').update(previous).update(bytes).digest();
    expect(row.hash.equals(previous)).toBe(true);
  }
  expect(rows.length).toBeGreaterThan(10);
});

test('no login may write or change what is sealed, and the security officer can read it', async () => {
  const { rows } = await db.withOperator('security', async (client) => await client.query(`select from platform.audit_events where id ^@ 'aurora/'`));
  expect(rows.length).toBeGreaterThan(10);
  for (const role of ['security', 'admin', 'operator', 'developer'] as const) {
    for (const statement of ['delete from audit.events', `update audit.events set actor = 'x'`, 'truncate audit.events', 'delete from audit.heads', 'select audit.take(1)']) {
      await expect(db.withOperator(role, async (client) => await client.query(statement))).rejects.toMatchObject({ code: '42501' });
    }
  }
  for (const login of ['tenantry_worker', 'tenantry_audit', 'tenantry_auth'] as const) {
    await expect(
      db.withLogin(fixedRole(db.prefix, login), async (client) => await client.query('delete from audit.events')),
    ).rejects.toMatchObject({ code: '42501' });
  }
});

test('partitions of the next months are there, and are made once', async () => {
  const [count] = await owner<{ made: number; there: number }>(
    `select audit.ensure_partitions() as made, (select count(*)::int from pg_class where relispartition and relname ~ '^events_(90d|1y|7y|hold)_[0-9]{4}_') as there`,
  );
  expect(count).toEqual({ made: 0, there: expect.any(Number) as number });
  expect(count?.there).toBeGreaterThanOrEqual(16);
  const [rest] = await owner('select from audit.events_1y_rest');
  expect(rest).toBeUndefined();
});
