/** Starts (or takes) a cluster, builds the template database once, and removes everything at the end. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbedded } from '../../database/embedded.ts';
import type { EmbeddedCluster } from '../../database/embedded.ts';
import { migratorConfig, withDatabase } from '../../database/logins.ts';
import { migrateDatabase } from '../../database/migrate.ts';
import { ensureConsole } from '../../scripts/console.ts';
import { ensureFirstStart } from '../../server/identity/first-start.ts';
import { findChromium } from './chromium.ts';
import type { TestCluster } from './cluster.ts';
import { calledFunctions, uncalledFunctions } from './function-calls.ts';

const lanes = 4;
const logger = pino({ level: 'warn' });

/** What is needed of vitest's project. */
export interface Provided {
  readonly provide: (key: 'cluster', value: TestCluster) => void;
  readonly config: { readonly coverage: { readonly enabled: boolean } };
}

/** Holds a cluster that is there already, as JSON: `npm run faults` makes one for its many runs. */
export const CLUSTER_VARIABLE = 'TENANTRY_TEST_CLUSTER';

/** vitest's global set-up: returns its own tear-down. */
export async function setup(project: Provided): Promise<() => Promise<void>> {
  const ready = process.env[CLUSTER_VARIABLE];
  if (ready !== undefined) {
    project.provide('cluster', JSON.parse(ready) as TestCluster);
    return async () => undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-test-'));
  // PostgreSQL runs as a system user of its own when the suite runs as root.
  await chmod(folder, 0o755);
  const external = process.env['DATABASE_URL'];
  const embedded =
    external === undefined
      ? await startEmbedded({
          dataDir: join(folder, 'data'),
          port: 0,
          logger,
          settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300', track_functions: 'all' },
        })
      : null;
  const stop = async (): Promise<void> => {
    await embedded?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return await prepare(project, folder, external ?? embedded?.migratorUrl ?? '', embedded, stop);
  } catch (error) {
    // vitest calls no tear-down of a set-up that failed: the cluster would outlive the run.
    await stop();
    throw error;
  }
}

/** Builds the template in a running cluster. @returns the tear-down, which ends with `stop` whatever happens */
async function prepare(
  project: Provided,
  folder: string,
  migratorUrl: string,
  embedded: EmbeddedCluster | null,
  stop: () => Promise<void>,
): Promise<() => Promise<void>> {
  const run = randomBytes(3).toString('hex');
  const prefix = `t${run.slice(0, 1)}_`;
  const template = `tt_${run}`;
  const masterKey = randomBytes(32);
  const functionCallsFolder = join(folder, 'function-calls');
  await mkdir(functionCallsFolder);

  // Every server of a test serves it; built beside the database, once for all files, and only if it has changed.
  const consoleBuilt = ensureConsole();
  consoleBuilt.catch(() => undefined);
  // Whether there is one is for the tests that need it to say.
  const chromiumFound = findChromium().catch(() => undefined);
  await maintain(migratorUrl, `create database ${template} template template0`);
  await migrateDatabase({
    url: withDatabase(migratorUrl, template),
    ca: null,
    blueprintUrl: null,
    prefix,
    lanes,
    masterKey,
    allowCurrent: true,
    logger,
    afterwards: async (owner) => {
      await ensureFirstStart(owner, masterKey, { email: 'admin@platform.example', password: 'correct horse battery staple' });
    },
  });
  await embedded?.administer();
  await consoleBuilt;
  await chromiumFound;
  project.provide('cluster', {
    migratorUrl,
    template,
    blueprint: `${template}_blueprint`,
    prefix,
    lanes,
    masterKey: masterKey.toString('base64'),
    functionCallsFolder,
    superuserUrl: process.env['SUPERUSER_URL'] ?? embedded?.superuserUrl ?? null,
    serverLog: embedded === null ? null : join(folder, 'data', 'postgres', 'log'),
  });

  return async () => {
    let uncalled: readonly string[];
    try {
      // Building the blueprint is the one thing that only the blueprint's own database sees.
      const called = new Set(await callsIn(withDatabase(migratorUrl, `${template}_blueprint`)));
      for (const file of await readdir(functionCallsFolder)) {
        const names: unknown = JSON.parse(await readFile(join(functionCallsFolder, file), 'utf8'));
        if (Array.isArray(names)) names.forEach((name) => called.add(String(name)));
      }
      uncalled = await uncalledFunctions(withDatabase(migratorUrl, template), called);
      await maintain(migratorUrl, `drop database ${template} with (force)`);
      await maintain(migratorUrl, `drop database ${template}_blueprint with (force)`);
    } finally {
      await stop();
    }
    if (project.config.coverage.enabled && uncalled.length > 0) {
      throw new Error(`SQL functions that no test calls: ${uncalled.join(', ')}`);
    }
  };
}

async function callsIn(url: string): Promise<string[]> {
  const client = new pg.Client(migratorConfig(url, null));
  await client.connect();
  try {
    return await calledFunctions(client);
  } finally {
    await client.end();
  }
}

async function maintain(url: string, sql: string): Promise<void> {
  const client = new pg.Client(migratorConfig(url, null));
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
