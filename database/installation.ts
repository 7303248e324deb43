/** The installation's row: its prefix and how many lanes it has. */
import type { Client } from 'pg';
import type { RoleNames } from './roles.ts';

/**
 * Writes down prefix and number of lanes. Tenants on a lane that goes away move to the one with the fewest tenants, each in a
 * transaction of its own.
 * @returns how many tenants moved
 * @throws Error when the database was made under another prefix
 */
export async function setLanes(owner: Client, { prefix, lanes }: RoleNames): Promise<number> {
  const { rows } = await owner.query<{ prefix: string }>('select prefix from platform.installation');
  const stored = rows[0];
  if (stored === undefined) {
    await owner.query('insert into platform.installation (prefix, lanes) values ($1, $2)', [prefix, lanes]);
    return 0;
  }
  if (stored.prefix !== prefix) {
    throw new Error(`This database was made with TENANTRY_PREFIX="${stored.prefix}". Set it to that.`);
  }
  await owner.query('update platform.installation set lanes = $1 where lanes <> $1', [lanes]);
  const stranded = await owner.query<{ id: string }>(
    `select id from platform.tenants where lane >= $1 and status <> 'purged' order by id`,
    [lanes],
  );
  for (const { id } of stranded.rows) {
    await owner.query(
      `select platform_private.move_to_lane(t.id, platform_private.choose_lane(t.tier)) from platform.tenants t where t.id = $1`,
      [id],
    );
  }
  return stranded.rows.length;
}
