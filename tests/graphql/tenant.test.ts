import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGraphql } from './graphql-server.ts';
import type { GraphqlServer } from './graphql-server.ts';

let server: GraphqlServer;

beforeAll(async () => {
  server = await startGraphql();
});

afterAll(async () => {
  await server.close();
});

const brandNames = '{ brands(first: 500, orderBy: [NAME_ASC]) { totalCount nodes { rowId name } } }';

async function firstBrand(tenant: string): Promise<{ id: string; rowId: string; name: string }> {
  const { body } = await server.ask(`${tenant}.viewer`, '{ brands(first: 1) { nodes { id rowId name } } }');
  return body.data.brands.nodes[0];
}

describe('the same query', () => {
  it('answers each tenant with its own brands', async () => {
    const [aurora, borealis] = await Promise.all([
      server.ask('aurora.viewer', brandNames),
      server.ask('borealis.viewer', brandNames),
    ]);
    expect(aurora.status).toBe(200);
    expect(aurora.body.data.brands.totalCount).toBeGreaterThan(5);
    const ids = new Set(aurora.body.data.brands.nodes.map(({ rowId }: { rowId: string }) => rowId));
    expect(borealis.body.data.brands.nodes.filter(({ rowId }: { rowId: string }) => ids.has(rowId))).toEqual([]);
  });

  it('reaches nothing of another tenant by row id, node id, filter or alias', async () => {
    const foreign = await firstBrand('borealis');
    const { body } = await server.ask(
      'aurora.admin',
      `query ($rowId: UUID!, $id: ID!) {
         byRow: brand(rowId: $rowId) { name }
         byNode: node(id: $id) { id }
         byGlobalId: brandById(id: $id) { name }
         byFilter: brands(filter: { rowId: { equalTo: $rowId } }) { nodes { name } totalCount }
       }`,
      { rowId: foreign.rowId, id: foreign.id },
    );
    expect(body.errors).toBeUndefined();
    expect(body.data).toEqual({
      byRow: null,
      byNode: null,
      byGlobalId: null,
      byFilter: { nodes: [], totalCount: 0 },
    });
    const change = await server.ask(
      'aurora.admin',
      'mutation ($rowId: UUID!) { updateBrand(input: { rowId: $rowId, patch: { name: "taken over" } }) { brand { name } } }',
      { rowId: foreign.rowId },
    );
    expect(change.body.errors[0].extensions.code).toBe('NOT_FOUND');
    expect((await firstBrand('borealis')).name).toBe(foreign.name);
  });

  it('keeps tenants apart when thousands of requests alternate', async () => {
    const names = new Map<string, string>();
    for (const tenant of ['aurora', 'borealis']) names.set(tenant, (await firstBrand(tenant)).name);
    for (let round = 0; round < 20; round += 1) {
      const tenants = Array.from({ length: 50 }, (_, number) => (number % 2 === 0 ? 'aurora' : 'borealis'));
      const found = await Promise.all(tenants.map(async (tenant) => (await firstBrand(tenant)).name));
      expect(found).toEqual(tenants.map((tenant) => names.get(tenant)));
    }
  });
});

describe('connections', () => {
  it('hold a hundred rows when neither first nor last is given, and say that there is more', async () => {
    await server.database.withOwner((client) =>
      client.query(`insert into tenant_aurora.licensees (name, legal_name, country)
                    select 'Many ' || number, 'Many ' || number || ' Ltd', 'DE' from generate_series(1, 120) as number`),
    );
    const { body } = await server.ask(
      'aurora.viewer',
      `query ($last: Int) {
         all: licensees { nodes { name } pageInfo { hasNextPage } totalCount }
         last: licensees(last: $last) { nodes { name } }
         lastGiven: licensees(last: 3) { nodes { name } }
         first: licensees(first: 2) { nodes { name } }
         some: licensees(filter: { name: { startsWith: "Many " } }, orderBy: [NAME_DESC]) { totalCount }
       }`,
      { last: 4 },
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.all.nodes).toHaveLength(100);
    expect(body.data.all.pageInfo.hasNextPage).toBe(true);
    expect(body.data.last.nodes).toHaveLength(4);
    expect(body.data.lastGiven.nodes).toHaveLength(3);
    expect(body.data.first.nodes).toHaveLength(2);
    expect(body.data.some.totalCount).toBe(120);
  });

  it('filter by their relations', async () => {
    const { body } = await server.ask(
      'aurora.viewer',
      '{ brands(filter: { name: { includesInsensitive: "a" }, agreements: { some: { status: { equalTo: "active" } } } }) { totalCount } }',
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.brands.totalCount).toBeGreaterThan(0);
  });

  it.each(['first: -1', 'last: -1', 'first: 1, offset: -1'])('refuse %s as a bad value', async (page) => {
    const { body } = await server.ask('aurora.viewer', `{ brands(${page}) { nodes { name } } }`);
    expect(body.errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code)).toEqual(['INVALID_INPUT']);
  });

  it('aggregate and group', async () => {
    const { body } = await server.ask(
      'aurora.viewer',
      '{ agreements { aggregates { average { royaltyRate } } groupedAggregates(groupBy: [STATUS]) { keys distinctCount { rowId } } } }',
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.agreements.groupedAggregates.length).toBeGreaterThan(1);
  });
});

