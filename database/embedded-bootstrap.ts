/**
 * What an administrator does once for a cluster of one's own, done here for the embedded one: the migrator's
 * login, a database it owns, and the optional administrator's script. Idempotent, run at every start.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { z } from 'zod';
import { keepSecret } from '../config/kept-secret.ts';
import { EmbeddedError } from './embedded-error.ts';
import { scramVerifier } from './logins.ts';

const host = '127.0.0.1';
const migrator = 'tenantry_migrator';
const database = 'tenantry';

const credentialsSchema = z.object({ superuser: z.string().min(20), migrator: z.string().min(20) });

/** Passwords of the embedded cluster; the other logins derive theirs from the master key. */
export type Credentials = z.output<typeof credentialsSchema>;

/** Both end in the database `tenantry`. */
export interface ClusterUrls {
  readonly migratorUrl: string;
  readonly superuserUrl: string;
}

/**
 * The passwords kept in DATA_DIR/credentials.json, made at the first start.
 * @param clusterExists then they must be there: new ones would not open it
 */
export function keptCredentials(dataDir: string, clusterExists: boolean): Credentials {
  const file = join(dataDir, 'credentials.json');
  if (clusterExists && !existsSync(file)) {
    throw new EmbeddedError(`${file} is missing, and without its passwords the cluster beside it stays closed. Put it back.`);
  }
  const text = keepSecret(file, () => JSON.stringify({ superuser: randomPassword(), migrator: randomPassword() }));
  try {
    return credentialsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new EmbeddedError(`${file} is damaged. Put a saved copy of it back.`, { cause: error });
  }
}

/** Whether the server answers; throws when it refuses us, which waiting won't cure. */
export async function answers(port: number, credentials: Credentials): Promise<'ready' | 'starting' | 'silent'> {
  try {
    await withSuperuser(port, credentials, 'postgres', (client) => client.query('select'));
    return 'ready';
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (code === '28P01') {
      throw new EmbeddedError('The embedded cluster refuses the password kept in DATA_DIR/credentials.json. Put the matching file back.', {
        cause: error,
      });
    }
    // 57P03 cannot_connect_now: recovering after a crash, which may take its time.
    return code === '57P03' ? 'starting' : 'silent';
  }
}

/** Sees to the migrator, its database and the rights that PUBLIC must not have, and returns the way in. */
export async function bootstrap(port: number, credentials: Credentials): Promise<ClusterUrls> {
  await withSuperuser(port, credentials, 'postgres', async (client) => {
    const role = await client.query('select from pg_catalog.pg_roles where rolname = $1', [migrator]);
    const verb = role.rowCount === 0 ? 'create' : 'alter';
    const verifier = client.escapeLiteral(scramVerifier(credentials.migrator, migrator));
    await client.query(`${verb} role ${migrator} login createrole createdb nosuperuser password ${verifier}`);
    const found = await client.query('select from pg_catalog.pg_database where datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`create database ${database} owner ${migrator}`);
    // No login of Tenantry has business there; Tenantry's own databases are closed by the migrations.
    await client.query('revoke all on database postgres, template1 from public');
  });
  await runAdminScript(port, credentials);
  return urlsOf(port, credentials);
}

/** What only an administrator can do. Some of it is about roles that the first migration makes, so it runs again after each. */
export async function runAdminScript(port: number, credentials: Credentials): Promise<void> {
  const script = fileURLToPath(new URL('../sql/roles/00_as_admin.sql', import.meta.url));
  if (existsSync(script)) {
    await withSuperuser(port, credentials, database, (client) => client.query(readFileSync(script, 'utf8')));
  }
}

/** The ways into the cluster on a port. */
export function urlsOf(port: number, credentials: Credentials): ClusterUrls {
  const url = (login: string, password: string) => `postgres://${login}:${password}@${host}:${port}/${database}`;
  return { migratorUrl: url(migrator, credentials.migrator), superuserUrl: url('postgres', credentials.superuser) };
}

async function withSuperuser(port: number, credentials: Credentials, name: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({
    host,
    port,
    database: name,
    user: 'postgres',
    password: credentials.superuser,
    application_name: 'tenantry-embedded',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}
