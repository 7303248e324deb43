/** Changing the master key of a whole installation: logins, what is sealed, and what each half of it refuses. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { JobHelpers } from 'graphile-worker';
import pg from 'pg';
import { pino } from 'pino';
import { endpointFromUrl, fixedRole, loginConfig, migratorConfig, withDatabase } from '../../database/logins.ts';
import { migrateDatabase } from '../../database/migrate.ts';
import { ensureFirstStart } from '../../server/identity/first-start.ts';
import { completeKeys, openEncryptionKey, openPrivateKey } from '../../server/identity/keys.ts';
import { factorContext, localSealer, sealingContext } from '../../server/identity/sealer.ts';
import { logMailer } from '../../worker/mailer.ts';
import { keysReseal } from '../../worker/tasks/keys__reseal.ts';
import { startWorker } from '../../worker/worker.ts';
import { sqlstateOf } from '../harness/outcome.ts';

// Logins belong to the whole cluster: an installation of its own, or every other file's would be locked out.
const run = randomBytes(2).toString('hex');
const prefix = `m${run}_`;
const name = `tk_${run}`;
const logger = pino({ level: 'silent' });
const oldKey = randomBytes(32);
const newKey = randomBytes(32);
/** Who has a second factor: a user and an operator. */
const persons = [['aurora', randomUUID()], [null, randomUUID()]] as const;
let url: string;

async function as<T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

const owner = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  await as(migratorConfig(url, null), async (client) => {
    await client.query(`set role ${fixedRole(prefix, 'tenantry_owner')}`);
    return (await client.query<T>(sql, values)).rows;
  });

async function migrate(masterKey: Buffer, previousMasterKey: Buffer | null = null): Promise<void> {
  await migrateDatabase({
    url,
    ca: null,
    blueprintUrl: null,
    prefix,
    lanes: 2,
    masterKey,
    previousMasterKey,
    allowCurrent: true,
    logger,
    afterwards: async (client) => {
      await ensureFirstStart(client, masterKey, { email: 'first@platform.example', password: null }, previousMasterKey);
    },
  });
}

const startHere = async (previousMasterKey: Buffer | null) =>
  await startWorker({
    endpoint: endpointFromUrl(url, null),
    prefix,
    masterKey: newKey,
    previousMasterKey,
    logger,
    mailer: logMailer(logger),
    publicUrl: 'http://127.0.0.1',
  });
const logsIn = async (login: string, masterKey: Buffer) =>
  await sqlstateOf(async () => await as(loginConfig(endpointFromUrl(url, null), login, masterKey), async () => undefined));
const left = async () => (await owner<{ left: number }>('select platform.reseal_keys() as left'))[0]?.left;

beforeAll(async () => {
  url = withDatabase(inject('cluster').migratorUrl, name);
  await as(migratorConfig(inject('cluster').migratorUrl, null), async (client) => await client.query(`create database ${name} template template0`));
  await migrate(oldKey);
  await as(migratorConfig(url, null), async (client) => {
    await client.query(`set role ${fixedRole(prefix, 'tenantry_owner')}`);
    await client.query(`select platform.create_tenant('aurora', 'Aurora')`);
    await completeKeys(client, localSealer(oldKey), 'aurora');
    await client.query(`select platform.provision_tenant('aurora')`);
    const secret = await localSealer(oldKey).seal(Buffer.from('a webhook’s secret'), sealingContext('aurora'));
    const earlier = await localSealer(oldKey).seal(Buffer.from('the one before'), sealingContext('aurora'));
    await client.query(
      `insert into tenant_aurora.webhook_secrets (webhook, sealed, earlier, earlier_until) values ('orders', $1, $2, now() + interval '1 hour'), ('over', $1, $2, now())`,
      [secret.toString('base64'), earlier.toString('base64')],
    );
    for (const [tenantId, personId] of persons) {
      const factor = await localSealer(oldKey).seal(Buffer.from(`of ${personId}`), factorContext(tenantId, personId));
      await client.query('insert into platform_private.second_factors (tenant_id, person_id, sealed) values ($1, $2, $3)', [tenantId, personId, factor]);
    }
    await client.query(`delete from jobs.outbox`);
  });
});

afterAll(async () => {
  await as(migratorConfig(inject('cluster').migratorUrl, null), async (client) => {
    for (const database of [name, `${name}_blueprint`]) await client.query(`drop database if exists ${database} with (force)`);
    const { rows } = await client.query<{ rolname: string }>(`select rolname from pg_roles where rolname ^@ $1 order by rolname like '%tenantry%', rolname`, [prefix]);
    for (const { rolname } of rows) await client.query(`drop role ${pg.escapeIdentifier(rolname)}`);
  });
});

it('is refused without the key before, and with a wrong one', async () => {
  await expect(migrate(newKey)).rejects.toThrow(/another master key.*TENANTRY_MASTER_KEY_PREVIOUS/);
  await expect(migrate(newKey, randomBytes(32))).rejects.toThrow(/another master key/);
  expect(await logsIn(fixedRole(prefix, 'tenantry_auth'), oldKey)).toBe('ok');
  await migrate(oldKey);
  expect(await left()).toBe(0);
});

