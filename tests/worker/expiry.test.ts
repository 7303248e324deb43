/** Agreements past their last day: by the nightly job, on demand, and in spite of a broken neighbour. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseCrontab } from 'graphile-worker';
import { readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { createLogger } from '../../server/observability/logger.ts';
import { logMailer } from '../../worker/mailer.ts';
import { startWorker } from '../../worker/worker.ts';
import { createTestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import type { TestDatabase } from '../harness/database.ts';
import type { Worker } from '../../worker/worker.ts';

let database: TestDatabase;
let worker: Worker;
let log = '';

beforeAll(async () => {
  database = await createTestDatabase();
  for (const id of ['aurora', 'borealis', 'cygnus', 'closed']) await database.provision(id, { template: 'demo' });
  const logger = createLogger('info', new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  }));
  worker = await startWorker({ endpoint: database.endpoint, prefix: database.prefix, masterKey: database.masterKey, logger, mailer: logMailer(logger), publicUrl: 'http://127.0.0.1' });
});

afterAll(async () => {
  await worker.stop();
  await database.drop();
});

/** Puts two of a tenant's active agreements past their last day; @returns their ids. */
async function overdue(id: string): Promise<string[]> {
  return await database.withOwner(async (client) => {
    await client.query(`set search_path = tenant_${id}, tenantry_shared, pg_temp`);
    await client.query('alter table agreements disable trigger agreements_guard');
    const { rows } = await client.query<{ id: string }>(
      `update agreements set starts_on = current_date - 30, ends_on = current_date - 1
        where id in (select id from agreements where status = 'active' and ends_on > current_date order by id limit 2) returning id`,
    );
    await client.query('alter table agreements enable trigger agreements_guard');
    return rows.map((row) => row.id);
  });
}

async function statusesOf(id: string, agreements: readonly string[]): Promise<string[]> {
  return await database.withOwner(async (client) => {
    const { rows } = await client.query<{ status: string }>(`select status from tenant_${id}.agreements where id = any ($1)`, [agreements]);
    return rows.map((row) => row.status);
  });
}

const order = async (id?: string) =>
  await database.withOperator('operator', async (client) => {
    if (id === undefined) await client.query('select platform.expire_agreements()');
    else await client.query('select platform.expire_agreements($1)', [id]);
  });

it('expires them in one tenant on demand, audited as the worker’s, and what goes on stays', async () => {
  const late = await overdue('aurora');
  const others = await overdue('borealis');
  const active = `select count(*)::int as n from tenant_aurora.agreements where status = 'active'`;
  const before = await database.withOwner(async (client) => (await client.query<{ n: number }>(active)).rows[0]?.n ?? 0);
  expect(late).toHaveLength(2);
  await order('aurora');
  await expect.poll(async () => await statusesOf('aurora', late)).toEqual(['expired', 'expired']);
  expect(await statusesOf('borealis', others)).toEqual(['active', 'active']);
  await database.withOwner(async (client) => {
    expect((await client.query(active)).rows[0].n).toBe(before - 2);
    const events = await client.query(
      `select actor, tenant_id, subject, before, after from audit.buffer where action = 'agreements.expire' order by subject`,
    );
    expect(events.rows).toEqual(
      late.toSorted().map((id) => ({
        actor: 'worker', tenant_id: 'aurora', subject: `agreements:${id}`, before: { status: 'active' }, after: { status: 'expired' },
      })),
    );
  });
});

it('expires them everywhere but where a tenant is broken or closed, and says which', async () => {
  const ids = { borealis: await overdue('borealis'), cygnus: await overdue('cygnus'), closed: await overdue('closed') };
  await database.withOwner(async (client) => {
    await client.query(`select platform.suspend_tenant('closed', 'test')`);
    // A tenant that comes before the others by name.
    await client.query(`alter table tenant_aurora.agreements rename to agreements_elsewhere`);
  });
  await order();
  await expect.poll(async () => await statusesOf('cygnus', ids.cygnus)).toEqual(['expired', 'expired']);
  expect(await statusesOf('borealis', ids.borealis)).toEqual(['expired', 'expired']);
  expect(await statusesOf('closed', ids.closed)).toEqual(['active', 'active']);
  await expect.poll(() => log).toContain('expiry of the agreements of aurora failed (42P01)');
  expect(log).not.toContain('of closed');
  await database.withOwner(async (client) => await client.query('alter table tenant_aurora.agreements_elsewhere rename to agreements'));
});

it('is ordered by operators only, for tenants that are open', async () => {
  const outcome = async (role: 'operator' | 'developer', id: string) =>
    await database.withOperator(role, async (client) => await sqlstateOf(async () => await client.query('select platform.expire_agreements($1)', [id])));
  expect(await outcome('operator', 'borealis')).toBe('ok');
  expect(await outcome('developer', 'borealis')).toBe('42501');
  expect(await outcome('operator', 'nobody')).toBe('TN003');
  expect(await outcome('operator', 'closed')).toBe('TN004');
});

it('goes through the fleet in batches, each active tenant once', async () => {
  const batches = await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => {
    const found: string[][] = [];
    for (let after = ''; ; after = found.at(-1)?.at(-1) ?? '') {
      const { rows } = await client.query<{ id: string }>('select id from platform_private.active_tenants($1, 2) as id', [after]);
      if (rows.length === 0) return found;
      found.push(rows.map(({ id }) => id));
    }
  });
  expect(batches).toEqual([['aurora', 'borealis'], ['cygnus']]);
});

it('runs every night by itself', async () => {
  const crontab = parseCrontab(await readFile(new URL('../../worker/crontab', import.meta.url), 'utf8'));
  const nightly = crontab.find(({ task }) => task === 'agreements__expire');
  const at = (hours: number, minutes: number) =>
    nightly?.match({ timestamp: 0, ts: new Date(2026, 0, 1), hour: hours, min: minutes, date: 1, month: 1, dow: 4 } as never);
  expect([at(0, 15), at(0, 16), at(12, 15)]).toEqual([true, false, false]);
});
