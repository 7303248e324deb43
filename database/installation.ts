/** The installation's row: its prefix, how many lanes it has, and which master key it was made with. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../config/refusal.ts';
import type { Client } from 'pg';
import { laneRole } from './logins.ts';
import { statementLogCheck } from './statement-log.ts';
import type { RoleNames } from './roles.ts';

/** An installation that these settings don't belong to; the message says which setting to put right. */
export class InstallationError extends Refusal {
  override readonly name = 'InstallationError';
}

/**
 * Refuses settings that belong to another installation, before anything is changed. With another master key every login would
 * get a new password, and no signing key could be opened again; it changes only where the one before is given as well. `client`
 * may be the migrator itself.
 * @throws InstallationError naming the setting
 */
export async function checkInstallation(
  client: Client,
  prefix: string,
  masterKey: Buffer,
  previousMasterKey: Buffer | null = null,
): Promise<void> {
  const known = await client.query<{ there: boolean }>(`select to_regclass('platform.installation') is not null as there`);
  if (known.rows[0]?.there !== true) return;
  const { rows } = await client.query<{ prefix: string; key_check: string }>(
    'select prefix, key_check from platform.installation',
  );
  const stored = rows[0];
  if (stored === undefined) return;
  if (stored.prefix !== prefix) {
    throw new InstallationError(`This database was made with TENANTRY_PREFIX="${stored.prefix}". Set it to that.`);
  }
  const made = [masterKey, previousMasterKey].some(
    (key) => key !== null && timingSafeEqual(Buffer.from(stored.key_check), Buffer.from(keyCheck(key))),
  );
  if (!made) {
    throw new InstallationError(
      'This database was made with another master key. Set TENANTRY_MASTER_KEY to that one; what it sealed cannot be opened ' +
        'with any other. To change the master key, set TENANTRY_MASTER_KEY_PREVIOUS to it: see docs/how-to/rotate-keys.md.',
    );
  }
}

/**
 * Writes the row down, gives tenants on a lane that goes away the one with the fewest tenants, and sees that each lane has its gate;
 * all in one transaction, so that a number of lanes that can't hold them changes nothing.
 * @returns how many tenants moved
 */
export async function writeInstallation(owner: Client, { prefix, lanes }: RoleNames, masterKey: Buffer): Promise<number> {
  await owner.query('begin');
  try {
    await owner.query(
      `insert into platform.installation (prefix, lanes, key_check, statement_log_check) values ($1, $2, $3, $4)
       on conflict (singleton) do update
         set lanes = excluded.lanes, key_check = excluded.key_check, statement_log_check = excluded.statement_log_check`,
      [prefix, lanes, keyCheck(masterKey), statementLogCheck(masterKey)],
    );
    const stranded = await owner.query<{ id: string }>(
      `select id from platform.tenants where lane >= $1 and status not in ('purged', 'cancelled') order by id`,
      [lanes],
    );
    for (const { id } of stranded.rows) {
      await owner.query(
        `select platform_private.move_to_lane(t.id, platform_private.choose_lane(t.tier)) from platform.tenants t where t.id = $1`,
        [id],
      );
    }
    await owner.query('select platform_private.settle_gate(lane) from generate_series(0, $1::integer - 1) as lane', [lanes]);
    await grantToLanes(owner, prefix, lanes);
    await owner.query('commit');
    return stranded.rows.length;
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
}

/** Lanes may end the logging of their statements, with the server's key, as the fixed logins may; roles that they take may not. */
async function grantToLanes(owner: Client, prefix: string, lanes: number): Promise<void> {
  const logins = Array.from({ length: lanes }, (_, lane) => owner.escapeIdentifier(laneRole(prefix, lane)));
  await owner.query(`grant execute on function tenantry_shared.stop_statement_log(text) to ${logins.join(', ')}`);
}

/** Tenants put behind their gate at once: each locks a role until the transaction ends. */
const GATED_AT_ONCE = 200;

/** Puts tenants that were made before there were gates behind theirs. Nothing to do but once. */
export async function gateTenants(owner: Client): Promise<void> {
  let after: string | null = '';
  while (after !== null) {
    const { rows }: { rows: { last: string | null }[] } = await owner.query('select platform_private.gate_tenants($1, $2) as last', [
      after,
      GATED_AT_ONCE,
    ]);
    after = rows[0]?.last ?? null;
  }
}

function keyCheck(masterKey: Buffer): string {
  return createHmac('sha256', masterKey).update('tenantry key check').digest('hex');
}
