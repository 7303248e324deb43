/** Applies sql/roles: the fixed roles, their memberships, the database's access list, and the logins' passwords. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { fixedLogins, fixedRole, laneRole, loginConfig, loginPassword, scramVerifier } from './logins.ts';
import type { DatabaseEndpoint } from './logins.ts';

const rolesFolder = new URL('../sql/roles/', import.meta.url);

/** What two migrators raise when they change one role at the same moment. */
const concurrentChange = new Set(['23505', '42710', 'XX000', '40001']);

/** The prefix and number of lanes that sql/roles is written for. */
export interface RoleNames {
  readonly prefix: string;
  readonly lanes: number;
}

/** Creates what is missing among fixed roles, lanes and memberships. Idempotent; run as the migrator. */
export async function applyFixedRoles(client: pg.Client, names: RoleNames): Promise<void> {
  await runFile(client, '10_fixed_roles.sql', names);
  await runFile(client, '20_memberships.sql', names);
}

/** Closes the database to PUBLIC and lets the logins in. After every create, clone and restore, and at every migrate. */
export async function applyDatabaseAccess(client: pg.Client, names: RoleNames): Promise<void> {
  await runFile(client, '30_database.sql', names);
}

/** The same for the blueprint database, where only those that introspect may connect. */
export async function applyBlueprintAccess(client: pg.Client, names: RoleNames): Promise<void> {
  await runFile(client, '31_blueprint_database.sql', names);
}

/**
 * Gives every login its derived password where it can't log in with it yet. Trying is the only way to know: a verifier can't
 * be read without being a superuser.
 * @returns how many passwords were set
 */
export async function applyPasswords(
  client: pg.Client,
  endpoint: DatabaseEndpoint,
  blueprint: DatabaseEndpoint,
  names: RoleNames,
  masterKey: Buffer,
): Promise<number> {
  const logins = [
    ...fixedLogins.map((name) => fixedRole(names.prefix, name)),
    ...Array.from({ length: names.lanes }, (_, lane) => laneRole(names.prefix, lane)),
  ];
  const blueprintLogin = fixedRole(names.prefix, 'tenantry_blueprint');
  let set = 0;
  for (const role of logins) {
    if (await canLogIn(role === blueprintLogin ? blueprint : endpoint, role, masterKey)) continue;
    const verifier = scramVerifier(loginPassword(masterKey, role), role);
    await client.query(`alter role ${pg.escapeIdentifier(role)} password ${pg.escapeLiteral(verifier)}`);
    set += 1;
  }
  return set;
}

async function canLogIn(endpoint: DatabaseEndpoint, role: string, masterKey: Buffer): Promise<boolean> {
  const client = new pg.Client(loginConfig(endpoint, role, masterKey));
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === '28P01' || error.code === '28000')) return false;
    throw error;
  } finally {
    await client.end();
  }
}

async function runFile(client: pg.Client, file: string, names: RoleNames): Promise<void> {
  const template = await readFile(new URL(file, rolesFolder), 'utf8');
  const sql = template.replaceAll(':PREFIX', names.prefix).replaceAll(':LANE_COUNT', String(names.lanes));
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('begin');
      await client.query(sql);
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (attempt === 5 || !concurrentChange.has(code)) throw error;
    }
  }
}
