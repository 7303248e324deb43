/** What is done on a lane past the server is found in the trail: each statement once, of the right tenant, without values. */
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { tenantEnvelope } from '../../database/envelope.ts';
import type { TenantRoute } from '../../database/envelope.ts';
import { createLanes } from '../../database/lanes.ts';
import { fixedRole, laneRole, loginConfig } from '../../database/logins.ts';
import { createDirectAccess } from '../../worker/direct-access.ts';
import { describeStatement, readRecords } from '../../worker/server-log.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';

const { serverLog, superuserUrl } = inject('cluster');
let db: TestDatabase;
let pool: pg.Pool;
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.provision('aurora', { template: 'demo' });
  await db.provision('borealis');
  pool = new pg.Pool(loginConfig(db.endpoint, fixedRole(db.prefix, 'tenantry_worker'), db.masterKey));
  folder = await mkdtemp(join(tmpdir(), 'tenantry-log-'));
});
afterAll(async () => {
  await pool.end();
  await db.drop();
  await rm(folder, { recursive: true });
});

interface Found {
  action: string;
  tenant_id: string | null;
  actor: string;
  detail: Record<string, string>;
}

async function found(like: string): Promise<Found[]> {
  return await db.withOwner(async (client) =>
    (
      await client.query<Found>(
        `select action, tenant_id, actor, detail from audit.buffer where action ^@ 'access.' and detail::text ~ $1 order by id`,
        [like],
      )
    ).rows,
  );
}

async function laneOf(tenantId: string): Promise<string> {
  const [row] = await db.withOwner(async (client) => (await client.query<{ lane: number }>('select lane from platform.tenants where id = $1', [tenantId])).rows);
  return laneRole(db.prefix, row?.lane ?? 0);
}

