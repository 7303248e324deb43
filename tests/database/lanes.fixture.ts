import pg from 'pg';
import type { TenantRoute } from '../../database/envelope.ts';
import type { DatabaseEndpoint } from '../../database/logins.ts';

/** What the tests of the data plane need of a database: two tenants of one lane and a way to prepare their schemas. */
export interface LanesFixture {
  readonly endpoint: DatabaseEndpoint;
  readonly masterKey: Buffer;
  readonly prefix: string;
  readonly aurora: TenantRoute;
  readonly borealis: TenantRoute;
  /** Runs SQL as somebody who may change the tenants' schemas and grants. */
  asOwner(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** The scratch cluster used while the data plane was written. */
export async function lanesFixture(): Promise<LanesFixture> {
  const endpoint: DatabaseEndpoint = { host: '127.0.0.1', port: 5730, database: 'fix', ssl: false };
  const owner = new pg.Client({ host: endpoint.host, port: endpoint.port, database: endpoint.database, user: 'postgres' });
  await owner.connect();
  const route = (id: string): TenantRoute => ({
    id,
    status: 'active',
    lane: 0,
    role: `tenant_${id}`,
    schema: `tenant_${id}`,
    schemaVersion: 1,
  });
  return {
    endpoint,
    masterKey: Buffer.alloc(32),
    prefix: '',
    aurora: route('aurora'),
    borealis: route('borealis'),
    asOwner: async (sql) => (await owner.query(sql)).rows as Record<string, unknown>[],
    close: () => owner.end(),
  };
}
