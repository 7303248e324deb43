/** The provisioning job with real workers that are really killed: afterwards a tenant is whole, or absent with a reason. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { pino } from 'pino';
import { logMailer } from '../../worker/mailer.ts';
import { startWorker } from '../../worker/worker.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { ChildProcess } from 'node:child_process';
import type { Client } from 'pg';
import type { Worker } from '../../worker/worker.ts';
import type { TestDatabase } from '../harness/database.ts';

const logger = pino({ level: 'silent' });
let database: TestDatabase;
const running: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

afterAll(async () => {
  await database.drop();
});

async function startHere(): Promise<Worker> {
  const worker = await startWorker({ endpoint: database.endpoint, prefix: database.prefix, masterKey: database.masterKey, logger, mailer: logMailer(logger), publicUrl: 'http://127.0.0.1' });
  running.push(() => worker.stop());
  return worker;
}

async function startChild(): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('worker-child.ts', import.meta.url)), {
    execArgv: [],
    env: {
      ...process.env,
      TEST_HOST: database.endpoint.host,
      TEST_PORT: String(database.endpoint.port),
      TEST_DATABASE: database.endpoint.database,
      TEST_PREFIX: database.prefix,
      TEST_KEY: database.masterKey.toString('base64'),
    },
  });
  running.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  await once(child, 'message');
  return child;
}

async function create(id: string): Promise<void> {
  await database.withOperator(
    'operator',
    async (client) => await client.query('select platform.create_tenant($1, $1, template => $2)', [id, 'demo']),
  );
}

/** Waits until a query's first row says yes; fails after 40 s with what it says then. */
async function until(sql: string, values: unknown[] = [], role: 'owner' | 'worker' = 'owner'): Promise<void> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const ask = async (client: Client) => (await client.query<{ yes: boolean }>(sql, values)).rows[0];
    const row = await (role === 'owner' ? database.withOwner(ask) : database.withLogin(`${database.prefix}tenantry_worker`, ask));
    if (row?.yes === true) return;
    if (Date.now() > deadline) throw new Error(`still not: ${sql} (${JSON.stringify(row)})`);
    await sleep(25);
  }
}

const isActive = `select status = 'active' as yes from platform.tenants where id = $1`;

it('brings a tenant from a row to active, with its steps and keys', async () => {
  await startHere();
  await create('plain');
  await until(isActive, ['plain']);
  const run = await database.withOperator('operator', async (client) =>
    (await client.query(`select status, steps from platform.provisioning_runs where tenant_id = 'plain'`)).rows[0],
  );
  expect(run.status).toBe('succeeded');
  expect(run.steps.map((step: { name: string }) => step.name)).toEqual([
    'role', 'schema', 'template', 'administrator', 'fingerprint', 'keys', 'proof', 'active',
  ]);
  const keys = await database.withOwner(
    async (client) =>
      (await client.query(`select alg, state, public_jwk ? 'd' as leaks from platform_private.signing_keys where tenant_id = 'plain' order by state`)).rows,
  );
  expect(keys).toEqual([
    { alg: 'ES256', state: 'current', leaks: false },
    { alg: 'ES256', state: 'next', leaks: false },
  ]);
});

it('says that it is alive while it is, and not after', async () => {
  const status = async () =>
    await database.withOperator('developer', async (client) => (await client.query('select alive from platform.worker_status()')).rows[0]);
  await startHere();
  expect(await status()).toEqual({ alive: true });
  await Promise.all(running.splice(0).map((stop) => stop()));
  expect(await status()).toEqual({ alive: false });
});

it('is ready before a backlog is worked off, and works it off', async () => {
  const backlog = `select count(*)::int as jobs from graphile_worker.jobs where key like 'backlog:%'`;
  await database.withOwner(
    async (client) => await client.query(`select jobs.enqueue('tenant__provision', '{"tenantId": "plain"}', 'backlog:' || n) from generate_series(1, 3000) as n`),
  );
  await startHere();
  const { jobs } = await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => (await client.query(backlog)).rows[0]);
  const orders = await database.withOwner(async (client) => (await client.query('select count(*)::int as waiting from jobs.outbox')).rows[0]);
  expect(jobs + orders.waiting).toBeGreaterThan(0);
  await until(`select (${backlog}) = 0 as yes`, [], 'worker');
});