describe.skipIf(serverLog === null)('with the log of a cluster', () => {
  const reader = () => createDirectAccess(pool, db.prefix, serverLog ?? '');

  test('a read from psql on a lane is in the tenant’s trail, once, with who, from where and by which program', async () => {
    const lane = await laneOf('aurora');
    const login = loginConfig(db.endpoint, lane, db.masterKey);
    const script = `set role ${db.tenantRole('aurora')};\nset search_path = tenant_aurora;\nselect name from brands where name <> 'Verysecret'\n  and 4711 > 0;`;
    await promisify(execFile)('psql', ['-X', '-v', 'ON_ERROR_STOP=1', '-c', 'select 1 as psql_first', '-f', await scriptFile(script)], {
      env: {
        PATH: process.env['PATH'], PGHOST: login.host, PGPORT: String(login.port), PGDATABASE: login.database, PGUSER: login.user, PGPASSWORD: String(login.password),
      },
    });
    expect(await reader().read()).toBeGreaterThanOrEqual(4);
    const reads = await found('from brands');
    expect(reads).toEqual([
      {
        action: 'access.direct',
        tenant_id: 'aurora',
        actor: `login:${lane}`,
        detail: {
          command: 'SELECT', statement: 'select name from brands where name <> ? and ? > ?', digest: expect.stringMatching(/^[0-9a-f]{16}$/),
          application: 'psql', address: '127.0.0.1', session: expect.stringMatching(/^[0-9a-f]+\.[0-9a-f]+$/),
        },
      },
    ]);
    expect(await found('psql_first')).toMatchObject([{ tenant_id: null }]);
    expect(await found('Verysecret|4711')).toEqual([]);
    expect(await reader().read()).toBe(0);
    expect(await found('from brands')).toHaveLength(1);
  });

  test('what the server does on its own connections is not logged, but that it opened one is', async () => {
    const limits = { connections: 2, waitTimeoutMs: 5_000, waitersPerTenant: 10 };
    const { endpoint, masterKey, prefix, lanes } = db;
    const database = createLanes({ endpoint, masterKey, prefix, lanes, lane: limits, operators: limits });
    const [route] = await db.withOwner(async (client) => (await client.query('select * from identity.tenant_route($1)', ['aurora'])).rows as Record<string, unknown>[]);
    const tenant: TenantRoute = { ...(route as unknown as TenantRoute), id: 'aurora', schema: 'tenant_aurora', role: db.tenantRole('aurora'), schemaVersion: 1 };
    const claims = { tenantId: 'aurora', userId: '', role: 'viewer', sessionId: '', operatorId: '', serviceId: '', requestId: 'r' };
    await database.withClient(tenantEnvelope(tenant, claims, 'read', 1_000), (client) => client.query({ text: 'select count(*) as server_read from brands' }));
    await database.close();
    await reader().read();
    expect(await found('server_read')).toEqual([]);
    const opened = await db.withOwner(async (client) => (await client.query(`select detail from audit.buffer where action = 'access.unlogged' and detail ->> 'application' = 'tenantry'`)).rows);
    expect(opened).toMatchObject([{ detail: { application: 'tenantry', address: '127.0.0.1' } }]);
  });

  test('a lane can’t switch it off by itself, and asking the server’s way is recorded; a tenant’s role can’t even ask', async () => {
    const lane = await laneOf('borealis');
    await db.withLogin(lane, async (client) => {
      expect(await sqlstateOf(() => client.query(`set log_statement = 'none'`))).toBe('42501');
      expect(await sqlstateOf(() => client.query(`alter role ${lane} set log_statement = 'none'`))).toBe('42501');
      await client.query(`set application_name = 'sneaky'`);
      await client.query(`set role ${db.tenantRole('borealis')}`);
      expect(await sqlstateOf(() => client.query('select tenantry_shared.stop_statement_log()'))).toBe('42501');
      await client.query('reset role');
      expect(await client.query('select tenantry_shared.stop_statement_log()')).toMatchObject({ rows: [{ stop_statement_log: true }] });
      await client.query('select 1 as nobody_sees');
    });
    await reader().read();
    expect((await found('sneaky')).filter(({ action }) => action === 'access.unlogged')).toHaveLength(2);
    expect(await found('nobody_sees')).toEqual([]);
    expect(await found('set log_statement')).toHaveLength(2);
  });

  test('an application’s name or a line break writes no record of its own', async () => {
    const lane = await laneOf('aurora');
    await db.withLogin(lane, async (client) => {
      await client.query(`set application_name = 'x] LOG:  statement: select forged'`);
      await client.query(`select '\n2026-01-01 00:00:00.000 UTC [1] ${lane}@${db.endpoint.database} 1.1 127.0.0.1 [x] LOG:  statement: select 2 as second_one' as real_one`);
    });
    await reader().read();
    expect(await found('real_one')).toHaveLength(1);
    expect(await found('second_one')).toHaveLength(0);
  });

  test('posture says what is missing, and nothing when nothing is', async () => {
    const posture = async (client: pg.Client) => (await client.query('select * from platform.direct_access_posture()')).rows;
    expect(await db.withOperator('security', posture)).toEqual([{ ok: true, findings: [] }]);
    await db.withOwner(async (client) => await client.query(`update audit.log_positions set read_at = now() - interval '1 hour'`));
    expect(await db.withOperator('operator', posture)).toEqual([{ ok: false, findings: [expect.stringContaining('the server log is not read')] }]);
    await reader().read();
    const lane = laneRole(db.prefix, 3);
    const superuser = new pg.Client(superuserUrl ?? '');
    await superuser.connect();
    await superuser.query(`alter role ${lane} reset log_statement`);
    const missing = await db.withOperator('developer', posture);
    await superuser.query(`alter role ${lane} set log_statement = 'all'`);
    await superuser.end();
    expect(missing).toEqual([{ ok: false, findings: [expect.stringContaining('statements of 1 of 4 lanes are not logged')] }]);
  });
});

async function scriptFile(text: string): Promise<string> {
  const file = join(folder, 'script.sql');
  await writeFile(file, text);
  return file;
}

