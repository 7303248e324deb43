/** The control-plane stream: graphile-migrate with our placeholders, running as tenantry_owner. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger as GraphileLogger } from '@graphile/logger';
import { commit, migrate, watch } from 'graphile-migrate';
import { clearAllPools } from 'graphile-migrate/dist/pgReal.js';
import type { Settings } from 'graphile-migrate';
import type { Logger } from 'pino';
import { fixedRole, withDatabase } from './logins.ts';
import type { FixedRoleName } from './logins.ts';

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** Names in migrations and in sql/functions that stand for the installation's roles. */
const placeholders = {
  ':ROLE_OWNER': 'tenantry_owner',
  ':ROLE_PROVISIONER': 'tenantry_provisioner',
  ':ROLE_AUTH': 'tenantry_auth',
  ':ROLE_API': 'tenantry_api',
  ':ROLE_AUDIT': 'tenantry_audit',
  ':ROLE_WORKER': 'tenantry_worker',
  ':ROLE_MAINTENANCE': 'tenantry_maintenance',
  ':ROLE_MONITOR': 'tenantry_monitor',
  ':ROLE_BLUEPRINT': 'tenantry_blueprint',
  ':ROLE_ADMIN': 'tenantry_admin',
  ':ROLE_OPERATOR': 'tenantry_operator',
  ':ROLE_SECURITY': 'tenantry_security',
  ':ROLE_DEVELOPER': 'tenantry_developer',
} as const satisfies Record<string, FixedRoleName>;

/** Where and how to migrate. */
export interface ControlPlaneTarget {
  /** the migrator's URL of the database to migrate */
  readonly url: string;
  /** PEM text of the authority that signed the server's certificate */
  readonly ca: string | null;
  readonly prefix: string;
  /** whether a migration still being written (current.sql) may run: never in production */
  readonly allowCurrent: boolean;
  readonly logger: Logger;
}

/**
 * Runs the committed migrations that are missing, then current.sql if it may and holds anything.
 * @throws Error when current.sql holds something and may not run
 */
export async function migrateControlPlane(target: ControlPlaneTarget): Promise<void> {
  await withSettings(target, async (settings) => {
    if (await currentIsEmpty()) {
      await migrate(settings);
    } else if (target.allowCurrent) {
      await watch(settings, true);
    } else {
      throw new Error('migrations/current.sql holds a migration that was not committed. Run: npm run migration:commit');
    }
  });
}

/** Databases that committing needs beside the target: one that is made anew to try the migrations on, and one to do that from. */
export interface CommitDatabases {
  readonly shadow: string;
  readonly root: string;
}

/** Moves current.sql, its includes written out, to migrations/committed. `target` is a database to throw away. */
export async function commitCurrent(target: ControlPlaneTarget, databases: CommitDatabases, message: string): Promise<void> {
  await withSettings({ ...target, url: withDatabase(target.url, databases.shadow) }, async (shadow) => {
    await withSettings(target, async (settings) => {
      await commit(
        {
          ...settings,
          ...(shadow.connectionString === undefined ? {} : { shadowConnectionString: shadow.connectionString }),
          rootConnectionString: withDatabase(target.url, databases.root),
          blankMigrationContent: '-- The migration being written: see docs/how-to/change-the-database.md.\n',
        },
        message,
      );
    });
  });
}

async function withSettings(target: ControlPlaneTarget, work: (settings: Settings) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-migrate-'));
  try {
    await work(await graphileSettings(target, folder));
  } finally {
    // graphile-migrate keeps its connection for 200 ms more, and ends the process if it is cut meanwhile.
    clearAllPools();
    await rm(folder, { recursive: true });
  }
}

async function graphileSettings(target: ControlPlaneTarget, folder: string): Promise<Settings> {
  const url = new URL(target.url);
  const owner = fixedRole(target.prefix, 'tenantry_owner');
  url.searchParams.set('options', `-c role=${owner}`);
  if (target.ca !== null) {
    const file = join(folder, 'ca.pem');
    await writeFile(file, target.ca);
    url.searchParams.set('sslmode', 'verify-full');
    url.searchParams.set('sslrootcert', file);
  }
  return {
    connectionString: url.toString().replaceAll('+', '%20'),
    databaseOwner: owner,
    migrationsFolder,
    manageGraphileMigrateSchema: true,
    placeholders: Object.fromEntries(
      Object.entries(placeholders).map(([name, role]) => [name, fixedRole(target.prefix, role)]),
    ),
    logger: new GraphileLogger(() => (level, message) => {
      if (level === 'error' || level === 'warning') target.logger.warn(message);
      else target.logger.debug(message);
    }),
  };
}

async function currentIsEmpty(): Promise<boolean> {
  const text = await readFile(join(migrationsFolder, 'current.sql'), 'utf8');
  return text.split('\n').every((line) => line.trim() === '' || (line.startsWith('--') && !line.startsWith('--!')));
}
