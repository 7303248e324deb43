/**
 * The blueprint database: the same migrations and one schema such as a tenant is born with, but no tenants. GraphQL introspects
 * it, since introspection reads a whole database: 58 s and 2.7 GB were measured with 10,000 tenants.
 */
import pg from 'pg';
import { readColumnClasses } from './column-classes.ts';
import type { ColumnClass } from './column-classes.ts';
import { describeControlPlane } from './manifest.ts';
import { migrateControlPlane } from './control-plane.ts';
import { fixedRole, migratorConfig, withDatabase } from './logins.ts';
import { applyBlueprintAccess } from './roles.ts';
import type { ControlPlaneTarget } from './control-plane.ts';
import type { TenantStream } from './tenant-stream.ts';

/** @returns the blueprint database's URL: BLUEPRINT_URL, or the database's own name with `_blueprint` behind it */
export function blueprintUrlOf(url: string, blueprintUrl: string | null): string {
  return blueprintUrl ?? withDatabase(url, `${migratorConfig(url, null).database}_blueprint`);
}

/** Creates the blueprint database unless it is there. Run by the migrator. */
export async function createBlueprintDatabase(client: pg.Client, blueprintUrl: string): Promise<void> {
  const { database } = migratorConfig(blueprintUrl, null);
  if (database === undefined) throw new Error('BLUEPRINT_URL names no database');
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
  if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(database)} template template0`);
}

/** What the blueprint says of every tenant at the stream's head. */
export interface Blueprint {
  /** What every tenant's schema at that version must have on this server. */
  readonly fingerprint: string;
  readonly columns: readonly ColumnClass[];
  /** The control plane as the migrations make it, nothing else having touched it. */
  readonly controlPlane: Awaited<ReturnType<typeof describeControlPlane>>;
}

/** Brings the blueprint to the stream's head. */
export async function buildBlueprint(
  target: ControlPlaneTarget,
  lanes: number,
  stream: TenantStream,
): Promise<Blueprint> {
  const client = new pg.Client(migratorConfig(target.url, target.ca));
  await client.connect();
  try {
    await applyBlueprintAccess(client, { prefix: target.prefix, lanes });
    await migrateControlPlane(target);
    const owner = pg.escapeIdentifier(fixedRole(target.prefix, 'tenantry_owner'));
    const blueprintRole = fixedRole(target.prefix, 'tenantry_blueprint');
    const apiRole = pg.escapeIdentifier(fixedRole(target.prefix, 'tenantry_api'));
    await client.query(`set role ${owner}`);
    await client.query(`grant usage on schema platform to ${apiRole}`);
    const controlPlane = await describeControlPlane(client, target.prefix);
    const mark = `baseline ${stream.checksum}`;
    const { rows } = await client.query<{ mark: string | null }>(
      `select obj_description(to_regnamespace('blueprint'), 'pg_namespace') as mark`,
    );
    if (rows[0]?.mark === mark) {
      const kept = await client.query<{ fingerprint: string }>(
        `select platform_private.fingerprint_schema('blueprint', $1) as fingerprint`,
        [blueprintRole],
      );
      return { fingerprint: onlyFingerprint(kept.rows), columns: await readColumnClasses(client), controlPlane };
    }
    await client.query('begin');
    const built = await client.query<{ fingerprint: string }>(
      'select platform_private.build_blueprint($1, $2) as fingerprint',
      [blueprintRole, `${stream.baseline}\n${stream.blueprint}`],
    );
    await client.query(`comment on schema blueprint is ${pg.escapeLiteral(mark)}`);
    await client.query('commit');
    return { fingerprint: onlyFingerprint(built.rows), columns: await readColumnClasses(client), controlPlane };
  } finally {
    await client.end();
  }
}

function onlyFingerprint(rows: readonly { fingerprint: string }[]): string {
  const fingerprint = rows[0]?.fingerprint;
  if (fingerprint === undefined) throw new Error('the blueprint has no fingerprint');
  return fingerprint;
}
