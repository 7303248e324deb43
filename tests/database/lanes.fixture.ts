import type { TenantRoute } from '../../database/envelope.ts';
import { laneRole } from '../../database/logins.ts';
import type { DatabaseEndpoint } from '../../database/logins.ts';
import { createTestDatabase } from '../harness/database.ts';

type Rows = Record<string, unknown>[];

/** Two rival tenants that share lane 0, and ways to prepare and to watch what the lanes do with them. */
export interface LanesFixture {
  readonly endpoint: DatabaseEndpoint;
  readonly masterKey: Buffer;
  readonly prefix: string;
  readonly aurora: TenantRoute;
  readonly borealis: TenantRoute;
  /** As tenantry_owner: tables and grants inside the tenants' schemas. */
  asOwner(sql: string): Promise<Rows>;
  /** As the database's owner. */
  asMigrator(sql: string): Promise<Rows>;
  /** As lane 0 without an envelope, which may watch and end sessions of its own login. */
  asLane(sql: string): Promise<Rows>;
  close(): Promise<void>;
}

/** Provisions the two tenants in a database of the file's own. */
export async function lanesFixture(): Promise<LanesFixture> {
  const database = await createTestDatabase();
  for (const id of ['aurora', 'borealis']) await database.provision(id);
  const asOwner = async (sql: string) =>
    await database.withOwner(async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
  await asOwner(`select platform_private.move_to_lane(id, 0) from platform.tenants`);
  const route = (id: string): TenantRoute => ({
    id,
    status: 'active',
    lane: 0,
    role: database.tenantRole(id),
    schema: `tenant_${id}`,
    schemaVersion: 1,
  });
  return {
    endpoint: database.endpoint,
    masterKey: database.masterKey,
    prefix: database.prefix,
    aurora: route('aurora'),
    borealis: route('borealis'),
    asOwner,
    asMigrator: async (sql) =>
      await database.withMigrator(async (client) => (await client.query<Record<string, unknown>>(sql)).rows),
    asLane: async (sql) =>
      await database.withLogin(
        laneRole(database.prefix, 0),
        async (client) => (await client.query<Record<string, unknown>>(sql)).rows,
      ),
    close: database.drop,
  };
}
