/** What operators see of the trail: everything that happened, and no value of a tenant's. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.db.provision('aurora', { template: 'demo' });
  await server.db.withOwner(async (client) => {
    await client.query(
      `insert into audit.events (chain, seq, at, retention, source, action, outcome, actor, subject, changed, before, hash)
       select case n % 50 when 0 then 'rare' else 'brand' || n % 40 end, n, now() - n * interval '1 minute', (array['90d', '1y', '7y'])[1 + n % 3], 'database',
              'brands.update', 'ok', 'server', 'brands:1', 'name,status', '{"status": "Plainword"}', '' from generate_series(1, 20000) n`);
    await client.query(`select audit.record('operators.update', null, 'operators:1', 'ok', '{"role": "user"}', '{"role": "admin"}')`);
    await client.query(`update tenant_aurora.brands set category = 'Waitingword'`);
    await client.query('analyze audit.events; analyze audit.buffer');
  });
});

afterAll(async () => {
  await server.close();
});

async function ask(query: string): Promise<{ data: { auditEvents: { nodes: Record<string, unknown>[]; pageInfo: { endCursor: string } } } }> {
  const response = await fetch(`${server.url}/platform/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await server.operatorToken('security')}` },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as never;
}

test('pages begin with the newest, and go on without a gap', async () => {
  const fields = 'nodes { rowId at chain action changed before after } pageInfo { endCursor }';
  const filter = 'filter: {chain: {equalTo: "rare"}}';
  const all = (await ask(`{ auditEvents(first: 20, ${filter}) { ${fields} } }`)).data.auditEvents.nodes;
  expect(all).toHaveLength(20);
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at as string).toSorted().toReversed());
  const first = (await ask(`{ auditEvents(first: 12, ${filter}) { ${fields} } }`)).data.auditEvents;
  const next = (await ask(`{ auditEvents(first: 8, after: "${first.pageInfo.endCursor}", ${filter}) { ${fields} } }`)).data.auditEvents;
  expect([...first.nodes, ...next.nodes]).toEqual(all);
});

test('a tenant’s values are not shown, waiting or sealed; the platform’s own are', async () => {
  const read = async (filter: string) => (await ask(`{ auditEvents(first: 5, filter: ${filter}) { nodes { action changed before after } } }`)).data.auditEvents.nodes;
  expect(await read('{chain: {equalTo: ""}, action: {equalTo: "operators.update"}}')).toEqual([
    { action: 'operators.update', changed: ['role'], before: { role: 'user' }, after: { role: 'admin' } },
  ]);
  const [waiting] = await read('{chain: {equalTo: "aurora"}, action: {equalTo: "brands.update"}}');
  expect(waiting).toEqual({ action: 'brands.update', changed: ['category'], before: null, after: null });
  const [sealed] = await read('{chain: {equalTo: "rare"}}');
  expect(sealed).toEqual({ action: 'brands.update', changed: ['name', 'status'], before: null, after: null });
});

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Node Type': string;
  readonly Plans?: readonly Plan[];
}

test.each(['', `where chain = 'brand7'`])('a page %s reads the indexes of both halves, and sorts nothing but what is waiting', async (where) => {
  const { rows } = await server.db.withOperator('security', async (client) =>
    await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (analyze, format json) select * from platform.audit_events ${where} order by at desc, id limit 50`));
  const nodes: Plan[] = [];
  const walk = (plan: Plan): void => {
    nodes.push(plan);
    plan.Plans?.forEach(walk);
  };
  const [explained] = rows[0]?.['QUERY PLAN'] ?? [];
  if (explained !== undefined) walk(explained.Plan);
  expect(nodes.map((node) => node['Node Type'])).toContain('Merge Append');
  expect(Math.max(...nodes.map((node) => node['Actual Rows']))).toBeLessThan(2_000);
});
