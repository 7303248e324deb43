import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGraphql } from './graphql-server.ts';
import type { GraphqlServer } from './graphql-server.ts';

let server: GraphqlServer;
const clients: Client[] = [];

beforeAll(async () => {
  server = await startGraphql();
});

afterAll(async () => {
  for (const client of clients) await client.dispose();
  await server.close();
});

function connect(token: string | null): Client {
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/platform/graphql`,
    retryAttempts: 0,
    ...(token !== null && { connectionParams: { Authorization: `Bearer ${token}` } }),
  });
  clients.push(client);
  return client;
}

/** Follows a tenant until `enough` says so, and returns what came. */
async function follow(
  client: Client,
  tenantId: string,
  enough: (events: Record<string, unknown>[]) => boolean,
): Promise<Record<string, unknown>[]> {
  const events: Record<string, unknown>[] = [];
  const query = `subscription ($id: String!) { provisioningProgress(tenantId: $id) { tenant { status } run { status steps } } }`;
  for await (const event of client.iterate({ query, variables: { id: tenantId } })) {
    events.push(event as unknown as Record<string, unknown>);
    if (enough(events)) break;
  }
  return events;
}

describe('queries of operators', () => {
  it('list, filter, sort and count tenants', async () => {
    const { body } = await server.ask(
      'operator.operator',
      `{ tenants(first: 1, orderBy: [NAME_DESC], filter: { status: { equalTo: "active" } }) {
           totalCount nodes { rowId status schemaVersion settings provisioningRuns { nodes { status steps } } } } }`,
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.tenants.totalCount).toBe(2);
    expect(body.data.tenants.nodes[0]).toMatchObject({ rowId: 'borealis', status: 'active', settings: { features: {} } });
    expect(body.data.tenants.nodes[0].provisioningRuns.nodes[0].status).toBe('succeeded');
  });

  it.each(['{ name: {} }', '{ name: { equalTo: null } }'])('are told that a filter %s asks for nothing', async (filter) => {
    const { body } = await server.ask('operator.operator', `{ tenants(filter: ${filter}) { totalCount } }`);
    expect(body.errors?.map((error: { extensions: { code: string } }) => error.extensions.code)).toEqual(['INVALID_INPUT']);
  });

  it('are refused to a tenant’s user', async () => {
    const { status, body } = await server.send(
      'aurora.admin',
      { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"query":"{__typename}"}' },
      '/platform/graphql',
    );
    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
  });
});

describe('mutations of operators', () => {
  it('create a tenant, its run and its job', async () => {
    const { body } = await server.ask(
      'operator.operator',
      `mutation { createTenant(input: { id: "cassini", name: "Cassini Watches" }) { result { rowId status version } } }`,
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.createTenant.result).toMatchObject({ rowId: 'cassini', status: 'provisioning' });
  });

  it.each([
    ['operator', 'createTenant(input: { id: "aurora", name: "Aurora again" })', 'TENANT_EXISTS'],
    ['operator', 'createTenant(input: { id: "No", name: "Upper case" })', 'INVALID_INPUT'],
    ['operator', 'activateTenant(input: { id: "aurora" })', 'INVALID_TRANSITION'],
    ['operator', 'suspendTenant(input: { id: "nobody", reason: "x" })', 'NOT_FOUND'],
    ['operator', 'updateTenant(input: { id: "aurora", patch: { name: "A" }, expectedVersion: 99 })', 'STALE_VERSION'],
    ['security', 'suspendTenant(input: { id: "aurora", reason: "x" })', 'FORBIDDEN'],
  ])('are refused to %s with the code of the reason: %s', async (role, mutation, code) => {
    const { body } = await server.ask(`operator.${role}`, `mutation { ${mutation} { result { rowId } } }`);
    expect(body.errors?.map((error: { extensions: { code: string } }) => error.extensions.code)).toEqual([code]);
  });

  it('suspend and reopen a tenant', async () => {
    const suspend = 'mutation { suspendTenant(input: { id: "borealis", reason: "unpaid" }) { result { status } } }';
    expect((await server.ask('operator.operator', suspend)).body.data.suspendTenant.result.status).toBe('suspended');
    const reopen = 'mutation { activateTenant(input: { id: "borealis", reason: "paid" }) { result { status } } }';
    expect((await server.ask('operator.operator', reopen)).body.data.activateTenant.result.status).toBe('active');
  });
});

describe('the subscription on a tenant’s provisioning', () => {
  it('tells at once where it stands, and again after every change', async () => {
    const client = connect('operator.operator');
    const events = await follow(client, 'cassini', (seen) => {
      if (seen.length === 1) {
        void server.database.withOwner((owner) => owner.query(`select platform.provision_tenant('cassini')`));
      }
      return JSON.stringify(seen.at(-1)).includes('"running"');
    });
    expect(events[0]).toMatchObject({ data: { provisioningProgress: { run: { status: 'queued', steps: [] } } } });
    expect(events.at(-1)).toMatchObject({ data: { provisioningProgress: { run: { status: 'running' } } } });
  });

  it('knows nothing of a tenant that is not there, and ignores forged hints', async () => {
    const client = connect('operator.security');
    const [event] = await follow(client, 'nobody', () => true);
    expect(event).toMatchObject({ data: { provisioningProgress: { tenant: null, run: null } } });
    await server.database.withMigrator((migrator) => migrator.query(`select pg_notify('tenantry_run', 'no such id')`));
  });

  it('is closed to everybody else', async () => {
    for (const token of [null, 'aurora.admin']) {
      await expect(follow(connect(token), 'aurora', () => true)).rejects.toMatchObject({ code: 4403 });
    }
  });

  it('refuses other operations and what costs too much', async () => {
    const client = connect('operator.operator');
    const run = async (query: string) => {
      for await (const answer of client.iterate({ query })) return answer;
      return null;
    };
    await expect(run('{ tenants { totalCount } }')).rejects.toMatchObject([{ extensions: { code: 'MALFORMED_REQUEST' } }]);
    await expect(run('subscription { nothing }')).rejects.toMatchObject([{ extensions: { code: 'MALFORMED_REQUEST' } }]);
    await expect(
      run('subscription { provisioningProgress(tenantId: "aurora") { tenant { provisioningRuns(first: 900) { nodes { status } } } } }'),
    ).rejects.toMatchObject([{ extensions: { code: 'QUERY_TOO_COSTLY' } }]);
  });

  it('is open fifty times a socket, also when all are asked for at once', async () => {
    const client = connect('operator.operator');
    const query = 'subscription { provisioningProgress(tenantId: "aurora") { tenant { status } } }';
    const first = async () => {
      const events = client.iterate({ query });
      const event = await events.next();
      return { events, event };
    };
    const opened = await Promise.allSettled(Array.from({ length: 60 }, first));
    const open = opened.filter((answer) => answer.status === 'fulfilled');
    const refused = opened.filter((answer) => answer.status === 'rejected');
    expect([open.length, refused.length]).toEqual([50, 10]);
    expect(refused[0]?.reason).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    for (const { value } of open) await value.events.return?.();
    const again = await first();
    expect(again.event.value).toMatchObject({ data: { provisioningProgress: { tenant: { status: 'active' } } } });
    await again.events.return?.();
  });

  it('ends with the token it was opened with', async () => {
    const client = connect('operator.developer');
    const seen: unknown[] = [];
    const followed = follow(client, 'aurora', (events) => {
      seen.push(events.at(-1));
      if (seen.length === 1) {
        server.revoke('operator.developer');
        void server.database.withMigrator((migrator) => migrator.query(`select pg_notify('tenantry_run', 'aurora')`));
      }
      return false;
    });
    await expect(followed).rejects.toMatchObject({ code: 4403 });
    expect(seen).toHaveLength(2);
    expect(seen[1]).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});
