import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLANNED_OPERATIONS, createPlannedOperations } from '../../server/graphql/planning.ts';
import { QUERY_LIMITS } from '../../server/graphql/limits.ts';
import { parse } from 'postgraphile/graphql';
import type { OperationDefinitionNode } from 'postgraphile/graphql';
import { startGraphql } from './graphql-server.ts';
import type { GraphqlServer } from './graphql-server.ts';

const COLUMNS = 'rowId number status startsOn endsOn royaltyRate minimumGuarantee currency notes createdAt updatedAt territories productCategories brandId';
const AMOUNTS = 'royaltyRate minimumGuarantee';
const AGGREGATES = `aggregates { ${['sum', 'average', 'min', 'max', 'stddevSample', 'stddevPopulation', 'varianceSample', 'variancePopulation']
  .map((name) => `${name} { ${AMOUNTS} }`)
  .join(' ')} distinctCount { ${COLUMNS} licenseeId } }`;
/** Four connections within each other, with every aggregate: 25 ms of planning in 1 kB, repeated by an alias for a few characters. */
const DEEP = `fragment F on AgreementConnection { totalCount nodes { ${COLUMNS} brand { name agreements(first: 1) { nodes { ${COLUMNS}
  licensee { name agreements(first: 1) { nodes { ${COLUMNS} brand { name agreements(first: 1) { totalCount nodes { rowId } } } } } } } } } }
  ${AGGREGATES} }`;

let names = 0;
/** A text that was never sent, asking `times` for the same. */
function fresh(times: number): string {
  names += 1;
  const fields = Array.from({ length: times }, (_, n) => `a${n}: agreements(first: 1) { ...F }`).join(' ');
  return `query q${names} { ${fields} } ${DEEP}`;
}

describe('a query that is dear to plan', () => {
  let server: GraphqlServer;
  beforeAll(async () => {
    server = await startGraphql();
  });
  afterAll(() => server.close());

  it('is refused, naming the limit, however short its text is', async () => {
    expect(await server.ask('aurora.user', fresh(1))).toMatchObject({ status: 200 });
    const { status, body } = await server.ask('aurora.user', fresh(45));
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'QUERY_TOO_COSTLY', limit: 'planning', allowed: QUERY_LIMITS.planning } });
  });

  it('holds nobody up for long at the largest that is accepted, six at once', async () => {
    let largest = 0;
    while ((await server.ask('aurora.user', fresh(largest + 1))).status === 200) largest += 1;
    expect(largest).toBeGreaterThan(0);
    const stall = async (count: number): Promise<number> => {
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const answers = await Promise.all(Array.from({ length: count }, () => server.ask('aurora.user', fresh(largest))));
      delay.disable();
      expect(answers.map(({ status }) => status)).toEqual(Array(count).fill(200));
      return delay.max / 1e6;
    };
    // Ten plans' worth, where it was twenty times that; or on a machine that has little time for this, what it has for one.
    const alone = await stall(1);
    expect(await stall(6)).toBeLessThan(Math.max(10 * QUERY_LIMITS.planning, 5 * alone));
  });

  it('leaves room for a screen of twelve lists with their totals', async () => {
    const lists = Array.from({ length: 12 }, (_, n) => `l${n}: agreements(first: 20) { totalCount nodes { ${COLUMNS} brand { name } } }`);
    expect(await server.ask('aurora.user', `{ ${lists.join(' ')} }`)).toMatchObject({ status: 200 });
  });
});

