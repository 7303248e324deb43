/** What a database must be before anything is done to it. Each shortcoming is named with its remedy. */
import { Refusal } from '../config/refusal.ts';
import type { Client } from 'pg';

/** A database that cannot be migrated as it is; the message says what to do. */
export class DatabaseRequirementError extends Refusal {
  override readonly name = 'DatabaseRequirementError';
}

/** Oldest PostgreSQL that the design was tried on, as server_version_num. */
export const OLDEST_SERVER = 150_000;

interface Facts {
  server_version_num: number;
  server_version: string;
  in_recovery: boolean;
  read_only: boolean;
  database: string;
  login: string;
  owns_database: boolean;
  rolcreaterole: boolean;
  rolcreatedb: boolean;
  rolsuper: boolean;
}

/**
 * Checks version, writability and the migrator's rights.
 * @returns remarks that don't stop the migration but should be read
 * @throws DatabaseRequirementError when the database can't be used
 */
export async function checkRequirements(client: Client, needsCreatedb: boolean, oldest: number = OLDEST_SERVER): Promise<string[]> {
  const { rows } = await client.query<Facts>({
    text: `select current_setting('server_version_num')::int as server_version_num,
                  current_setting('server_version') as server_version,
                  pg_is_in_recovery() as in_recovery,
                  current_setting('default_transaction_read_only')::bool as read_only,
                  current_database() as database, session_user as login,
                  d.datdba = r.oid or pg_has_role(session_user, d.datdba, 'usage') as owns_database,
                  r.rolcreaterole, r.rolcreatedb, r.rolsuper
             from pg_database d, pg_roles r
            where d.datname = current_database() and r.rolname = session_user`,
  });
  const facts = rows[0];
  if (facts === undefined) throw new DatabaseRequirementError('The login of DATABASE_URL is not listed among the roles.');
  const refuse = (what: string, remedy: string): never => {
    throw new DatabaseRequirementError(`${what} ${remedy}`);
  };
  if (facts.server_version_num < oldest) {
    refuse(`PostgreSQL ${facts.server_version} is too old.`, 'Tenantry needs 15 or newer: upgrade the server.');
  }
  if (facts.in_recovery || facts.read_only) {
    refuse(
      `Database "${facts.database}" is read-only.`,
      'DATABASE_URL must name the primary, and default_transaction_read_only must be off.',
    );
  }
  if (!facts.rolcreaterole && !facts.rolsuper) {
    refuse(`Login "${facts.login}" may not create roles.`, `An administrator runs: alter role "${facts.login}" createrole;`);
  }
  if (needsCreatedb && !facts.rolcreatedb && !facts.rolsuper) {
    refuse(
      `Login "${facts.login}" may not create the blueprint database.`,
      `An administrator runs: alter role "${facts.login}" createdb; or makes one and gives it as BLUEPRINT_URL.`,
    );
  }
  if (!facts.owns_database) {
    refuse(
      `Login "${facts.login}" does not own database "${facts.database}".`,
      `An administrator runs: alter database "${facts.database}" owner to "${facts.login}";`,
    );
  }
  const remarks: string[] = [];
  if (facts.rolsuper) {
    remarks.push(`Login "${facts.login}" is a superuser. CREATEROLE and CREATEDB are enough; use a login of its own.`);
  }
  if (facts.server_version_num < 160000) {
    remarks.push(
      'On PostgreSQL 15 a role with CREATEROLE can give itself the rights of the server. Use 16 or newer on a cluster that ' +
        'anybody else shares.',
    );
  }
  return remarks;
}