it('waits for a database that is away when it starts, and says so when it stays away', async () => {
  const away = { ...database.endpoint, port: 1 };
  const options = { endpoint: away, prefix: database.prefix, masterKey: database.masterKey, logger, mailer: logMailer(logger), publicUrl: 'http://127.0.0.1' };
  await expect(startWorker({ ...options, patienceMs: 600 })).rejects.toThrow(/did not answer within 1 s .*DATABASE_URL/);
  const stopping = new AbortController();
  const starting = startWorker({ ...options, patienceMs: 60_000, signal: stopping.signal });
  setTimeout(() => stopping.abort(), 300);
  await expect(starting).rejects.toThrow(/Stopped while starting/);
  await expect(startWorker({ ...options, endpoint: database.endpoint, masterKey: Buffer.alloc(32, 9) })).rejects.toThrow(/TENANTRY_MASTER_KEY/);
});

it('finishes what a killed worker left, at once and not after four hours', async () => {
  const child = await startChild();
  await database.withOwner(async (client) => {
    await client.query('begin');
    await client.query('lock table platform_private.tenant_baselines in access exclusive mode');
    await create('orphan');
    await until(
      `select exists (select from pg_locks where not granted and relation = 'platform_private.tenant_baselines'::regclass) as yes`,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    await client.query('rollback');
  });
  await until(`select exists (select from graphile_worker.jobs where key = 'provision:orphan' and locked_by is not null) as yes`, [], 'worker');
  await startHere();
  await until(isActive, ['orphan']);
});

it.each(['schema built', 'key made'])('goes on where the worker was killed: %s', async (moment) => {
  const id = moment === 'schema built' ? 'half_1' : 'half_2';
  await create(id);
  await database.withOwner(async (client) => {
    await client.query('select platform.provision_tenant($1)', [id]);
    if (moment === 'key made') {
      await client.query(`select platform_private.store_signing_key($1, 'kid-half', 'ES256', '{}', '\\x00')`, [id]);
    }
  });
  await startHere();
  await until(isActive, [id]);
  const kids = await database.withOwner(
    async (client) => (await client.query('select kid from platform_private.signing_keys where tenant_id = $1', [id])).rowCount,
  );
  expect(kids).toBe(2);
});

it('survives that its connections are cut in the middle', async () => {
  await startHere();
  await Promise.all(Array.from({ length: 6 }, (_, n) => create(`cut_${n}`)));
  for (let round = 0; round < 2; round += 1) {
    await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => {
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where usename = current_user and datname = current_database() and pid <> pg_backend_pid()`,
      );
    });
    await sleep(150);
  }
  await until(`select count(*) filter (where status <> 'active') = 0 as yes from platform.tenants where id like 'cut\\_%'`);
});

it('gives up on what cannot succeed, leaving nothing but the reason', async () => {
  await database.withOwner(async (client) => {
    await client.query('begin');
    await client.query(`select platform.create_tenant('doomed', 'Doomed')`);
    await client.query(`select platform.provision_tenant('doomed')`);
    await client.query('create table tenant_doomed.rogue ()');
    await client.query('commit');
  });
  await startHere();
  await until(`select status = 'failed' as yes from platform.tenants where id = 'doomed'`);
  const run = await database.withOperator('operator', async (client) =>
    (await client.query(`select status, failed_step, sqlstate from platform.provisioning_runs where tenant_id = 'doomed'`)).rows[0],
  );
  expect(run).toEqual({ status: 'failed', failed_step: 'activation', sqlstate: 'TN005' });
  await until(`select count(*) = 0 as yes from pg_namespace where nspname = 'tenant_doomed'`);
  await database.withOperator('operator', async (client) => await client.query(`select platform.request_provisioning('doomed')`));
  await until(isActive, ['doomed']);
});