describe('the budget of planning', () => {
  let server: GraphqlServer;
  beforeAll(async () => {
    server = await startGraphql({ allowance: { user: 150, tenant: 250 } });
  });
  afterAll(() => server.close());
  const seen = '{ brands(first: 1) { nodes { name } } }';

  async function exhaust(who: string, make: () => string): Promise<void> {
    for (let sent = 0; sent < 300; sent += 1) {
      const { status } = await server.ask(who, make());
      if (status === 429) return;
      expect(status).toBe(200);
    }
    throw new Error('the budget has no end');
  }

  it('ends for who sends one new document after another, and for nobody else', async () => {
    expect(await server.ask('aurora.user', seen)).toMatchObject({ status: 200 });
    await exhaust('aurora.user', () => fresh(1));
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer aurora.user' },
      body: JSON.stringify({ query: fresh(1) }),
    });
    expect([response.status, Number(response.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await response.json()).toMatchObject({ code: 'RATE_LIMITED' });
    // What was planned already is answered on, to this user too.
    expect(await server.ask('aurora.user', seen)).toMatchObject({ status: 200 });
    expect(await server.ask('aurora.viewer', `query new1 ${seen}`)).toMatchObject({ status: 200 });
    expect(await server.ask('borealis.user', fresh(1))).toMatchObject({ status: 200 });
  });

  it('has an end for a tenant as well, which another tenant does not feel', async () => {
    await exhaust('aurora.viewer', () => fresh(1));
    expect((await server.ask('aurora.manager', fresh(1))).body).toMatchObject({ code: 'RATE_LIMITED', detail: expect.stringContaining('tenant') });
    expect(await server.ask('aurora.manager', seen)).toMatchObject({ status: 200 });
    expect(await server.ask('borealis.manager', `query new2 ${seen}`)).toMatchObject({ status: 200 });
  });

  it('is charged where variables make another plan of the same text', async () => {
    const query = `query ($a: Boolean! = true, $b: Boolean! = true, $c: Boolean! = true, $d: Boolean! = true, $e: Boolean! = true)
      { agreements(first: 1) { ...F @include(if: $a) pageInfo { hasNextPage @include(if: $b) startCursor @include(if: $c)
        endCursor @include(if: $d) hasPreviousPage @include(if: $e) } } } ${DEEP}`;
    const statuses = [];
    for (let bits = 0; bits < 32; bits += 1) {
      const variables = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name, n) => [name, (bits >> n) % 2 === 1]));
      statuses.push((await server.ask('borealis.admin', query, variables)).status);
    }
    expect([statuses[0], statuses.at(-1)]).toEqual([200, 429]);
  });

  it('holds on the operators’ endpoint', async () => {
    let number = 0;
    const make = () => `query p${number++} { tenants(first: 1) { totalCount nodes { rowId } } }`;
    expect(await server.ask('operator.admin', '{ tenants(first: 1) { nodes { rowId } } }')).toMatchObject({ status: 200 });
    await exhaust('operator.admin', make);
    expect(await server.ask('operator.admin', '{ tenants(first: 1) { nodes { rowId } } }')).toMatchObject({ status: 200 });
  });

  it('holds for operations over a websocket', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/platform/graphql`, 'graphql-transport-ws');
    const { promise, resolve } = Promise.withResolvers<unknown>();
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: 'Bearer operator.admin' } })));
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as { type: string };
      const query = `subscription s${names} { provisioningProgress(tenantId: "aurora") { tenantId } }`;
      if (message.type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
      else resolve(message);
    });
    expect(await promise).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    socket.close();
  });
});

describe('the operations that are planned', () => {
  const operation = (query: string): OperationDefinitionNode => parse(query).definitions[0] as OperationDefinitionNode;

  it('are forgotten before the library forgets their plans', () => {
    const planned = createPlannedOperations(PLANNED_OPERATIONS, 3);
    const first = operation('query ($a: Boolean, $b: String) { a }');
    planned.add(first, { a: true });
    expect([planned.has(first, { a: true }), planned.has(first, { a: false }), planned.has(first, { a: true, b: 'x' })]).toEqual([true, false, false]);
    planned.add(first, { a: true, b: 'x' });
    expect(planned.has(first, { a: true, b: 'another' })).toBe(true);
    for (let n = 0; n < PLANNED_OPERATIONS; n += 1) planned.add(operation('{ a }'), {});
    expect(planned.has(first, { a: true })).toBe(false);
  });
});
