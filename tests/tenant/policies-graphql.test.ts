/** The policy matrix over the tenants' GraphQL API, with tokens of real users, on a plain tenant and an awkwardly named one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTenantSchema } from '../../server/graphql/tenant.ts';
import { hashPassword } from '../../server/identity/passwords.ts';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import {
  deeds, fixture, free, ids, operations, permissionMatrix, policyMatrix, readDeeds, reads, restoredFixture, tenantCalls,
  tenantRoles, tenantTables, unofferedDeeds,
} from './policy-matrix.ts';
import type { Deed, Operation, TenantCall, TenantTable } from './policy-matrix.ts';
import { callRequests, tableRequests } from './policy-requests.ts';

const tenants = ['aurora', 'select'] as const;
const people = [...tenantRoles, 'specialist'] as const;
type Person = (typeof people)[number];

let server: TestServer;

async function inTenant(tenant: string, sql: string): Promise<void> {
  await server.db.withOwner(async (client) => {
    await client.query(`set search_path = tenant_${tenant}, tenantry_shared, pg_temp`);
    await client.query(sql);
  });
}

interface Answer {
  readonly data?: Readonly<Record<string, null | readonly unknown[] | { readonly nodes?: readonly unknown[] }>>;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

async function ask(tenant: string, person: Person, query: string): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await server.tenantToken(tenant, person)}` },
    body: JSON.stringify({ query }),
  });
  expect(response.status, query).toBe(200);
  return (await response.json()) as Answer;
}

/** The request for a deed; null when the API has none for anybody. */
function requestOf(deed: Deed, person: Person): string | null {
  const [name, operation] = deed.split('.');
  if (operation === undefined) return callRequests[name as TenantCall];
  const request = tableRequests[name as TenantTable].requests[operation as Operation];
  return request?.replace(':MINE', ids[`${person}sRequest`]) ?? null;
}

/** The deeds that a person is let do, each tried on the fixture as it was loaded. */
async function deedsOf(tenant: string, person: Person): Promise<string[]> {
  const allowed: string[] = [];
  for (const deed of deeds) {
    const request = requestOf(deed, person);
    if (request === null) continue;
    const { data, errors } = await ask(tenant, person, request);
    if (errors !== undefined) {
      for (const { extensions } of errors) expect(['FORBIDDEN', 'NOT_FOUND'], deed).toContain(extensions.code);
      continue;
    }
    const [found] = Object.values(data ?? {});
    const rows = Array.isArray(found) ? found : (found as { nodes?: readonly unknown[] } | null)?.nodes;
    if (rows?.length === 0) continue;
    allowed.push(deed);
    if (request.startsWith('mutation')) await inTenant(tenant, restoredFixture);
  }
  return allowed.toSorted();
}

beforeAll(async () => {
  server = await startTestServer();
  const hash = await hashPassword(testPassword);
  for (const tenant of tenants) {
    await server.db.provision(tenant);
    await inTenant(tenant, `${fixture} update users set email = split_part(email, '@', 1) || '@${tenant}.example';`);
    await server.db.withOwner(async (client) => {
      for (const person of people) {
        await client.query('select identity.set_user_password($1, $2, $3, false)', [tenant, `${person}@${tenant}.example`, hash]);
      }
    });
  }
});

afterAll(async () => {
  await server.close();
});

it('has a request for every deed that the API offers, and none for what it does not', async () => {
  const { schema } = await buildTenantSchema(server.db.blueprintEndpoint, server.db.masterKey, server.db.prefix);
  const verbs = { insert: 'create', update: 'update', delete: 'delete' } as const;
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {}).filter((name) => !/By[A-Z][a-z]+$/.test(name));
  const expected = tenantTables.flatMap((table) => {
    const { type, requests } = tableRequests[table];
    expect([table, schema.getType(type) !== undefined]).toEqual([table, requests.select !== null]);
    return operations.flatMap((operation) =>
      operation === 'select' || requests[operation] === null ? [] : [`${verbs[operation]}${type}`],
    );
  });
  const calls = tenantCalls.filter((call) => callRequests[call].startsWith('mutation'))
    .map((call) => call.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()));
  expect(mutations.toSorted()).toEqual([...expected, ...calls].toSorted());
  const unoffered = policyMatrix.filter(({ deed }) => requestOf(deed, 'admin') === null);
  expect(unoffered.filter(({ deed, allowed }) => allowed && !unofferedDeeds.includes(deed))).toEqual([]);
});

describe.each(tenants)('in tenant %s', (tenant) => {
  it.each(tenantRoles)('the role %s may what the matrix says', async (role) => {
    const allowed = policyMatrix.filter((entry) => entry.role === role && entry.allowed).map(({ deed }) => deed).filter((deed) => !unofferedDeeds.includes(deed));
    expect(await deedsOf(tenant, role)).toEqual(allowed.toSorted());
  });
});

it.each(Object.entries(permissionMatrix))('a custom role with %s beside reading may what the matrix says', async (permission, { besideReads }) => {
  const [tenant] = tenants;
  await inTenant(
    tenant,
    `delete from role_permissions where role_name = 'specialist';
     insert into role_permissions (role_name, permission)
     select distinct 'specialist', name from unnest('{${[permission, ...reads].join()}}'::text[]) as name`,
  );
  expect(await deedsOf(tenant, 'specialist')).toEqual([...new Set([...free, ...readDeeds, ...besideReads])].filter((deed) => !unofferedDeeds.includes(deed)).toSorted());
});