describe('mutations', () => {
  it('create, change and delete for those who may', async () => {
    const created = await server.ask(
      'aurora.manager',
      'mutation { createBrand(input: { brand: { name: "Made by hand" } }) { brand { rowId name status } } }',
    );
    const brand = created.body.data.createBrand.brand;
    expect(brand).toMatchObject({ name: 'Made by hand', status: 'active' });
    const changed = await server.ask(
      'aurora.manager',
      'mutation ($rowId: UUID!) { updateBrand(input: { rowId: $rowId, patch: { category: "tools" } }) { brand { category } } }',
      { rowId: brand.rowId },
    );
    expect(changed.body.data.updateBrand.brand).toEqual({ category: 'tools' });
    const deleted = await server.ask(
      'aurora.manager',
      'mutation ($rowId: UUID!) { deleteBrand(input: { rowId: $rowId }) { brand { name } } }',
      { rowId: brand.rowId },
    );
    expect(deleted.body.data.deleteBrand.brand).toEqual({ name: 'Made by hand' });
  });

  it('carry the domain: submitting an agreement is a field of its own', async () => {
    const { body } = await server.ask(
      'aurora.viewer',
      '{ agreements(filter: { status: { equalTo: "draft" } }, first: 1) { nodes { rowId } } }',
    );
    const agreementId = body.data.agreements.nodes[0].rowId;
    const mutation = 'mutation ($id: UUID!) { submitAgreement(input: { agreementId: $id }) { result { status } } }';
    const refused = await server.ask('aurora.user', mutation, { id: agreementId });
    expect(refused.body.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it.each([
    ['viewer', 'mutation { createBrand(input: { brand: { name: "x" } }) { brand { rowId } } }', 'FORBIDDEN'],
    ['viewer', String.raw`{ brands(filter: { name: { like: "%\\" } }) { nodes { name } } }`, 'INVALID_INPUT'],
    ['manager', 'mutation { createBrand(input: { brand: { name: "" } }) { brand { rowId } } }', 'INVALID_INPUT'],
    ['manager', 'mutation { createBrand(input: { brand: { name: "x", status: "y" } }) { brand { rowId } } }', 'INVALID_INPUT'],
    ['manager', 'mutation { deleteBrand(input: { rowId: "00000000-0000-4000-8000-000000000000" }) { brand { name } } }', 'NOT_FOUND'],
    ['manager', 'mutation { decideApproval(input: { decision: "maybe" }) { result { status } } }', 'INVALID_INPUT'],
  ])('are refused to a %s with the code of the reason: %s', async (role, mutation, code) => {
    const { status, body } = await server.ask(`aurora.${role}`, mutation);
    expect(status).toBe(200);
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].extensions.code).toBe(code);
    expect(body.errors[0].extensions.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(body)).not.toMatch(/tenant_|aurora|select|insert|constraint|policy|relation/i);
  });

  it('report a name that is taken as a conflict', async () => {
    const { name } = await firstBrand('aurora');
    const { body } = await server.ask(
      'aurora.manager',
      'mutation ($name: String!) { createBrand(input: { brand: { name: $name } }) { brand { rowId } } }',
      { name },
    );
    expect(body.errors[0].extensions.code).toBe('CONFLICT');
    expect(body.errors[0].extensions.errors).toMatchObject([{ field: 'name' }]);
  });

  it.each([
    ['name', 'createBrand(input: { brand: { name: "" } }) { brand { rowId } }'],
    ['status', 'createBrand(input: { brand: { name: "y", status: "y" } }) { brand { rowId } }'],
    ['contactEmail', 'createLicensee(input: { licensee: { name: "y", legalName: "y", country: "DE", contactEmail: "y" } }) { licensee { rowId } }'],
    ['brandId', 'createAgreement(input: { agreement: { number: "Y-1", brandId: "00000000-0000-4000-8000-000000000000", licenseeId: "00000000-0000-4000-8000-000000000000", territories: ["DE"], productCategories: ["x"], startsOn: "2026-01-01", endsOn: "2026-12-31", royaltyRate: "5", minimumGuarantee: "0", currency: "EUR" } }) { agreement { rowId } }'],
  ])('name the field that a rule is about, and not the rule: %s', async (field, mutation) => {
    const { body } = await server.ask('aurora.manager', `mutation { ${mutation} }`);
    expect(body.errors[0].extensions.errors, JSON.stringify(body)).toMatchObject([{ field }]);
    expect(JSON.stringify(body)).not.toMatch(/_key|_fkey|_form|_check|_known|tenant_|constraint|violates/i);
  });
});

describe('GET', () => {
  it('opens GraphiQL in a browser, with what it loads, and is refused to everybody else like in production', async () => {
    const page = await server.send(null, { method: 'GET', headers: { Accept: 'text/html' } }, '/graphql');
    expect(page).toMatchObject({ status: 200, contentType: expect.stringContaining('text/html') });
    for (const path of ['/graphql', '/graphql?query={__typename}']) {
      const refused = await server.send(null, { method: 'GET', headers: { Accept: 'application/json' } }, path);
      expect(refused).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST', status: 400 } });
      expect(refused.contentType).toContain('application/problem+json');
    }
  });
});

describe('refusals of a whole request', () => {
  const query = '{ brands(first: 1) { nodes { name } } }';
  const post = (body: string, type = 'application/json') => ({ method: 'POST', headers: { 'Content-Type': type }, body });

  it.each([
    ['no token', null, post(JSON.stringify({ query })), 401, 'UNAUTHENTICATED'],
    ['GET', 'aurora.viewer', { method: 'PUT' }, 400, 'MALFORMED_REQUEST'],
    ['no JSON', 'aurora.viewer', post('{'), 400, 'MALFORMED_REQUEST'],
    ['a list', 'aurora.viewer', post('[]'), 400, 'MALFORMED_REQUEST'],
    ['no query', 'aurora.viewer', post('{}'), 400, 'MALFORMED_REQUEST'],
    ['variables that are no object', 'aurora.viewer', post(JSON.stringify({ query, variables: [] })), 400, 'MALFORMED_REQUEST'],
    ['an operation name that is none', 'aurora.viewer', post(JSON.stringify({ query, operationName: 1 })), 400, 'MALFORMED_REQUEST'],
    ['an operation that is not there', 'aurora.viewer', post(JSON.stringify({ query, operationName: 'Other' })), 400, 'MALFORMED_REQUEST'],
    ['a form', 'aurora.viewer', post(`query=${query}`, 'application/x-www-form-urlencoded'), 400, 'MALFORMED_REQUEST'],
    ['a syntax error', 'aurora.viewer', post(JSON.stringify({ query: '{' })), 400, 'MALFORMED_REQUEST'],
    ['an unknown field', 'aurora.viewer', post(JSON.stringify({ query: '{ passwords { hash } }' })), 400, 'MALFORMED_REQUEST'],
    ['a variable of the wrong type', 'aurora.viewer', post(JSON.stringify({ query: 'query ($n: Int!) { brands(first: $n) { totalCount } }', variables: { n: 'x' } })), 400, 'MALFORMED_REQUEST'],
    ['two mutations', 'aurora.manager', post(JSON.stringify({ query: 'mutation { a: deleteBrand(input: { rowId: "00000000-0000-4000-8000-000000000000" }) { clientMutationId } ...b } fragment b on Mutation { b: deleteBrand(input: { rowId: "00000000-0000-4000-8000-000000000000" }) { clientMutationId } }' })), 400, 'MALFORMED_REQUEST'],
    ['too large a body', 'aurora.viewer', post(JSON.stringify({ query, variables: { padding: 'x'.repeat(100_000) } })), 413, 'TOO_LARGE'],
    ['too deep', 'aurora.viewer', post(JSON.stringify({ query: `{ brands(first: 1) { nodes ${'{ agreements(first: 1) { nodes { brand '.repeat(5)}{ name }${'} } }'.repeat(5)} } }` })), 400, 'QUERY_TOO_COSTLY'],
    ['too large a page', 'aurora.viewer', post(JSON.stringify({ query: '{ brands(first: 501) { nodes { name } } }' })), 400, 'QUERY_TOO_COSTLY'],
    ['too costly', 'aurora.viewer', post(JSON.stringify({ query: '{ brands(first: 500) { nodes { agreements { nodes { number } } } } }' })), 400, 'QUERY_TOO_COSTLY'],
    ['too many aliases', 'aurora.viewer', post(JSON.stringify({ query: `{ ${Array.from({ length: 51 }, (_, n) => `a${n}: brands(first: 1) { totalCount }`).join(' ')} }` })), 400, 'QUERY_TOO_COSTLY'],
    ['too long a document', 'aurora.viewer', post(JSON.stringify({ query: `{ ${'__typename '.repeat(6_000)} }` })), 400, 'QUERY_TOO_COSTLY'],
    ['fragments that double', 'aurora.viewer', post(JSON.stringify({ query: `{ ...f24 } fragment f0 on Query { __typename } ${Array.from({ length: 24 }, (_, n) => `fragment f${n + 1} on Query { ...f${n} ...f${n} }`).join(' ')}` })), 400, 'QUERY_TOO_COSTLY'],
    ['relation filters within each other', 'aurora.viewer', post(JSON.stringify({ query: `{ brands(filter: ${'{ agreements: { some: { brand: '.repeat(3)}{}${' } } }'.repeat(3)}) { totalCount } }` })), 400, 'QUERY_TOO_COSTLY'],
    ['too large a page behind a small one', 'aurora.viewer', post(JSON.stringify({ query: '{ brands(first: 1, last: 501) { nodes { name } } }' })), 400, 'QUERY_TOO_COSTLY'],
    ['an empty operation name', 'aurora.viewer', post(JSON.stringify({ query, operationName: '' })), 400, 'MALFORMED_REQUEST'],
    ['a subscription', 'operator.admin', post(JSON.stringify({ query: 'subscription { provisioningProgress(tenantId: "aurora") { tenant { rowId } } }' })), 400, 'MALFORMED_REQUEST'],
  ])('name their code: %s', async (_what, who, init, status, code) => {
    const answer = await server.send(who, init);
    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.contentType).toContain('application/problem+json');
    expect(answer.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('say which limit, what it is, and what was asked', async () => {
    const { body } = await server.ask('aurora.viewer', 'query ($n: Int) { brands(first: $n) { nodes { name } } }', { n: 900 });
    expect(body).toMatchObject({ code: 'QUERY_TOO_COSTLY', limit: 'page size', value: 900, allowed: 500 });
  });
});

describe('a tenant that is closed while its tokens still verify', () => {
  const query = '{ brands(first: 1) { nodes { name } } }';

  it('is refused whole, by the status of its row, and open again after activation', async () => {
    const operate = async (sql: string) => await server.database.withOperator('operator', (client) => client.query(sql));
    await operate(`select platform.suspend_tenant('borealis', 'unpaid')`);
    const suspended = await server.ask('borealis.viewer', query);
    expect(suspended).toMatchObject({ status: 403, body: { code: 'TENANT_SUSPENDED' } });
    expect((await server.ask('aurora.viewer', query)).status).toBe(200);
    await operate(`select platform.archive_tenant('borealis', 'gone')`);
    expect(await server.ask('borealis.viewer', query)).toMatchObject({ status: 403, body: { code: 'TENANT_FORBIDDEN' } });
  });
});

describe('GraphiQL', () => {
  it('is served in development', async () => {
    const page = await server.send(null, { method: 'GET', headers: { Accept: 'text/html' } }, '/graphql');
    expect(page).toMatchObject({ status: 200, contentType: expect.stringContaining('text/html') });
    const { body } = await server.ask('aurora.viewer', '{ __schema { queryType { name } } }');
    expect(body.data.__schema.queryType.name).toBe('Query');
  });
});
