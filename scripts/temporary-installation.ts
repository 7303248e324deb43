/** A whole installation in a temporary directory, for benches and snapshots: cluster, migration, and tenants by SQL. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbedded } from '../database/embedded.ts';
import { endpointFromUrl, migratorConfig } from '../database/logins.ts';
import { migrateDatabase } from '../database/migrate.ts';
import { createProver } from '../prover/prover.ts';
import { ensureFirstStart } from '../server/identity/first-start.ts';
import { completeKeys } from '../server/identity/keys.ts';
import { hashPassword } from '../server/identity/passwords.ts';
import { localSealer } from '../server/identity/sealer.ts';
import type { DatabaseEndpoint } from '../database/logins.ts';

/** What signs in to a bench's installation. */
export const benchPassword = 'a password for benches only';
export const benchOperator = 'operator@bench.example';

/** A running installation without server or worker. */
export interface Installation {
  readonly url: string;
  readonly endpoint: DatabaseEndpoint;
  readonly masterKey: Buffer;
  readonly lanes: number;
  /** A connection with tenantry_owner's rights; the caller ends it. */
  owner(): Promise<pg.Client>;
  /** A complete, active tenant; template demo has users with `benchPassword`. */
  provision(owner: pg.Client, id: string, template?: 'standard' | 'demo'): Promise<void>;
  remove(): Promise<void>;
}

/** Starts a cluster with its default settings, fsync included, and migrates it. */
export async function makeInstallation(lanes = 16): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-temporary-'));
  await chmod(folder, 0o755);
  const logger = pino({ level: 'warn' });
  const cluster = await startEmbedded({ dataDir: join(folder, 'data'), port: 0, logger });
  const masterKey = randomBytes(32);
  await migrateDatabase({
    url: cluster.migratorUrl,
    ca: null,
    blueprintUrl: null,
    prefix: '',
    lanes,
    masterKey,
    allowCurrent: true,
    logger,
    afterwards: async (owner) => {
      await ensureFirstStart(owner, masterKey, { email: benchOperator, password: benchPassword });
    },
  });
  const hash = await hashPassword(benchPassword);
  const prover = createProver({ endpoint: endpointFromUrl(cluster.migratorUrl, null), prefix: '', masterKey });
  return {
    url: cluster.migratorUrl,
    endpoint: endpointFromUrl(cluster.migratorUrl, null),
    masterKey,
    lanes,
    async owner() {
      const client = new pg.Client(migratorConfig(cluster.migratorUrl, null));
      await client.connect();
      await client.query('set role tenantry_owner');
      return client;
    },
    async provision(owner, id, template = 'standard') {
      await owner.query('select platform.create_tenant($1, $1, template => $2)', [id, template]);
      const { rows } = await owner.query<{ status: string; error: string }>(
        'select status, error from platform.provision_tenant($1)',
        [id],
      );
      if (rows[0]?.status !== 'running') throw new Error(`tenant ${id}: ${rows[0]?.error}`);
      await completeKeys(owner, localSealer(masterKey), id);
      await prover.prove(owner, id, 'provision');
      await owner.query('select platform_private.finish_provisioning($1, 0)', [id]);
      if (template === 'demo') {
        for (const role of ['manager', 'admin']) {
          await owner.query('select identity.set_user_password($1, $2, $3, false)', [id, `${role}@${id}.example`, hash]);
        }
      }
    },
    async remove() {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