it('moves every login, and orders that all keys are sealed anew', async () => {
  await migrate(newKey, oldKey);
  for (const login of ['tenantry_auth', 'tenantry_api', 'tenantry_worker', 'tenantry_lane_00', 'tenantry_lane_01']) {
    expect(await logsIn(`${prefix}${login}`, newKey)).toBe('ok');
    expect(await logsIn(`${prefix}${login}`, oldKey)).toBe('28P01');
  }
  expect(await owner(`select task, job_key from jobs.outbox where task = 'keys__reseal'`)).toEqual([{ task: 'keys__reseal', job_key: 'keys:reseal' }]);
  expect(await left()).toBe(9);
  const events = await owner<{ detail: unknown }>(`select detail from audit.buffer where action = 'keys.reseal' order by id limit 1`);
  expect(events).toEqual([{ detail: { keys: 9 } }]);
  await expect(migrate(oldKey)).rejects.toThrow(/another master key/);
});

it('is not finished by a worker that still has the key before', async () => {
  await as(migratorConfig(url, null), async (client) => {
    await client.query(`set role ${fixedRole(prefix, 'tenantry_owner')}`);
    const helpers = { query: client.query.bind(client), logger: { error: () => undefined } } as unknown as JobHelpers;
    await expect(keysReseal(localSealer(oldKey))({}, helpers)).rejects.toThrow(/keys are left/);
  });
  expect(await left()).toBe(9);
});

it('seals anew by the worker’s job, after which the key before opens nothing and is not needed', async () => {
  const before = await owner<{ kid: string; sealed: Buffer }>('select kid, sealed from platform_private.signing_keys order by kid');
  const worker = await startHere(oldKey);
  try {
    await expect.poll(left, { interval: 100, timeout: 20_000 }).toBe(0);
  } finally {
    await worker.stop();
  }
  const after = await owner<{ kid: string; tenant_id: string | null; sealed: Buffer; encryption: Buffer }>(
    'select kid, tenant_id, sealed, encryption from platform_private.signing_keys order by kid',
  );
  expect(after.map(({ kid }) => kid)).toEqual(before.map(({ kid }) => kid));
  for (const [index, { kid, tenant_id: tenantId, sealed, encryption }] of after.entries()) {
    const was = await openPrivateKey(localSealer(oldKey), tenantId, before[index]?.sealed ?? Buffer.alloc(0));
    expect((await openPrivateKey(localSealer(newKey), tenantId, sealed)).equals(was)).toBe(true);
    expect((await openEncryptionKey(localSealer(newKey), tenantId, kid, encryption)).symmetricKeySize).toBe(32);
    await expect(openPrivateKey(localSealer(oldKey), tenantId, sealed)).rejects.toThrow(/seal/);
  }
  const secrets = await owner<{ sealed: string; earlier: string }>('select sealed, earlier from tenant_aurora.webhook_secrets order by webhook');
  const opened = async (key: Buffer, sealed = '') => (await localSealer(key).unseal(Buffer.from(sealed, 'base64'), sealingContext('aurora'))).toString();
  for (const { sealed } of secrets) expect(await opened(newKey, sealed)).toBe('a webhook’s secret');
  expect(await opened(newKey, secrets[0]?.earlier)).toBe('the one before');
  // What signs no more is left alone.
  expect(await opened(oldKey, secrets[1]?.earlier)).toBe('the one before');
  for (const [tenantId, personId] of persons) {
    const [factor] = await owner<{ sealed: Buffer }>('select sealed from platform_private.second_factors where person_id = $1', [personId]);
    const secret = await localSealer(newKey).unseal(factor?.sealed ?? Buffer.alloc(0), factorContext(tenantId, personId));
    expect(secret.toString()).toBe(`of ${personId}`);
    await expect(localSealer(newKey).unseal(factor?.sealed ?? Buffer.alloc(0), factorContext('borealis', personId))).rejects.toThrow(/seal/);
  }
  // Sealed or still to be.
  const recorded = await owner(
    `select action from audit.buffer where action like 'webhook_secrets.%' union all select action from audit.events where action like 'webhook_secrets.%'`,
  );
  expect(recorded).toEqual([{ action: 'webhook_secrets.make' }, { action: 'webhook_secrets.make' }]);
  await migrate(newKey);
  expect(await left()).toBe(0);
});

it('leaves what no key opens as it is, and goes on with the rest', async () => {
  await owner(`update platform_private.signing_keys set sealed = '\\x02ffffffff' || substr(sealed, 6) where tenant_id = 'aurora' and state = 'next'`);
  const worker = await startHere(null);
  try {
    expect(await left()).toBe(1);
    const failed = `select last_error from graphile_worker._private_jobs where key = 'keys:reseal' and last_error is not null`;
    const read = async () =>
      await as(loginConfig(endpointFromUrl(url, null), fixedRole(prefix, 'tenantry_worker'), newKey), async (client) => (await client.query(failed)).rowCount);
    await expect.poll(read, { interval: 100, timeout: 20_000 }).toBe(1);
  } finally {
    await worker.stop();
  }
  expect(await left()).toBe(1);
});
