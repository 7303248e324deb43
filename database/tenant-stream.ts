/** The tenant stream: what every tenant schema is made of, read from sql/tenant and registered in the database. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Client } from 'pg';

const streamFolder = new URL('../sql/tenant/', import.meta.url);
const migrationName = /^(\d{4})_([a-z0-9_]+)$/;

/** One migration of the tenant stream. */
export interface TenantMigration {
  readonly version: number;
  readonly name: string;
  readonly up: string;
  readonly down: string;
  readonly checksum: string;
}

/** Everything that a tenant is born with, and what the template demo adds. */
export interface TenantStream {
  readonly migrations: readonly TenantMigration[];
  readonly head: number;
  readonly baseline: string;
  readonly demo: string;
  /** what the blueprint gets beside the baseline */
  readonly blueprint: string;
  readonly checksum: string;
}

/** Reads the stream from disk. @throws Error when a version is missing or there twice */
export async function readTenantStream(): Promise<TenantStream> {
  const folders = (await readdir(streamFolder)).filter((name) => migrationName.test(name)).toSorted();
  const migrations = await Promise.all(folders.map(readMigration));
  migrations.forEach((migration, index) => {
    if (migration.version !== index + 1) {
      throw new Error(`sql/tenant: expected version ${index + 1}, found ${migration.version} (${migration.name})`);
    }
  });
  const baseline = await readFile(new URL('baseline.sql', streamFolder), 'utf8');
  const demo = await readFile(new URL('demo.sql', streamFolder), 'utf8');
  const blueprint = await readFile(new URL('blueprint.sql', streamFolder), 'utf8');
  return { migrations, head: migrations.length, baseline, demo, blueprint, checksum: sha256(baseline, demo, blueprint) };
}

/** The text of sql/tenant/baseline.sql: every up.sql in order. `npm run baseline` writes it, `npm run check` compares. */
export async function composeBaseline(): Promise<string> {
  const folders = (await readdir(streamFolder)).filter((name) => migrationName.test(name)).toSorted();
  const parts = await Promise.all(
    folders.map(async (name) => `-- ${name}\n${await readFile(new URL(`${name}/up.sql`, streamFolder), 'utf8')}`),
  );
  return `-- What a new tenant is born with. Written by: npm run baseline\n\n${parts.join('\n')}`;
}

/**
 * Registers migrations and baseline. A registered migration never changes: an edited one is refused, unless nothing was ever
 * built from it.
 * @throws Error naming the migration that was edited after it was registered
 */
export async function registerTenantStream(client: Client, stream: TenantStream): Promise<void> {
  const { rows } = await client.query<{ version: number; name: string; checksum: string; used: boolean }>(
    `select m.version, m.name, m.checksum,
            exists (select from platform.tenants t where t.schema_version >= m.version) as used
       from platform.tenant_migrations m order by m.version`,
  );
  for (const registered of rows) {
    const onDisk = stream.migrations[registered.version - 1];
    if (registered.used && onDisk?.checksum !== registered.checksum) {
      throw new Error(
        `Tenant migration ${registered.version} (${registered.name}) was changed after tenants were built from it. ` +
          'Put it back as it was and write a new migration.',
      );
    }
  }
  await client.query('begin');
  try {
    for (const migration of stream.migrations) {
      await client.query(
        `insert into platform.tenant_migrations as m (version, name, checksum, up_sql, down_sql)
         values ($1, $2, $3, $4, $5)
         on conflict (version) do update
           set name = excluded.name, checksum = excluded.checksum, up_sql = excluded.up_sql, down_sql = excluded.down_sql,
               registered_at = now()
         where m.checksum <> excluded.checksum`,
        [migration.version, migration.name, migration.checksum, migration.up, migration.down],
      );
    }
    await client.query('delete from platform.tenant_migrations where version > $1', [stream.head]);
    await client.query(
      `insert into platform_private.tenant_baselines as b (version, baseline_sql, demo_sql, checksum)
       values ($1, $2, $3, $4)
       on conflict (version) do update
         set baseline_sql = excluded.baseline_sql, demo_sql = excluded.demo_sql, checksum = excluded.checksum
       where b.checksum <> excluded.checksum`,
      [stream.head, stream.baseline, stream.demo, stream.checksum],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function readMigration(folder: string): Promise<TenantMigration> {
  const match = migrationName.exec(folder);
  if (match?.[1] === undefined || match[2] === undefined) throw new Error(`sql/tenant/${folder}: no migration's name`);
  const [up, down] = await Promise.all(
    ['up.sql', 'down.sql'].map((file) => readFile(new URL(`${folder}/${file}`, streamFolder), 'utf8')),
  );
  if (up === undefined || down === undefined) throw new Error(`sql/tenant/${folder}: up.sql and down.sql are needed`);
  return { version: Number(match[1]), name: match[2], up, down, checksum: sha256(up, down) };
}

function sha256(...texts: string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text);
  return hash.digest('hex');
}
