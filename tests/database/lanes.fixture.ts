import { tenantEnvelope } from '../../database/envelope.ts';
import type { Access, Claims, Envelope, TenantRoute } from '../../database/envelope.ts';
import type { LaneLimits } from '../../database/lane.ts';
import { createLanes } from '../../database/lanes.ts';
import type { Database } from '../../database/lanes.ts';
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
  /** One lane with one connection, unless said otherwise, and the verbs that go with it. Opened lanes are closed by `close`. */
  lanes(limits?: Partial<LaneLimits>): LanesUnderTest;
  close(): Promise<void>;
}

/** Lanes and how to ask through them. */
export interface LanesUnderTest {
  readonly database: Database;
  ask<Row>(tenant: TenantRoute, text: string, values?: unknown[], access?: Access): Promise<Row[]>;
  /** The process that serves a tenant. */
  backend(tenant: TenantRoute): Promise<number>;
  close(): Promise<void>;
}

/** Claims of nobody in particular. */
export const nobody: Claims = { tenantId: '', userId: '', role: '', sessionId: '', operatorId: '', serviceId: '', requestId: '' };

/** An envelope inside a tenant. */
export function inside(tenant: TenantRoute, access: Access = 'read', claims: Partial<Claims> = {}): Envelope {
  return tenantEnvelope(tenant, { ...nobody, tenantId: tenant.id, ...claims }, access, 5_000);
}

/** Resolves as soon as the condition holds; the test's own timeout is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

/** Provisions the two tenants in a database of the file's own, each with a table `stamps` of 50 rows that bear its id. */
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
  for (const id of ['aurora', 'borealis']) {
    await asOwner(`
      create table tenant_${id}.stamps (id int primary key, owner text not null, note text,
        unique (note) deferrable initially deferred);
      insert into tenant_${id}.stamps (id, owner) select number, '${id}' from generate_series(1, 50) as number;
      grant select, insert, update, delete on tenant_${id}.stamps to ${database.tenantRole(id)};
    `);
  }
  const lanes = (limits: Partial<LaneLimits> = {}): LanesUnderTest => {
    const lane = { connections: 1, waitTimeoutMs: 5_000, waitersPerTenant: 10_000, ...limits };
    const opened = createLanes({ ...database, lanes: 1, lane, operators: lane });
    const ask = async <Row>(
      tenant: TenantRoute,
      text: string,
      values: unknown[] = [],
      access: Access = 'read',
    ): Promise<Row[]> => (await opened.withClient(inside(tenant, access), (client) => client.query<Row>({ text, values }))).rows;
    return {
      database: opened,
      ask,
      backend: async (tenant) =>
        (await ask<{ pid: number }>(tenant, 'select pg_catalog.pg_backend_pid() as pid'))[0]?.pid ?? 0,
      close: () => opened.close(),
    };
  };
  return {
    lanes,
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
