/** What the commands around the trail say to people: verdicts, counts, and for everything that can't be done its remedy. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import { folderCopy } from '../../server/audit/outside.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { writeCheckpoint } from '../../worker/checkpoints.ts';
import { createSealing } from '../../worker/sealing.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

const run = promisify(execFile);
let db: TestDatabase;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-commands-'));
  db = await createTestDatabase();
  await db.provision('aurora');
  const pool = new pg.Pool(loginConfig(db.endpoint, fixedRole(db.prefix, 'tenantry_worker'), db.masterKey));
  await createSealing(pool, localSealer(db.masterKey)).seal();
  const client = await pool.connect();
  await writeCheckpoint({ client, sealer: localSealer(db.masterKey), outside: folderCopy(folder) });
  client.release();
  await pool.end();
});
afterAll(async () => {
  await db.drop();
  await rm(folder, { recursive: true });
});

async function command(name: string, ...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = fileURLToPath(new URL(`../../scripts/${name}.ts`, import.meta.url));
  const env = {
    ...process.env, DATABASE_URL: db.url, TENANTRY_PREFIX: db.prefix, LANES: String(db.lanes),
    TENANTRY_MASTER_KEY: db.masterKey.toString('base64'), NODE_ENV: 'test', AUDIT_CHECKPOINTS: folder,
  };
  try {
    return { code: 0, ...(await run(process.execPath, [script, ...args], { env })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

test('audit:verify says what holds, in whole words, and the same as JSON', async () => {
  const { code, stdout, stderr } = await command('audit-verify', 'aurora');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^ok {6}aurora {2}\d+ events\nCompared with 1 checkpoint in .+, the newest number 1 of .+\.\n$/);
  const json = JSON.parse((await command('audit-verify', '--json')).stdout) as { chains: { chain: string }[] };
  expect(json).toMatchObject({ ok: true, flaws: [], statements: 1, newest: { number: 1 }, outside: folder, ms: expect.any(Number) as number });
  expect(json.chains).toEqual(expect.arrayContaining([{ chain: 'aurora', events: expect.any(Number) as number, lastSeq: expect.any(Number) as number, firstBad: null, flaw: null }]));
});

test('audit:verify of a changed event exits 1, names it and where to read on', async () => {
  await db.withOwner(async (client) => await client.query(`update audit.events set outcome = 'failed' where chain = 'aurora' and seq = 2`));
  const { code, stdout } = await command('audit-verify', 'aurora');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^BROKEN {2}aurora {2}\d+ events {2}first bad event 2: /m);
  expect(stdout).toContain('What to do now: docs/how-to/read-the-audit-trail.md#when-it-is-broken');
});

test('audit:verify says how it is used, and which tenants there are, instead of where it failed', async () => {
  expect(await command('audit-verify', '--help')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: npm run audit:verify -- \[tenant\]/) as string });
  const wrong = { code: 1, stdout: '', stderr: expect.not.stringContaining('    at ') as string };
  for (const [args, remedy] of [
    [['nosuch'], 'There is no tenant "nosuch". List them: select id from platform.tenants.'],
    [['--nosuch'], 'Usage'],
    [['aurora', 'borealis'], 'Usage'],
  ] as const) {
    const said = await command('audit-verify', ...args);
    expect(said).toMatchObject(wrong);
    expect(said.stderr).toContain(remedy);
  }
});

test('psql names the logins there are for one that is none', async () => {
  const said = await command('psql', 'nologin', '-c', 'select 1');
  expect(said).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^There is no login "nologin"\. Name one of .*tenantry_auth, .*tenantry_worker, .* to .*tenantry_lane_\d+; or none, for the migrator\.\n$/) as string });
  // Whether psql is there is the machine's affair; a login that there is gets as far as starting it.
  const named = await command('psql', fixedRole(db.prefix, 'tenantry_worker'), '-c', 'select session_user');
  expect(named.stderr).not.toContain('There is no login');
});
