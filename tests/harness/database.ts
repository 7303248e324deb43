/** A database of one test file's own, cloned from the template, with verbs to look at it as each role does. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { endpointFromUrl, fixedRole, laneRole, loginConfig, migratorConfig, withDatabase } from '../../database/logins.ts';
import type { DatabaseEndpoint } from '../../database/logins.ts';
import { applyDatabaseAccess } from '../../database/roles.ts';
import { createProver } from '../../prover/prover.ts';
import type { Prover } from '../../prover/prover.ts';
import { completeKeys } from '../../server/identity/keys.ts';
import { hashPassword } from '../../server/identity/passwords.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { calledFunctions } from './function-calls.ts';
import type { TestCluster } from './cluster.ts';
import { statementLogKey, stopStatementLog } from '../../database/statement-log.ts';

/** Password of every user and operator that tests sign in as. */
export const testPassword = 'correct horse battery staple';

/** The claims a tenant's user comes with; all others are empty. */
export interface TestUser {
  readonly role: string;
  readonly userId?: string;
}

/** One file's database. */
export interface TestDatabase {
  readonly endpoint: DatabaseEndpoint;
  readonly blueprintEndpoint: DatabaseEndpoint;
  readonly url: string;
  readonly prefix: string;
  readonly ns: string;
  readonly lanes: number;
  readonly masterKey: Buffer;
  /** Makes the real attempts, as the worker does. */
  readonly prover: Prover;
  tenantRole(id: string): string;
  /** Runs as DATABASE_URL's login: never a superuser. */
  withMigrator<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** Runs as tenantry_owner. */
  withOwner<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** Runs as a member of an operator role, as a DBA does. */
  withOperator<T>(role: 'admin' | 'operator' | 'security' | 'developer', work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** Logs in as a fixed login or a lane, without any SET ROLE. */
  withLogin<T>(role: string, work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** A transaction inside a tenant, over its lane, as one of its users; rolled back at the end. */
  withUser<T>(tenantId: string, user: TestUser, work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** A complete, active tenant with keys; template `demo` has its four users, with `testPassword`. */
  provision(tenantId: string, options?: { template?: 'standard' | 'demo'; tier?: string }): Promise<void>;
  addOperator(email: string, role: string): Promise<void>;
  drop(): Promise<void>;
}

/** Clones the template for this file. Call `drop` in afterAll. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const cluster: TestCluster = inject('cluster');
  const ns = `${randomLetter()}${randomBytes(3).toString('hex').slice(0, 3)}_`;
  const name = `${cluster.template}_${ns}${randomBytes(3).toString('hex')}`;
  const url = withDatabase(cluster.migratorUrl, name);
  const names = { prefix: cluster.prefix, lanes: cluster.lanes };
  const masterKey = Buffer.from(cluster.masterKey, 'base64');
  const endpoint = endpointFromUrl(url, null);
  const owner = pg.escapeIdentifier(fixedRole(cluster.prefix, 'tenantry_owner'));
  const prover = createProver({ endpoint, prefix: cluster.prefix, masterKey });

  const withClient = async <T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client(config);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  /** Connections of the owner that nobody uses at the moment. To connect takes longer than most of what tests do as the owner. */
  const idle: pg.Client[] = [];
  const takeOwner = async (): Promise<pg.Client> => {
    for (let client = idle.pop(); client !== undefined; client = idle.pop()) {
      try {
        await client.query(`set role ${owner}`);
        return client;
      } catch {
        await client.end().catch(() => undefined); // A test ended it.
      }
    }
    const client = new pg.Client(migratorConfig(url, null));
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`set role ${owner}`);
    return client;
  };
  /** Nothing of a session outlives its use; one that stands in a transaction is not used again. */
  const putOwner = async (client: pg.Client): Promise<void> => {
    try {
      await client.query('discard all');
      idle.push(client);
    } catch {
      await client.end().catch(() => undefined);
    }
  };

  const withMaintenance = async (sql: string) =>
    await withClient(migratorConfig(cluster.migratorUrl, null), async (client) => await client.query(sql));

  // An autovacuum worker belongs to the superuser: it can't be cut off, but it ends by itself.
  const dropDatabase = async (database: string, attempts = 20): Promise<void> => {
    try {
      await withMaintenance(`drop database ${pg.escapeIdentifier(database)} with (force)`);
    } catch (error) {
      if (attempts === 0 || !(error instanceof Error && 'code' in error && error.code === '42501')) throw error;
      await sleep(250);
      await dropDatabase(database, attempts - 1);
    }
  };

  await withMaintenance(`create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(cluster.template)}`);

  const database: TestDatabase = {
    endpoint,
    blueprintEndpoint: endpointFromUrl(withDatabase(cluster.migratorUrl, cluster.blueprint), null),
    url,
    prefix: cluster.prefix,
    ns,
    lanes: cluster.lanes,
    masterKey,
    prover,
    tenantRole: (id) => `${cluster.prefix}${ns}tenant_${id}`,
    withMigrator: async (work) => await withClient(migratorConfig(url, null), work),
    async withOwner(work) {
      const client = await takeOwner();
      try {
        return await work(client);
      } finally {
        await putOwner(client);
      }
    },
    withOperator: async (role, work) =>
      await withClient(loginConfig(endpoint, fixedRole(cluster.prefix, 'tenantry_api'), masterKey), async (client) => {
        await stopStatementLog(client, statementLogKey(masterKey));
        await client.query(`set role ${pg.escapeIdentifier(`${cluster.prefix}tenantry_${role}`)}`);
        return await work(client);
      }),
    withLogin: async (role, work) => await withClient(loginConfig(endpoint, role, masterKey), work),

    async withUser(tenantId, user, work) {
      const lane = await database.withOwner(async (client) => {
        const { rows } = await client.query<{ lane: number }>('select lane from platform.tenants where id = $1', [tenantId]);
        return rows[0]?.lane ?? 0;
      });
      return await database.withLogin(laneRole(cluster.prefix, lane), async (client) => {
        await stopStatementLog(client, statementLogKey(masterKey));
        await client.query('begin');
        await client.query(
          `select set_config('role', $1, true), set_config('search_path', $2, true),
                  set_config('tenantry.tenant_id', $3, true), set_config('tenantry.role', $4, true),
                  set_config('tenantry.user_id', $5, true)`,
          [
            database.tenantRole(tenantId),
            `tenant_${tenantId}, tenantry_shared, pg_temp`,
            tenantId,
            user.role,
            user.userId ?? '',
          ],
        );
        try {
          return await work(client);
        } finally {
          await client.query('rollback');
        }
      });
    },

    async provision(tenantId, options = {}) {
      const hash = await hashPassword(testPassword);
      await database.withOwner(async (client) => {
        await client.query('select platform.create_tenant($1, $2, template => $3, tier => $4)', [
          tenantId,
          `Tenant ${tenantId}`,
          options.template ?? 'standard',
          options.tier ?? 'standard',
        ]);
        const run = await client.query<{ status: string; error: string | null }>(
          'select status, error from platform.provision_tenant($1)',
          [tenantId],
        );
        if (run.rows[0]?.status !== 'running') throw new Error(`provisioning failed: ${run.rows[0]?.error}`);
        await completeKeys(client, localSealer(masterKey), tenantId);
        await prover.prove(client, tenantId, 'provision');
        try {
          await client.query('select platform_private.finish_provisioning($1, 0)', [tenantId]);
        } catch (error) {
          const { rows } = await client.query<{ failures: string | null }>(
            `select string_agg(concat_ws(' ', f.kind, f.target, 'is', f.seen), '; ') as failures
               from platform.isolation_failures f join platform.isolation_runs r on r.id = f.run_id where r.tenant_id = $1`,
            [tenantId],
          );
          if (error instanceof Error) error.message += `: ${rows[0]?.failures}`;
          throw error;
        }
        if (options.template === 'demo') {
          for (const role of ['viewer', 'user', 'manager', 'admin']) {
            await client.query('select identity.set_user_password($1, $2, $3, false)', [
              tenantId,
              `${role}@${tenantId}.example`,
              hash,
            ]);
          }
        }
      });
    },

    async addOperator(email, role) {
      const hash = await hashPassword(testPassword);
      await database.withOwner(
        async (client) => await client.query('select platform_private.add_operator($1, $2, $3, $4, false)', [email, email, role, hash]),
      );
    },

    async drop() {
      await Promise.all(idle.splice(0).map((client) => client.end().catch(() => undefined)));
      await database.withMigrator(async (client) => {
        await writeFile(join(cluster.functionCallsFolder, `${name}.json`), JSON.stringify(await calledFunctions(client)));
      });
      await database.withOwner(async (client) => {
        await client.query(`select platform_private.drop_tenant_schema(id) from platform.tenants`);
      });
      await database.withMigrator(async (client) => {
        await client.query(`set role ${pg.escapeIdentifier(fixedRole(cluster.prefix, 'tenantry_provisioner'))}`);
        for (let lane = 0; lane < cluster.lanes; lane += 1) {
          await client.query(`drop role if exists ${cluster.prefix}${ns}tenantry_gate_${String(lane).padStart(2, '0')}`);
        }
      });
      await dropDatabase(name);
    },
  };

  await database.withMigrator(async (client) => await applyDatabaseAccess(client, names));
  await database.withOwner(async (client) => await client.query('update platform.installation set ns = $1', [ns]));
  return database;
}

function randomLetter(): string {
  return String.fromCharCode(97 + (randomBytes(1)[0] ?? 0) % 26);
}
