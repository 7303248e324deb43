/** What is done on a lane past the server is found in the trail: each statement once, of the right tenant, without values. */
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { operatorEnvelope, tenantEnvelope } from '../../database/envelope.ts';
import type { TenantRoute } from '../../database/envelope.ts';
import { createLanes } from '../../database/lanes.ts';
import { fixedRole, laneRole, loginConfig, withDatabase } from '../../database/logins.ts';
import { createDirectAccess } from '../../worker/direct-access.ts';
import { statementLogKey } from '../../database/statement-log.ts';
import { applyFixedRoles } from '../../database/roles.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';

const { serverLog, superuserUrl } = inject('cluster');
const STOP = 'select tenantry_shared.stop_statement_log($1)';
let db: TestDatabase;
let pool: pg.Pool;
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.provision('aurora', { template: 'demo' });
  await db.provision('borealis');
  pool = new pg.Pool(loginConfig(db.endpoint, fixedRole(db.prefix, 'tenantry_worker'), db.masterKey));
  folder = await mkdtemp(join(tmpdir(), 'tenantry-log-'));
  // Logs that are made up here are of a day on which the installation was there.
  await db.withOwner((client) => client.query(`update platform.installation set created_at = '2026-11-01 00:00 UTC'`));
});
afterAll(async () => {
  await pool.end();
  await db.drop();
  await rm(folder, { recursive: true });
});

interface Found {
  action: string;
  outcome: string;
  tenant_id: string | null;
  actor: string;
  detail: Record<string, string>;
}

async function found(like: string): Promise<Found[]> {
  return await db.withOwner(async (client) =>
    (
      await client.query<Found>(
        `select action, outcome, tenant_id, actor, detail from audit.buffer where action ^@ 'access.' and detail::text ~ $1 order by id`,
        [like],
      )
    ).rows,
  );
}

/** Which chains have an event with a text in it: tenants, and null for the platform. */
async function chains(like: string): Promise<(string | null)[]> {
  return [...new Set((await found(like)).map(({ tenant_id }) => tenant_id))];
}

/** The statements with which somebody takes a tenant's role for certain. */
const become = (id: string): string => `set role ${db.tenantRole(id)};\nset search_path = tenant_${id}, tenantry_shared`;

