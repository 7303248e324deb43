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

/** Writes an event as a server does, past the checks of its own login: what the owner, or an older server, may leave. */
async function buffered(tenantId: string, detail: string): Promise<void> {
  await owner(`insert into audit.buffer (source, action, tenant_id, actor, detail) values ('server', 'call.query', $1, 'server', $2)`, [tenantId, detail]);
}

async function waiting(): Promise<number> {
  return (await owner('select from audit.buffer')).length;
}

test('a server writes no event that could not be sealed', async () => {
  const insert = async (detail: string) =>
    await db.withLogin(
      fixedRole(db.prefix, 'tenantry_audit'),
      async (client) => await client.query(`insert into audit.buffer (source, action, outcome, tenant_id, actor, detail) values ('server', 'call.query', 'ok', 'aurora', 'server', $1)`, [detail]),
    );
  for (const detail of ['["address"]', '"address"', '5', 'null']) await expect(insert(detail)).rejects.toMatchObject({ code: '42501' });
  await insert('{"rows": 1}');
  expect(await seal()).toBe(1);
});

test('an event that can’t be sealed is set aside, whole, with an alert, and nobody waits for it', async () => {
  await seal();
  await buffered('aurora', '["address"]');
  await buffered('nowhere', '{"rows": 1}');
  await buffered('', '{"rows": 2}');
  await owner(`select audit.record('test.behind', t, detail => '{"rows": 3}') from unnest(array['aurora', 'borealis']) t`);
  // Three more events say that one was set aside.
  expect(await seal()).toBe(5);
  expect(await waiting()).toBe(0);
  expect(await verify(null)).toMatchObject([{ chain: '', first_bad: null }, { chain: 'aurora', first_bad: null }, { chain: 'borealis', first_bad: null }]);
  const seen = await db.withOperator('security', async (client) => (await client.query('select tenant_id, action, flaw from audit.set_aside order by id')).rows);
  expect(seen).toEqual([
    { tenant_id: 'aurora', action: 'call.query', flaw: 'before, after or detail is no JSON object' },
    { tenant_id: 'nowhere', action: 'call.query', flaw: 'there is no such tenant' },
    { tenant_id: '', action: 'call.query', flaw: 'there is no such tenant' },
  ]);
  await expect(db.withOperator('security', async (client) => await client.query('select event from audit.set_aside'))).rejects.toMatchObject({ code: '42501' });
  expect(await owner(`select event -> 'detail' as detail from audit.set_aside order by id limit 1`)).toEqual([{ detail: ['address'] }]);
  expect(await owner(`select severity, count from platform.alerts where kind = 'audit_set_aside' and acknowledged_at is null`)).toEqual([{ severity: 'critical', count: 3 }]);
  await owner(`select audit.destroy_keys('aurora')`);
  expect(await owner('select event is null as erased from audit.set_aside order by id')).toEqual([{ erased: true }, { erased: false }, { erased: false }]);
});

test('an event that sealing fails by is found among its neighbours and set aside alone', async () => {
  await owner(`alter table audit.events add constraint seven check (detail ->> 'number' <> '7')`);
  try {
    await owner(`select audit.record('test.neighbour', 'aurora', detail => jsonb_build_object('number', n)) from generate_series(1, 20) n`);
    expect(await seal()).toBe(20);
    expect(await waiting()).toBe(0);
    expect(await owner(`select flaw, event -> 'detail' as detail from audit.set_aside order by id desc limit 1`)).toEqual([{ flaw: '23514', detail: { number: 7 } }]);
    expect(await verify('aurora')).toMatchObject([{ first_bad: null }]);
  } finally {
    await owner('alter table audit.events drop constraint seven');
  }
});

test('a tenant whose key can’t be opened waits alone', async () => {
  await owner(`select audit.record('agreements.update', t, 'agreements:1', 'ok', '{"notes": "a"}', '{"notes": "b"}') from unnest(array['aurora', 'borealis']) t`);
  await seal();
  const [key] = await owner<{ id: string; sealed: Buffer }>(`select id, sealed from audit.data_keys where chain = 'aurora' and person is null and sealed is not null`);
  const put = async (sealed: Buffer) => await owner('update audit.data_keys set sealed = $2 where id = $1', [key?.id, sealed]);
  await put(Buffer.from('nobody can open this'));
  await owner(`select audit.record('agreements.update', t, 'agreements:2', 'ok', '{"notes": "a"}', '{"notes": "b"}') from unnest(array['aurora', 'borealis']) t`);
  const skipped: string[] = [];
  expect(await createSealing(pool, localSealer(db.masterKey), (chain) => skipped.push(chain)).seal()).toBe(1);
  expect(skipped).toEqual(['aurora']);
  expect(await owner('select tenant_id from audit.buffer')).toEqual([{ tenant_id: 'aurora' }]);
  await put(key?.sealed ?? Buffer.alloc(0));
  expect(await seal()).toBe(1);
});

test('events that are not sealed for a minute are an alert', async () => {
  const watch = async () =>
    await db.withLogin(fixedRole(db.prefix, 'tenantry_worker'), async (client) => (await client.query<{ raised: boolean }>('select audit.watch_buffer() as raised')).rows[0]?.raised);
  expect(await watch()).toBe(false);
  await owner(`select audit.record('test.stuck', 'aurora')`);
  expect(await watch()).toBe(false);
  await owner(`update audit.buffer set at = at - interval '2 minutes'`);
  expect(await watch()).toBe(true);
  expect(await owner(`select severity from platform.alerts where kind = 'audit_not_sealed'`)).toEqual([{ severity: 'critical' }]);
  const [raised] = await Promise.all([watch(), seal()]);
  expect(raised).toBe(false);
});

test('a column that is classed anew between taking an event and sealing it loses nothing', async () => {
  const classed = async (name: string) =>
    await owner(`update platform.column_classes set class = $1 where table_name = 'agreements' and column_name = 'number'`, [name]);
  const [before] = await owner<{ class: string }>(`select class from platform.column_classes where table_name = 'agreements' and column_name = 'number' limit 1`);
  await owner(`select audit.record('agreements.update', 'aurora', 'agreements:3', 'ok', '{"number": "A-1", "notes": "x"}', '{"number": "A-2", "notes": "y"}')`);
  await classed('internal');
  const interposed = {
    connect: async () => {
      const client = await pool.connect();
      const query = async (text: string, values?: unknown[]) => {
        if (text.startsWith('select audit.seal')) await classed('confidential');
        return await client.query(text, values);
      };
      return { query, release: () => client.release() };
    },
  };
  try {
    expect(await createSealing(interposed as never, localSealer(db.masterKey)).seal()).toBe(1);
    const [event] = await owner<{ key_id: string; sealed: Buffer; after: unknown; key: Buffer }>(
      `select e.key_id, e.sealed, e.after, k.sealed as key from audit.events e join audit.data_keys k on k.id = e.key_id where e.chain = 'aurora' order by e.seq desc limit 1`,
    );
    const key = await openDataKey(localSealer(db.masterKey), 'aurora', null, event?.key ?? Buffer.alloc(0));
    expect(JSON.parse(decryptValues({ id: event?.key_id ?? '', key }, 'aurora', event?.sealed ?? Buffer.alloc(0)))).toEqual({ before: { notes: 'x' }, after: { notes: 'y' } });
    expect(event?.after).toEqual({ number: 'A-2' });
  } finally {
    await classed(before?.class ?? 'internal');
  }
});
