import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startEmbedded } from '../../database/embedded.ts';
import { isPostgresOf, processStart } from '../../database/embedded-owner.ts';
import type { EmbeddedCluster, EmbeddedOptions } from '../../database/embedded.ts';
import type { ServerExit } from '../../database/embedded-process.ts';

const asRoot = process.getuid?.() === 0;
const running = new Set<EmbeddedCluster>();
const logger = pino({ level: 'silent' });
let base: string;
let dataDir: string;

async function start(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedCluster> {
  const cluster = await startEmbedded({ dataDir, port: 0, logger, settings: { fsync: 'off' }, ...options });
  running.add(cluster);
  return cluster;
}

async function query<T>(url: string, text: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as T[];
  } finally {
    await client.end();
  }
}

function serversOf(cluster: string): number[] {
  const real = realpathSync(cluster);
  return readdirSync('/proc').map(Number).filter((pid) => pid > 0 && isPostgresOf(pid, real));
}

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'tenantry-embedded-'));
  chmodSync(base, 0o755);
  dataDir = join(base, 'data');
});

afterEach(async () => {
  for (const cluster of running) await cluster.stop();
  running.clear();
});

afterAll(() => {
  rmSync(base, { recursive: true });
});

describe('a first start', () => {
  it('makes a cluster whose migrator owns its database and is no superuser, and which PUBLIC cannot enter', async () => {
    const cluster = await start();
    const [role] = await query(
      cluster.migratorUrl,
      `select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, pg_get_userbyid(datdba) as owner, datlocprovider
       from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    );
    expect(role).toEqual({ rolsuper: false, rolcreaterole: true, rolcreatedb: true, rolbypassrls: false, rolreplication: false, owner: 'tenantry_migrator', datlocprovider: 'b' });
    const [closed] = await query(cluster.migratorUrl, "select has_database_privilege('postgres', 'connect') as a, has_database_privilege('template1', 'connect') as b");
    expect(closed).toEqual({ a: false, b: false });
    await expect(query(cluster.migratorUrl.replace(/tenantry$/, 'postgres'), 'select')).rejects.toMatchObject({ code: '42501' });
  });

  it('listens on loopback alone, keeps checksums and SCRAM, and loads pg_stat_statements', async () => {
    const cluster = await start({ settings: { fsync: 'off', max_connections: '40' } });
    const rows = await query<{ name: string; setting: string }>(
      cluster.superuserUrl,
      `select name, setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories', 'data_checksums',
       'password_encryption', 'max_connections', 'pg_stat_statements.max', 'pg_stat_statements.track_utility', 'server_encoding') order by name`,
    );
    expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
      max_connections: '40',
      password_encryption: 'scram-sha-256',
      'pg_stat_statements.max': '50000',
      'pg_stat_statements.track_utility': 'off',
      server_encoding: 'UTF8',
      unix_socket_directories: '',
    });
    const [hba] = await query<{ methods: string[] }>(cluster.superuserUrl, 'select array_agg(distinct auth_method) as methods from pg_hba_file_rules');
    expect(hba?.methods).toEqual(['scram-sha-256']);
  });

  it('keeps its secrets from other users, and our environment from PostgreSQL', async () => {
    process.env['TENANTRY_MASTER_KEY'] = 'must-not-be-inherited';
    const cluster = await start();
    delete process.env['TENANTRY_MASTER_KEY'];
    for (const file of ['credentials.json', 'postgres.log', 'tenantry.pid']) expect(statSync(join(dataDir, file)).mode & 0o077, file).toBe(0);
    expect(readFileSync(`/proc/${cluster.pid}/environ`, 'utf8')).not.toContain('must-not-be-inherited');
    expect(statSync(join(dataDir, 'postgres')).uid).not.toBe(0);
  });

  it('leads a process group of its own, so that Ctrl-C does not reach it', async () => {
    const cluster = await start();
    const fields = readFileSync(`/proc/${cluster.pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
    expect(Number(fields?.[2])).toBe(cluster.pid);
  });
});

describe('a second start', () => {
  it('on the same directory is refused with pid and directory, and leaves the first alone', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(`DATA_DIR ${realpathSync(dataDir)} is in use: process ${process.pid} has been running`);
    expect(await query(first.migratorUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(processStart(first.pid)).not.toBeNull();
  });

  it('at the same moment: exactly one of them wins', async () => {
    const outcomes = await Promise.allSettled([start(), start(), start()]);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('after a stop keeps the data, and the stop leaves no process and no claim', async () => {
    const first = await start();
    await query(first.migratorUrl, 'create table if not exists kept (n int); ');
    await query(first.migratorUrl, 'insert into kept values (1)');
    const idle = new Client({ connectionString: first.migratorUrl });
    idle.on('error', () => undefined);
    await idle.connect();
    await first.stop();
    await first.stop();
    expect(processStart(first.pid)).toBeNull();
    expect(serversOf(join(dataDir, 'postgres'))).toEqual([]);
    expect(existsSync(join(dataDir, 'tenantry.pid'))).toBe(false);
    const second = await start();
    expect(await query(second.migratorUrl, 'select n from kept')).toEqual([{ n: 1 }]);
  });
});

describe('after a crash', () => {
  it('of PostgreSQL the owner is told, and the next start has every committed row', async () => {
    const { promise, resolve } = Promise.withResolvers<ServerExit>();
    const cluster = await start({ onExit: resolve });
    await query(cluster.migratorUrl, 'create table survivors as select 1 as n');
    process.kill(cluster.pid, 'SIGKILL');
    expect(await promise).toEqual({ code: null, signal: 'SIGKILL' });
    await cluster.stop();
    const again = await start();
    expect(await query(again.migratorUrl, 'select n from survivors')).toEqual([{ n: 1 }]);
  });

  it('of the Node process its PostgreSQL is stopped in order and the next start goes on', async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./embedded-child.ts', import.meta.url)), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const orphan = JSON.parse(line) as { pid: number; migratorUrl: string };
    await query(orphan.migratorUrl, 'create table orphaned as select 2 as n');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processStart(orphan.pid)).not.toBeNull();
    const again = await start();
    expect(again.pid).not.toBe(orphan.pid);
    expect(processStart(orphan.pid)).toBeNull();
    expect(await query(again.migratorUrl, 'select n from orphaned')).toEqual([{ n: 2 }]);
  });

  it('a pid that now belongs to another program stops nothing, neither it nor us', async () => {
    const cluster = await start();
    await cluster.stop();
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
    writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${bystander.pid}\n${join(dataDir, 'postgres')}\n1\n5432\n\n127.0.0.1\n1 1\nready\n`);
    writeFileSync(join(dataDir, 'tenantry.pid'), JSON.stringify({ pid: bystander.pid, started: 'long ago', since: '2000-01-01' }));
    try {
      const again = await start();
      expect(await query(again.migratorUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    } finally {
      bystander.kill('SIGKILL');
    }
  });

  it('in the middle of making the cluster leaves nothing that hinders the next start', async () => {
    const interrupted = join(base, 'interrupted');
    mkdirSync(join(interrupted, 'postgres.new', 'base'), { recursive: true, mode: 0o755 });
    writeFileSync(join(interrupted, 'postgres.password'), 'old');
    const cluster = await start({ dataDir: interrupted });
    expect(await query(cluster.migratorUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(readdirSync(interrupted).sort()).toEqual(['credentials.json', 'postgres', 'postgres.log', 'tenantry.pid']);
  });
});

describe('a start that cannot succeed', () => {
  it('names the port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await expect(start({ port })).rejects.toThrow(`EMBEDDED_PORT ${port} is taken`);
    other.close();
    const cluster = await start({ port });
    expect(cluster.port).toBe(port);
  });

  it('shows the last words of PostgreSQL and gives the directory back', async () => {
    await expect(start({ settings: { max_connections: 'many' } })).rejects.toThrow(/invalid value for parameter "max_connections"/);
    expect(existsSync(join(dataDir, 'tenantry.pid'))).toBe(false);
  });

  it('says which file is missing or wrong when the passwords are gone', async () => {
    const file = join(dataDir, 'credentials.json');
    const kept = readFileSync(file);
    rmSync(file);
    await expect(start()).rejects.toThrow(/credentials\.json is missing/);
    const other = 'x'.repeat(32);
    writeFileSync(file, JSON.stringify({ superuser: other, migrator: other }), { mode: 0o600 });
    await expect(start()).rejects.toThrow(/refuses the password/);
    writeFileSync(file, kept);
    expect(serversOf(join(dataDir, 'postgres'))).toEqual([]);
  });

  it('refuses a cluster of another major version', async () => {
    const file = join(dataDir, 'postgres', 'PG_VERSION');
    writeFileSync(file, '17\n');
    await expect(start()).rejects.toThrow(/made by PostgreSQL 17; this Tenantry ships 18/);
    writeFileSync(file, '18\n');
  });
});

describe.runIf(asRoot)('as root below a directory that the system user cannot enter', () => {
  it('keeps the cluster in the shelter, linked from DATA_DIR, and finds it again', async () => {
    const closed = join(base, 'closed');
    const shelter = join(base, 'shelter');
    mkdirSync(closed, { mode: 0o700 });
    const options = { dataDir: join(closed, 'data'), shelter };
    const cluster = await start(options);
    await query(cluster.migratorUrl, 'create table sheltered as select 3 as n');
    await cluster.stop();
    expect(lstatSync(join(closed, 'data', 'postgres')).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(closed, 'data', 'postgres'))).toMatch(new RegExp(`^${shelter}/cluster-`));
    const again = await start(options);
    expect(await query(again.migratorUrl, 'select n from sheltered')).toEqual([{ n: 3 }]);
    expect(statSync(closed).mode & 0o777).toBe(0o700);
  });
});