function jsonLine(statement: string, more: Record<string, unknown> = {}): string {
  return `${JSON.stringify({
    timestamp: '2026-11-22 10:00:00.123 UTC', user: laneRole(db.prefix, 0), dbname: db.endpoint.database, remote_host: '192.0.2.1', session_id: '6543.1a',
    error_severity: 'LOG', application_name: 'DBeaver', message: `statement: ${statement}`, ...more,
  })}\n`;
}

test('JSON logs of another server are read across rotation, half lines and two readers, each record once', async () => {
  const logs = join(folder, 'logs');
  await promisify(execFile)('mkdir', [logs]);
  const first = join(logs, 'postgresql-1.json');
  await writeFile(first, jsonLine('set role tenant_aurora') + jsonLine('select 1 as json_one') + jsonLine('select 9 as other', { user: 'somebody' }) +
    jsonLine('select 9 as other', { dbname: 'elsewhere' }) + jsonLine('select 2 as json_half').slice(0, 40));
  const read = () => createDirectAccess(pool, db.prefix, logs).read();
  const counts = await Promise.all([read(), read(), read()]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
  await appendFile(first, jsonLine('select 2 as json_half').slice(40) + jsonLine('', { message: 'AUDIT: SESSION,1,1,READ,SELECT,TABLE,tenant_borealis.brands,select 3 as json_three,<not logged>' }));
  await writeFile(join(logs, 'postgresql-2.json'), jsonLine('reset role') + jsonLine('select 4 as json_four'));
  expect(await read()).toBe(4);
  expect(await read()).toBe(0);
  expect((await found('json_')).map(({ tenant_id, detail }) => [tenant_id, detail['statement'], detail['application']])).toEqual([
    ['aurora', 'select ? as json_one', 'DBeaver'],
    ['aurora', 'select ? as json_half', 'DBeaver'],
    ['aurora', 'select ? as json_three,<not logged>', 'DBeaver'],
    [null, 'select ? as json_four', 'DBeaver'],
  ]);
  expect(await found('other')).toEqual([]);

  const single = join(folder, 'single.log');
  await writeFile(single, jsonLine('select 1 as single_one'));
  const readSingle = () => createDirectAccess(pool, db.prefix, single).read();
  expect(await readSingle()).toBe(1);
  await appendFile(single, jsonLine('select 2 as single_two'));
  await rename(single, `${single}.1`);
  await writeFile(single, jsonLine('select 3 as single_three'));
  expect(await readSingle()).toBe(2);
  expect(await readSingle()).toBe(0);
});

test('a log that can’t be found is none, and the database says so', async () => {
  expect(await createDirectAccess(pool, db.prefix, join(folder, 'nowhere')).read()).toBe(0);
});

test.each([
  [`select 'a', E'it\\'s', $$body 'x'$$, $t$ $$ $t$, 12.5, x'ff', t1.c2, $1 from "Odd'name" -- 'secret'`, `select ?, ?, ?, ?, ?, ?, t1.c2, $1 from "Odd'name"`],
  [`update users set name = 'O''Hara', n=5 /* pin 1234 */ where id='open`, `update users set name = ?, n=? where id=?`],
  [`SELECT U&'d\\0061t' , 'multi\nline'`, `SELECT ? , ?`],
])('%s keeps no value', (statement, bare) => {
  expect(describeStatement(statement).statement).toBe(bare);
});

test('records of the plain form end where the next begins', () => {
  const line = (message: string) => `2026-11-22 10:00:00.123 UTC [77] lane@db 6543.1a 127.0.0.1 [psql] LOG:  ${message}\n`;
  const records = readRecords(line('statement: select 1\n\tfrom a') + line('connection received') + line('execute <unnamed>: select 2'), () => true);
  expect(records.map(({ statement }) => statement)).toEqual(['select 1\nfrom a', 'select 2']);
});
