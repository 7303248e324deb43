import { printSchema } from 'postgraphile/graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTenantSchema } from '../../server/graphql/tenant.ts';
import { startGraphql } from './graphql-server.ts';
import type { GraphqlServer } from './graphql-server.ts';

let server: GraphqlServer;

beforeAll(async () => {
  server = await startGraphql({ development: false });
});

afterAll(async () => {
  await server.close();
});

describe('in production', () => {
  it('the schema is not told', async () => {
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Brand") { name } }']) {
      expect(await server.ask('aurora.admin', query)).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } });
    }
    expect((await server.ask('aurora.viewer', '{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
  });

  it('a name that is nearly right is not put right', async () => {
    for (const [query, variables] of [
      ['{ brandz { totalCount } }', {}],
      ['{ brands(frist: 1) { totalCount } }', {}],
      ['query ($by: [BrandOrderBy!]) { brands(orderBy: $by) { totalCount } }', { by: ['NAME_ASCC'] }],
      ['query ($by: BrandFilter) { brands(filter: $by) { totalCount } }', { by: { nmae: {} } }],
    ] as const) {
      const { status, body } = await server.ask('aurora.admin', query, variables);
      expect([status, body.code, JSON.stringify(body)], query).toEqual([400, 'MALFORMED_REQUEST', expect.not.stringMatching(/did you mean|NAME_ASC\b|"name\b/i)]);
    }
  });

  it('there is no GraphiQL', async () => {
    const page = await server.send(null, { method: 'GET', headers: { Accept: 'text/html' } }, '/graphql');
    expect(page.status).toBe(400);
  });
});

describe('the printed schema', () => {
  it('holds what contract and grants say, and no secret', async () => {
    const { blueprintEndpoint, masterKey, prefix } = server.database;
    const { schema } = await buildTenantSchema(blueprintEndpoint, masterKey, prefix);
    const names = Object.keys(schema.getQueryType()?.getFields() ?? {});
    expect(names).toEqual(expect.arrayContaining(['brands', 'licensees', 'agreements', 'approvals', 'users', 'brand']));
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    expect(mutations).toEqual(
      expect.arrayContaining(['createBrand', 'updateBrand', 'deleteBrand', 'submitAgreement', 'decideApproval']),
    );
    const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
      'getFields' in type ? Object.keys(type.getFields()) : [],
    );
    expect(fields.filter((name) => /hash|secret|token|password/i.test(name))).toEqual([]);
    expect(names.filter((name) => /credential|session|invitation|attempt|lock|permission$|coversRole/i.test(name))).toEqual([
      'permission',
      'rolePermission',
    ]);
    expect(printSchema(schema)).not.toMatch(/tenant_|blueprint/);
  });
});

describe('without a database', () => {
  it('a request is refused as a whole, to be tried again', async () => {
    await server.lanes.close();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { Authorization: 'Bearer aurora.viewer', 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: '{ brands { totalCount } }' }),
    });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
