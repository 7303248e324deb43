/** The checked-in snapshots: data/schema.sql, data/control-plane.json, data/schema.graphql, data/platform.graphql. `npm run check` compares them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { printSchema } from 'postgraphile/graphql';
import { blueprintUrlOf } from '../database/blueprint.ts';
import { describeControlPlane, printManifest } from '../database/manifest.ts';
import { endpointFromUrl, migratorConfig } from '../database/logins.ts';
import { buildPlatformSchema } from '../server/graphql/platform.ts';
import { buildTenantSchema } from '../server/graphql/tenant.ts';
import { describeSchema } from './schema-snapshot.ts';
import { makeInstallation } from './temporary-installation.ts';

const folder = new URL('../data/', import.meta.url);

/** The snapshots as they are now, by file name. Takes a few seconds: a cluster is made and migrated for it. */
async function takeSnapshots(): Promise<Map<string, string>> {
  const installation = await makeInstallation(1);
  try {
    const blueprintUrl = blueprintUrlOf(installation.url, null);
    const blueprint = endpointFromUrl(blueprintUrl, null);
    const client = new pg.Client(migratorConfig(blueprintUrl, null));
    await client.connect();
    const shape = await describeSchema(client, '');
    const controlPlane = printManifest(await describeControlPlane(client, ''));
    await client.end();
    const tenant = await buildTenantSchema(blueprint, installation.masterKey, '');
    const platform = await buildPlatformSchema(blueprint, installation.masterKey, '');
    return new Map([
      ['schema.sql', shape],
      ['control-plane.json', controlPlane],
      ['schema.graphql', `${printSchema(tenant.schema)}\n`],
      ['platform.graphql', `${printSchema(platform.schema)}\n`],
    ]);
  } finally {
    await installation.remove();
  }
}

/** Writes the snapshots to data/. */
export async function writeSnapshots(): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of await takeSnapshots()) await writeFile(new URL(name, folder), text);
}

/** @returns the snapshots that no longer say what is */
export async function snapshotComplaints(): Promise<string[]> {
  const complaints: string[] = [];
  for (const [name, text] of await takeSnapshots()) {
    const kept = await readFile(new URL(name, folder), 'utf8').catch(() => '');
    if (kept !== text) complaints.push(`data/${name} is not what the code makes. Run: npm run snapshots`);
  }
  return complaints;
}