/** Runs psql as a login, as somebody would who has its password. */
async function psql(login: string, script: string, environment: Record<string, string> = {}): Promise<string> {
  const { host, port, database, user, password } = loginConfig(db.endpoint, login, db.masterKey);
  const { stdout } = await promisify(execFile)('psql', ['-XAt', '-v', 'ON_ERROR_STOP=1', '-f', await scriptFile(script)], {
    env: {
      PATH: process.env['PATH'], PGHOST: host, PGPORT: String(port), PGDATABASE: database, PGUSER: user, PGPASSWORD: String(password), ...environment,
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

async function laneOf(tenantId: string): Promise<string> {
  const [row] = await db.withOwner(async (client) => (await client.query<{ lane: number }>('select lane from platform.tenants where id = $1', [tenantId])).rows);
  return laneRole(db.prefix, row?.lane ?? 0);
}

describe.skipIf(serverLog === null)('with the log of a cluster', () => {
  const access = () => createDirectAccess(pool, db.prefix, serverLog ?? '');
  let marks = 0;
  /** Reads up to what has been done until now: PostgreSQL hands its log to a process that writes it a moment later. */
  const reader = () => ({
    async read(): Promise<number> {
      const mark = `read_mark_${(marks += 1)}_`;
      await db.withLogin(laneRole(db.prefix, 0), async (client) => await client.query(`select 1 as ${mark}`));
      let count = 0;
      await expect.poll(async () => {
        count += await access().read();
        return await found(mark);
      }, { timeout: 10_000 }).not.toEqual([]);
      return count;
    },
  });

  test('a read from psql on a lane is in the tenant’s trail, once, with who, from where and by which program', async () => {
    const lane = await laneOf('aurora');
    await psql(lane, `select 1 as psql_first;\n${become('aurora')};\nselect name from brands where name <> 'Verysecret'\n  and 4711 > 0;`);
    expect(await reader().read()).toBeGreaterThanOrEqual(4);
    const reads = await found('from brands');
    expect(reads).toEqual([
      {
        action: 'access.direct',
        outcome: 'ok',
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
    expect(await access().read()).toBe(0);
    expect(await found('from brands')).toHaveLength(1);
  });

  test('what the server does on its own connections is not logged, but that it opened one is; its failures are its own', async () => {
    const limits = { connections: 2, waitTimeoutMs: 5_000, waitersPerTenant: 10 };
    const { endpoint, masterKey, prefix, lanes } = db;
    const database = createLanes({ endpoint, masterKey, prefix, lanes, lane: limits, operators: limits });
    const [route] = await db.withOwner(async (client) => (await client.query('select * from identity.tenant_route($1)', ['aurora'])).rows as Record<string, unknown>[]);
    const tenant: TenantRoute = { ...(route as unknown as TenantRoute), id: 'aurora', schema: 'tenant_aurora', role: db.tenantRole('aurora'), schemaVersion: 1 };
    const claims = { tenantId: 'aurora', userId: '', role: 'viewer', sessionId: '', operatorId: '', serviceId: '', requestId: 'r' };
    const ask = async (text: string) =>
      await sqlstateOf(async () => await database.withClient(tenantEnvelope(tenant, claims, 'read', 1_000), (client) => client.query({ text })));
    expect(await ask('select count(*) as server_read from brands')).toBe('ok');
    expect(await ask('select server_failed from brands')).toBe('42703');
    await database.withClient(operatorEnvelope('tenantry_security', prefix, { ...claims, tenantId: '', operatorId: '' }, 'read', 1_000), (client) =>
      client.query({ text: 'select count(*) as server_read from platform.tenants' }),
    );
    await database.close();
    await pool.query('select 1 as server_read');
    await reader().read();
    expect(await found('server_read|server_failed')).toEqual([]);
    const opened = await db.withOwner(async (client) =>
      (await client.query(`select distinct tenant_id, actor, detail ->> 'address' as address from audit.buffer where action = 'access.unlogged' and detail ->> 'application' = 'tenantry'`)).rows,
    );
    const by = (login: string) => ({ tenant_id: null, actor: `login:${login}`, address: '127.0.0.1' });
    expect(opened).toEqual(expect.arrayContaining([by(await laneOf('aurora')), by(fixedRole(prefix, 'tenantry_api')), by(fixedRole(prefix, 'tenantry_worker'))]));
  });

  test('no login can switch it off, neither by itself nor the server’s way with its password alone', async () => {
    for (const [login, role] of [[await laneOf('borealis'), db.tenantRole('borealis')], [fixedRole(db.prefix, 'tenantry_api'), fixedRole(db.prefix, 'tenantry_admin')]] as const) {
      const sneaky = `sneaky_${login}`;
      await db.withLogin(login, async (client) => {
        expect(await sqlstateOf(() => client.query(`set log_statement = 'none'`))).toBe('42501');
        expect(await sqlstateOf(() => client.query(`alter role ${login} set log_statement = 'none'`))).toBe('42501');
        expect(await sqlstateOf(() => client.query('select set_config($1, $2, false)', ['log_min_error_statement', 'panic']))).toBe('42501');
        expect(await sqlstateOf(() => client.query(STOP, [db.masterKey.toString('base64url')]))).toBe('42501');
        expect(await sqlstateOf(() => client.query(STOP, [null]))).toBe('42501');
        await client.query(`select 1 as ${sneaky}`);
        expect(await client.query(STOP, [statementLogKey(db.masterKey)])).toMatchObject({ rows: [{ stop_statement_log: true }] });
        await client.query(`select 1 as nobody_sees`);
      });
      await db.withLogin(login, async (client) => {
        await client.query(`set role ${role}`);
        expect(await sqlstateOf(() => client.query(STOP, [statementLogKey(db.masterKey)]))).toBe('42501');
        await client.query(`select 2 as ${sneaky}`);
      });
      await reader().read();
      expect((await found(sneaky)).map(({ detail }) => detail['statement'])).toEqual(expect.arrayContaining([`select ? as ${sneaky}`]));
      expect(new Set((await found(sneaky)).map(({ detail }) => detail['session'])).size).toBe(2);
      expect(await found('nobody_sees')).toEqual([]);
      expect((await found('set log_statement')).length).toBeGreaterThan(0);
      expect(await found(statementLogKey(db.masterKey))).toEqual([]);
    }
  });

  test.each([`x] LOG:  foo`, `x] LOG:  statement: select forged`, `a\nb`, `{"user":"x"}`, `"\\`])('the application’s name %j hides nothing and writes no record of its own', async (application) => {
    const lane = await laneOf('aurora');
    const mark = `real_${Buffer.from(application).toString('hex').slice(0, 24)}`;
    await psql(lane, `${become('aurora')};\nselect name as ${mark}, '\n{"timestamp":"2026-01-01 00:00:00.000 UTC","user":"${lane}","dbname":"${db.endpoint.database}","error_severity":"LOG","message":"statement: select forged"}' from tenant_aurora.brands;`, { PGAPPNAME: application });
    await reader().read();
    expect(await found(mark)).toMatchObject([{ tenant_id: 'aurora', detail: { command: 'SELECT' } }]);
    expect((await found('forged')).filter(({ detail }) => detail['statement']?.includes('forged'))).toEqual([]);
  });

  test.each(['a:b', 'a: b', 'x: set role none', `<unnamed>: select '`])('a statement called %j is recorded', async (name) => {
    await db.withLogin(await laneOf('aurora'), async (client) => {
      const mark = `named_${Buffer.from(name).toString('hex')}`;
      await client.query(`set role ${db.tenantRole('aurora')}`);
      await client.query('set search_path = tenant_aurora, tenantry_shared');
      await client.query(`set application_name = ${mark}`);
      await client.query({ name, text: `select name from tenant_aurora.brands` });
      await reader().read();
      expect((await found(mark)).filter(({ tenant_id }) => tenant_id === 'aurora')).toHaveLength(2);
    });
  });

  test('a statement longer than a stretch is recorded, for the tenants it names, and what follows as well', async () => {
    const lane = await laneOf('aurora');
    await psql(lane, `${become('aurora')};\nselect count(*) as long_one, '${'x'.repeat(5 * 1024 * 1024)}' as filler from tenant_aurora.brands;\nselect name as after_long from tenant_aurora.brands;`);
    await reader().read();
    expect((await found('long_one')).filter(({ tenant_id }) => tenant_id === 'aurora')).toMatchObject([{ detail: { command: 'SELECT' } }]);
    expect(await chains('after_long')).toContain('aurora');
    expect(await found('xxxxxxxxxx')).toEqual([]);
  });

  test('rows read through the error of a statement that never ran are an event, without the rows', async () => {
    await db.withLogin(await laneOf('aurora'), async (client) => {
      await client.query(`set role ${db.tenantRole('aurora')}`);
      await client.query('set search_path = tenant_aurora, tenantry_shared');
      await client.query(`set tenantry.role = 'admin'`);
      let shown = '';
      await client
        .query({ text: `select 1 as through_error from pg_class where relpages = (table_to_xml('tenant_aurora.brands'::regclass, true, false, '')::text)::int and relname <> $1`, values: ['x'] })
        .catch((error: Error) => { shown = error.message; });
      expect(shown).toContain('<name>');
    });
    await reader().read();
    expect((await found('through_error')).filter(({ tenant_id }) => tenant_id === 'aurora')).toMatchObject([{ outcome: 'failed', detail: { error: '22P02', command: 'SELECT' } }]);
    expect(await found('<name>')).toEqual([]);
  });

  test('migrating again leaves the logging of statements as the administrator decided', async () => {
    const logged = async () => await db.withOwner(async (client) => (await client.query('select name, logged from audit.logged_logins() order by name')).rows);
    const before = await logged();
    expect(before.length).toBeGreaterThan(5);
    expect(before.every((login: { logged: boolean }) => login.logged)).toBe(true);
    await db.withMigrator(async (client) => await applyFixedRoles(client, { prefix: db.prefix, lanes: db.lanes }));
    expect(await logged()).toEqual(before);
  });

  test('what PostgreSQL refused is an event that was refused, and what it allowed is not', async () => {
    await db.withLogin(await laneOf('aurora'), async (client) => {
      await client.query(`set role ${db.tenantRole('aurora')}`);
      expect(await sqlstateOf(async () => await client.query('select 1 as was_refused from tenant_borealis.brands'))).toBe('42501');
      await client.query('set search_path = tenant_aurora, tenantry_shared');
      await client.query('select 1 as was_allowed from brands limit 1');
    });
    await reader().read();
    expect((await found('was_refused')).filter(({ detail }) => detail['error'] !== undefined)).toContainEqual(
      expect.objectContaining({ tenant_id: 'aurora', outcome: 'refused', detail: expect.objectContaining({ error: '42501' }) }));
    expect((await found('was_allowed')).map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  });

  test('a character that is cut, or half of one, stops nothing', async () => {
    const lane = await laneOf('aurora');
    for (let length = 450; length < 454; length += 1) {
      await db.withLogin(lane, async (client) => {
        await client.query(`set role ${db.tenantRole('aurora')}`);
      await client.query('set search_path = tenant_aurora, tenantry_shared');
        await client.query(`select name as cut_one${', name as b'.repeat(42)}, name as ${'c'.repeat(length - 430)}, name as "${'😀'.repeat(15)}" from tenant_aurora.brands`);
      });
    }
    await reader().read();
    expect((await found('cut_one')).filter(({ tenant_id }) => tenant_id === 'aurora')).toHaveLength(4);
  });

  test('a read under a role that no statement set is in the trail of every tenant that it can have been of', async () => {
    const lane = await laneOf('aurora');
    const role = db.tenantRole('aurora');
    const first = `-c role=${role} -c search_path=tenant_aurora,tenantry_shared -c tenantry.role=admin -c tenantry.tenant_id=aurora`;
    expect(await psql(lane, 'select count(*) as by_option from brands', { PGOPTIONS: first })).not.toBe('0\n');
    await psql(lane, `set role none;\nreset role;\nselect count(*) as by_reset from brands`, { PGOPTIONS: first });
    await psql(lane, `set role ${role};\nset search_path = tenant_aurora, tenantry_shared;\nselect 'set role x';\nreset all;\nset search_path = tenant_aurora, tenantry_shared;\nselect count(*) as after_literal from tenant_aurora.brands`);
    await psql(lane, `/* ${Array.from({ length: 60 }, (_, n) => `tenant_junk${n}`).join(' ')} */ select count(*) as after_junk from brands`, { PGOPTIONS: first });
    await psql(lane, `begin;\nset role none;\nrollback;\nselect count(*) as after_rollback from brands`, { PGOPTIONS: first });
    await psql(lane, `set role none;\ndo $$ begin perform set_config('ro' || 'le', '${role}', false); end $$;\nset search_path = tenant_aurora, tenantry_shared;\nselect count(*) as after_do from tenant_aurora.brands`);
    await psql(lane, `set role none;\nselect set_config('ro' || 'le', '${role}', false);\nset search_path = tenant_aurora, tenantry_shared;\nselect count(*) as after_config from tenant_aurora.brands`);
    await reader().read();
    for (const mark of ['by_option', 'by_reset', 'after_literal', 'after_junk', 'after_rollback', 'after_do', 'after_config']) {
      expect(await chains(mark), mark).toContain('aurora');
    }
    // On the other lane nobody can have been read.
    expect(await laneOf('borealis')).not.toBe(lane);
    expect(await chains('by_option|after_config')).not.toContain('borealis');
  });

  test('a statement that names two tenants shows neither the other', async () => {
    const lane = await laneOf('aurora');
    await psql(lane, `${become('aurora')};\nselect name as both_named from tenant_aurora.brands where to_regclass('tenant_borealis.brands') is null or (select true as tenant_borealis) or true;`, { PGAPPNAME: 'for tenant_borealis' });
    await reader().read();
    const copies = Object.fromEntries((await found('both_named')).map(({ tenant_id, detail }) => [tenant_id, `${detail['statement']} ${detail['application']}`]));
    expect(copies['aurora']).toContain('tenant_aurora.brands');
    expect(copies['aurora']).not.toContain('borealis');
    expect(copies['borealis']).toContain('tenant_borealis');
    expect(copies['borealis']).not.toContain('aurora');
  });

  test('what is read with the server’s other logins is an event, of the tenant whose id stands in it', async () => {
    const read = await psql(fixedRole(db.prefix, 'tenantry_api'), `set role ${fixedRole(db.prefix, 'tenantry_admin')};\nselect count(*) as control_read from platform.tenant_users('aurora');`);
    expect(read.trim()).not.toBe('0');
    for (const login of ['tenantry_auth', 'tenantry_worker', 'tenantry_audit', 'tenantry_maintenance', 'tenantry_monitor'] as const) {
      await psql(fixedRole(db.prefix, login), `select 1 as control_${login};`);
    }
    await reader().read();
    expect(await found('control_read')).toMatchObject([{ tenant_id: 'aurora', actor: `login:${fixedRole(db.prefix, 'tenantry_api')}` }, { tenant_id: null }]);
    for (const login of ['auth', 'worker', 'audit', 'maintenance', 'monitor']) expect(await chains(`control_tenantry_${login}`)).toEqual([null]);
  });

  test('who has a lane’s password and claims to be an operator is the lane’s login in the trail', async () => {
    const lane = await laneOf('aurora');
    const operator = '11111111-1111-4111-8111-111111111111';
    const claims = `-c role=${db.tenantRole('aurora')} -c search_path=tenant_aurora,tenantry_shared -c tenantry.role=admin -c tenantry.tenant_id=aurora -c tenantry.operator_id=${operator}`;
    const change = `update brands set name = name || ' forged' where id = (select min(id::text)::uuid from brands)`;
    await psql(lane, change, { PGOPTIONS: claims });
    const actors = async () => await db.withOwner(async (client) =>
      (await client.query<{ actor: string }>(`select actor from audit.buffer where action = 'brands.update' order by id desc limit 1`)).rows[0]?.actor);
    expect(await actors()).toBe(`login:${lane}`);
    await db.withLogin(lane, async (client) => {
      await client.query(STOP, [statementLogKey(db.masterKey)]);
      await client.query(`set role ${db.tenantRole('aurora')}; set search_path = tenant_aurora, tenantry_shared; set tenantry.role = 'admin'; set tenantry.tenant_id = 'aurora'; set tenantry.operator_id = '${operator}'`);
      await client.query(change);
    });
    expect(await actors()).toBe(`operator:${operator}`);
  });

  test('posture says what is missing, and nothing when nothing is', async () => {
    const posture = async (client: pg.Client) => (await client.query('select * from platform.direct_access_posture()')).rows;
    const change = async (sql: string) => await db.withOwner(async (client) => await client.query(sql));
    expect(await db.withOperator('security', posture)).toEqual([{ ok: true, findings: [] }]);
    await change(`update audit.log_positions set read_at = now() - interval '1 hour'`);
    expect(await db.withOperator('operator', posture)).toEqual([
      { ok: false, findings: [expect.stringMatching(/^reading of .* has stopped/), expect.stringContaining('the server log is not read')] },
    ]);
    await change(`insert into audit.log_positions (source, file, bytes, sessions) values ('elsewhere:/log', '1', 1, '{}')`);
    expect(await db.withOperator('operator', posture)).toEqual([{ ok: false, findings: [expect.stringMatching(/^reading of .* has stopped/)] }]);
    await reader().read();
    await change(`update audit.log_positions set moved_at = now() - interval '2 days' where source = 'elsewhere:/log'`);
    expect(await db.withOperator('operator', posture)).toEqual([{ ok: false, findings: [expect.stringContaining('elsewhere:/log has not grown')] }]);
    await change(`delete from audit.log_positions where source = 'elsewhere:/log'`);
    const superuser = new pg.Client({ connectionString: withDatabase(superuserUrl ?? '', db.endpoint.database) });
    await superuser.connect();
    await superuser.query('begin');
    await superuser.query(`alter role ${laneRole(db.prefix, 3)} reset log_statement`);
    await superuser.query(`alter role ${fixedRole(db.prefix, 'tenantry_api')} reset log_statement`);
    const missing = await posture(superuser);
    await superuser.query('rollback');
    await superuser.end();
    expect(missing).toEqual([{ ok: false, findings: [expect.stringContaining('statements of 2 of 10 logins are not logged')] }]);
  });
});

test.runIf(superuserUrl !== null)('who has no more than the worker’s password, or a lane’s, is that login; whose statements nobody logs is the server’s', async () => {
  const superuser = new pg.Client({ connectionString: withDatabase(superuserUrl ?? '', db.endpoint.database) });
  await superuser.connect();
  try {
    const worker = fixedRole(db.prefix, 'tenantry_worker');
    await superuser.query('begin');
    await superuser.query(`create function pg_temp.who() returns text language sql security definer as 'select audit.actor()'`);
    await superuser.query(`alter function pg_temp.who() owner to ${fixedRole(db.prefix, 'tenantry_owner')}`);
    const who = async (login: string, logged: boolean) => {
      await superuser.query(`set local log_statement = '${logged ? 'all' : 'none'}'; set local log_parameter_max_length = ${logged ? '0' : '-1'}`);
      await superuser.query(`set local session authorization ${login}`);
      const { rows } = await superuser.query<{ who: string }>('select pg_temp.who() as who');
      await superuser.query('reset session authorization');
      return rows[0]?.who;
    };
    const lane = laneRole(db.prefix, 0);
    expect([await who(worker, true), await who(worker, false)]).toEqual([`login:${worker}`, 'worker']);
    expect([await who(lane, true), await who(lane, false)]).toEqual([`login:${lane}`, 'server']);
  } finally {
    await superuser.end();
  }
});

test('a login that took its limits off for good, or gave itself others, is found', async () => {
  const lane = laneRole(db.prefix, 2);
  const changes = ['reset all', `set statement_timeout = 0`, `set default_transaction_read_only = on`, `in database ${pg.escapeIdentifier(db.endpoint.database)} set work_mem = '1GB'`];
  for (const change of changes) {
    const findings = await db.withMigrator(async (client) => {
      await client.query('begin');
      await client.query(`alter role ${lane} ${change}`);
      await client.query(`set local role ${fixedRole(db.prefix, 'tenantry_owner')}`);
      const { rows } = await client.query<{ findings: string[] }>('select findings from platform.database_posture()');
      await client.query('rollback');
      return rows[0]?.findings ?? [];
    });
    expect(findings, change).not.toEqual([]);
  }
  expect(await db.withOperator('developer', async (client) => (await client.query('select * from platform.database_posture()')).rows)).toEqual([{ ok: true, findings: [] }]);
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

// Where no administrator has had the logins logged, as on a bare cluster, sessions are known by less.
test.skipIf(serverLog === null)('JSON logs of another server are read across rotation, half lines and two readers, each record once', async () => {
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
  expect(await read()).toBe(6);
  expect(await read()).toBe(0);
  expect((await found('json_')).map(({ tenant_id, detail }) => [tenant_id, detail['statement'], detail['application']])).toEqual([
    ['aurora', 'select ? as json_one', 'DBeaver'],
    ['aurora', 'select ? as json_half', 'DBeaver'],
    ['aurora', 'select ? as json_three,<not logged>', 'DBeaver'],
    ['borealis', 'select ? as json_three,<not logged>', 'DBeaver'],
    [null, 'select ? as json_three,<not logged>', 'DBeaver'],
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

test.skipIf(serverLog === null)('what the migrator did before there was an installation is no access, and what came after it is', async () => {
  const file = join(folder, 'first-start.json');
  const before = { user: fixedRole(db.prefix, 'tenantry_worker'), timestamp: '2026-10-31 23:59:59.000 UTC', error_severity: 'ERROR', message: 'schema "tenantry_shared" does not exist', state_code: '3F000' };
  const failed = (statement: string, more: object = {}) => jsonLine('', { ...before, statement, ...more });
  await writeFile(file, failed('select 1 as before_first_start') + failed('select 1 as after_first_start', { timestamp: '2026-11-01 00:00:01.000 UTC' }));
  const access = createDirectAccess(pool, db.prefix, file);
  expect([await access.read(), (await found('after_first_start')).map(({ action }) => action)]).toEqual([1, ['access.direct']]);
  expect(await found('before_first_start')).toEqual([]);
  // Only of a log that is read for the first time: nothing that comes later can be dated back out of the trail.
  await appendFile(file, failed('select 2 as before_first_start'));
  expect(await access.read()).toBe(1);
  expect(await found('before_first_start')).toHaveLength(1);
});

test('a record that the database doesn’t take is set aside, and said to have been', async () => {
  const file = join(folder, 'odd.json');
  await writeFile(file, jsonLine('set role tenant_aurora') + jsonLine(`select "odd_\u0000" from brands`) + jsonLine('select 1 as odd_after', { timestamp: '2026-99-99 00:00:00.000 UTC' }) + 'not json\n');
  const odd = createDirectAccess(pool, db.prefix, file);
  expect(await odd.read()).toBeGreaterThan(0);
  expect(await found('22P05|22007|22008')).not.toEqual([]);
  await appendFile(file, jsonLine('select name as odd_next from brands'));
  expect(await odd.read()).toBeGreaterThan(0);
  expect(await chains('odd_next')).toContain('aurora');
  await appendFile(file, 'not json\n');
  expect(await odd.read()).toBe(1);
  expect((await found('lines')).at(-1)).toMatchObject({ action: 'access.unreadable', tenant_id: null, actor: 'worker', detail: { lines: 1 } });
});

test('who floods a lane’s log fills nobody’s trail: tenants are told of the first statements and how many there were', async () => {
  const file = join(folder, 'flood.json');
  await writeFile(file, Array.from({ length: 40 }, (_, n) => jsonLine(`select flood(${n}) from "Their deal"`, { session_id: '9.9' })).join(''));
  await createDirectAccess(pool, db.prefix, file).read();
  const events = (await found('9\\.9')).filter(({ action }) => action === 'access.direct');
  expect(events.filter(({ tenant_id }) => tenant_id === null)).toHaveLength(40);
  const told = events.filter(({ tenant_id }) => tenant_id === 'aurora');
  expect(told.slice(0, 5).map(({ detail }) => detail['statement'])).toEqual(Array.from({ length: 5 }, () => 'select flood(?) from ?'));
  expect(told.slice(5)).toMatchObject([{ detail: { command: '?', statements: 35, role: 'unknown' } }]);
});
