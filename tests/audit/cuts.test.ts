/** What retention removes: with a signed statement, from which chains go on. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import { folderCopy } from '../../server/audit/outside.ts';
import { verifyTrail } from '../../server/audit/verification.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { cutExpired, writeCheckpoint } from '../../worker/checkpoints.ts';
import { createSealing } from '../../worker/sealing.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let db: TestDatabase;
let pool: pg.Pool;
let folder: string;

beforeAll(async () => {
  db = await createTestDatabase();
  await db.provision('cygnus');
  await db.provision('delphin');
  pool = new pg.Pool(loginConfig(db.endpoint, fixedRole(db.prefix, 'tenantry_worker'), db.masterKey));
  folder = await mkdtemp(join(tmpdir(), 'tenantry-checkpoints-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await pool.end();
  await db.drop();
});

async function owner<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
  return await db.withOwner(async (client) => (await client.query<T>(text, values)).rows);
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

async function verify() {
  return await db.withOwner(async (client) => await verifyTrail(client, { chain: null, outside: folderCopy(folder) }));
}

test('what its time is over goes, with a signed statement, and the chain goes on from it; what is held stays', async () => {
  await owner(`select audit.record('test.old', t) from unnest(array['cygnus', 'delphin', null]) t, generate_series(1, 4)`);
  await owner(`update audit.buffer set at = at - interval '14 months'`);
  await owner(`select audit.ensure_partitions(now() - interval '15 months')`);
  await createSealing(pool, localSealer(db.masterKey)).seal();
  // The worker's clock of then: a cut counts only of what checkpoints named long before.
  vi.setSystemTime(Date.now() - 425 * 86_400_000);
  await checkpoint();
  vi.useRealTimers();
  await owner(`select audit.record('test.new', t) from unnest(array['cygnus', 'delphin']) t`);
  await createSealing(pool, localSealer(db.masterKey)).seal();
  await owner(`select platform.hold_audit('delphin', 'case 4711')`);
  await expect(owner(`select platform.hold_audit('delphin', 'again')`)).rejects.toMatchObject({ code: 'TN004' });
  // The platform's chain tells of a tenant's hold, and is under none.
  await createSealing(pool, localSealer(db.masterKey)).seal();
  const count = async (chain: string) => (await owner<{ n: number }>(`select count(*)::int as n from audit.events where chain = $1 and action = 'test.old'`, [chain]))[0]?.n;
  expect([await count('cygnus'), await count('delphin'), await count('')]).toEqual([4, 4, 4]);
  await checkpoint();

  const gone = await withTools(cutExpired);
  expect(gone.some((name) => name.startsWith('events_1y_'))).toBe(true);
  expect([await count('cygnus'), await count('delphin'), await count('')]).toEqual([0, 4, 0]);
  expect((await readdir(folder)).filter((name) => name.startsWith('cut-events_1y_'))).toHaveLength(gone.filter((name) => name.startsWith('events_1y_')).length);
  expect(await verify()).toMatchObject({ ok: true });
  const [cut] = await owner<{ events: number }>(`select events::int from audit.cuts where chain = 'cygnus'`);
  expect(cut?.events).toBeGreaterThanOrEqual(4);

  await owner(`select platform.release_audit('delphin', 'case closed')`);
  await createSealing(pool, localSealer(db.masterKey)).seal();
  await withTools(cutExpired);
  expect(await count('delphin')).toBe(0);
  expect(await verify()).toMatchObject({ ok: true });
  await db.withOwner(async (client) => {
    await client.query('begin');
    await client.query(`update audit.cuts set last_hash = decode(repeat('11', 32), 'hex') where chain = 'cygnus'`);
    expect((await client.query(`select first_bad from audit.verify('cygnus')`)).rows[0]).not.toEqual({ first_bad: null });
    await client.query('rollback');
  });
});

test('what somebody moved to a shorter class stays, with an alert, until the class is ordered', async () => {
  await db.provision('elara');
  const sealed = async () => await createSealing(pool, localSealer(db.masterKey)).seal();
  // Partitions that are empty go with every night.
  const months = async () => await owner(`select audit.ensure_partitions(now() - interval '12 months')`);
  const old = async (ago: number) => {
    await months();
    await owner(`select audit.record('test.moved', 'elara') from generate_series(1, 3)`);
    await owner(`update audit.buffer set at = at - make_interval(months => $1)`, [ago]);
    await sealed();
  };
  const left = async () => (await owner<{ n: number }>(`select count(*)::int as n from audit.events where chain = 'elara' and action = 'test.moved'`))[0]?.n;
  /** How many are left after the night. */
  const night = async () => {
    await withTools(cutExpired);
    return await left();
  };
  const alerts = async () => await owner<{ message: string }>(`select message from platform.alerts where kind = 'audit_class' and acknowledged_at is null`);
  const kept = async () => await owner(`select outcome from audit.buffer where action = 'audit.keep' union all select outcome from audit.events where action = 'audit.keep'`);
  // The owner of the table, without an order.
  const move = async (to: string) => {
    await months();
    await owner(`update audit.events set retention = $1 where chain = 'elara' and action = 'test.moved'`, [to]);
  };
  await old(5);
  expect(await night(), 'their time is not over').toBe(3);

  await move('90d');
  expect([await night(), (await alerts()).map(({ message }) => message)]).toEqual([3, [expect.stringMatching(/^Events of events_90d_\d{4}_\d{2} would be removed .*: event \d+ of chain elara\. They stay\./)]]);
  expect(await kept()).toEqual([{ outcome: 'failed' }]);
  const { rows: [expired] } = await pool.query(`select partition, stretches from audit.expired_partitions() where stretches::text ~ 'elara'`);
  await expect(pool.query('select audit.cut($1, $2, $3)', [expired.partition, JSON.stringify(expired.stretches), 'x.y.z'])).rejects.toMatchObject({ code: 'TN031' });

  // An order for what comes is none for what is there; that it isn't sealed yet is waited for, without an alert.
  await owner(`update platform.alerts set acknowledged_at = now(), acknowledged_by = 'm' where kind = 'audit_class'`);
  await owner(`select platform.set_audit_retention('elara', '90d')`);
  expect(await night()).toBe(3);
  expect(await alerts()).toEqual([]);
  await sealed();
  expect(await night()).toBe(3);
  expect(await alerts()).toHaveLength(1);

  await owner(`select platform.set_audit_retention('elara', '90d', true)`);
  await sealed();
  expect(await withTools(cutExpired)).toContain(expired.partition);
  expect(await left()).toBe(0);

  // What comes under that class goes when its time is over, also where the order itself went with a cut; a longer class, or a hold, keeps it.
  await old(6);
  await owner(`select platform.set_audit_retention('elara', '7y', true)`);
  await sealed();
  await move('90d');
  expect(await night()).toBe(0);
  await old(7);
  await move('90d');
  expect(await night()).toBe(3);
  await owner(`select platform.hold_audit('elara', 'case')`);
  await sealed();
  await move('90d');
  expect(await night()).toBe(3);
  expect((await alerts())[0]?.message).toContain('chain elara is under a hold');
});
