/**
 * `npm run migrate`: brings a database to what this version of the code needs, from nothing or from an older version.
 * Harmless to run twice, and from two processes at once: the second waits, then finds nothing to do.
 */
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import type { Logger } from 'pino';
import { blueprintUrlOf, buildBlueprint, createBlueprintDatabase } from './blueprint.ts';
import { registerColumnClasses } from './column-classes.ts';
import { migrateControlPlane } from './control-plane.ts';
import { checkInstallation, gateTenants, writeInstallation } from './installation.ts';
import { endpointFromUrl, fixedRole, loginConfig, migratorConfig } from './logins.ts';
import { checkRequirements } from './requirements.ts';
import { applyDatabaseAccess, applyFixedRoles, applyPasswords } from './roles.ts';
import { registerSettingSchemas } from './setting-schemas.ts';
import { readTenantStream, registerTenantStream } from './tenant-stream.ts';

/** Session-level lock of the migrator, held for the whole run: class 1 of the project's advisory locks. */
const migrateLock = [74_110, 1] as const;

/** What the migrator needs to know. */
export interface MigrateOptions {
  /** a login with CREATEROLE and CREATEDB that owns the database */
  readonly url: string;
  readonly ca: string | null;
  readonly blueprintUrl: string | null;
  readonly prefix: string;
  readonly lanes: number;
  readonly masterKey: Buffer;
  /** the master key before, from which the installation moves to the present one */
  readonly previousMasterKey?: Buffer | null;
  /** whether a migration still being written may run: never in production */
  readonly allowCurrent: boolean;
  readonly logger: Logger;
  /** what else belongs to a complete database; called inside the lock with a connection that has tenantry_owner's role */
  readonly afterwards: (owner: pg.Client) => Promise<void>;
}

/**
 * Migrates roles, control plane, jobs, blueprint and the registry of the tenant stream.
 * @throws DatabaseRequirementError when the database can't be used, EndpointError when its address can't
 */
export async function migrateDatabase(options: MigrateOptions): Promise<void> {
  const { url, ca, prefix, lanes, masterKey, allowCurrent, logger } = options;
  const names = { prefix, lanes };
  const endpoint = endpointFromUrl(url, ca);
  const blueprintUrl = blueprintUrlOf(url, options.blueprintUrl);
  const client = new pg.Client(migratorConfig(url, ca));
  await client.connect();
  try {
    for (const remark of await checkRequirements(client, options.blueprintUrl === null)) logger.warn(remark);
    await client.query('select pg_advisory_lock($1, $2)', [...migrateLock]);
    await checkInstallation(client, prefix, masterKey, options.previousMasterKey ?? null);
    const stream = await readTenantStream();
    await applyFixedRoles(client, names);
    await applyDatabaseAccess(client, names);
    await createBlueprintDatabase(client, blueprintUrl);

    const { fingerprint, columns, controlPlane } = await buildBlueprint({ url: blueprintUrl, ca, prefix, allowCurrent, logger }, lanes, stream);
    const passwords = await applyPasswords(client, endpoint, endpointFromUrl(blueprintUrl, ca), names, masterKey);
    await migrateJobs(client, options);
    await migrateControlPlane({ url, ca, prefix, allowCurrent, logger });

    await client.query(`set role ${pg.escapeIdentifier(fixedRole(prefix, 'tenantry_owner'))}`);
    await registerTenantStream(client, stream);
    await registerSettingSchemas(client);
    await client.query(
      `insert into platform_private.blueprints (version, server_major, fingerprint)
       values ($1, platform_private.server_major(), $2)
       on conflict (version, server_major) do update set fingerprint = excluded.fingerprint`,
      [stream.head, fingerprint],
    );
    await registerColumnClasses(client, stream.head, columns);
    await client.query(
      `with wanted as (
         select * from unnest($1::text[], $2::text[]) as w (object, digest)
       ), gone as (
         delete from platform_private.control_plane c where not exists (select from wanted w where w.object = c.object and w.digest = c.digest)
       )
       insert into platform_private.control_plane select * from wanted on conflict do nothing`,
      [controlPlane.map(({ object }) => object), controlPlane.map(({ digest }) => digest)],
    );
    await client.query('delete from platform_private.kept_posture');
    const moved = await writeInstallation(client, names, masterKey);
    await gateTenants(client);
    await options.afterwards(client);
    logger.info({ tenantVersion: stream.head, lanes, moved, passwords }, 'database migrated');
  } finally {
    await client.end();
  }
}

/** graphile-worker's own schema belongs to tenantry_worker, which may create it for this moment only. */
async function migrateJobs(client: pg.Client, options: MigrateOptions): Promise<void> {
  const worker = fixedRole(options.prefix, 'tenantry_worker');
  const endpoint = endpointFromUrl(options.url, options.ca);
  const database = pg.escapeIdentifier(endpoint.database);
  const pool = new pg.Pool({ ...loginConfig(endpoint, worker, options.masterKey), max: 1 });
  const lost = (error: Error): void => options.logger.warn({ err: error }, 'connection for the jobs schema lost');
  pool.on('error', lost);
  pool.on('connect', (connection) => connection.on('error', lost));
  await client.query(`grant create on database ${database} to ${pg.escapeIdentifier(worker)}`);
  try {
    await runMigrations({ pgPool: pool, schema: 'graphile_worker' });
  } finally {
    await client.query(`revoke create on database ${database} from ${pg.escapeIdentifier(worker)}`);
    await pool.end();
  }
}
