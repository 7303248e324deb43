/** The policy matrix and the rules of the tenant schema, tried in SQL on real tenants over their lanes. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laneRole, loginConfig } from '../../database/logins.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';
import { ruleCases } from './constraints.ts';
import {
  claimsOf, deeds, fixture, free, permissionMatrix, policyMatrix, readDeeds, reads, statementOf, tenantCalls, tenantRoles, tenantTables,
} from './policy-matrix.ts';

/** Ids that have gone wrong elsewhere: a keyword, a look-alike of a role, the longest there is. */
const tenants = ['aurora', 'select', 'tenantry_owner', 'x'.repeat(48)] as const;
let database: TestDatabase;

/** One session for each tenant, over its lane. */
const sessions = new Map<string, pg.Client>();

interface Outcome {
  readonly rows?: number | null;
  readonly errcode?: string | undefined;
  readonly constraint?: string;
}

/** Runs a statement as a user: how many rows it found, or the error's SQLSTATE and constraint. */
async function attempt(
  user: { role: string; userId: string },
  statements: readonly string[],
  tenant: string = tenants[0],
): Promise<Outcome> {
  const client = sessions.get(tenant);
  if (client === undefined) throw new Error(`no session for ${tenant}`);
  await client.query('begin');
  await client.query(
    `select set_config('role', $1, true), set_config('search_path', $2, true), set_config('tenantry.tenant_id', $3, true),
            set_config('tenantry.role', $4, true), set_config('tenantry.user_id', $5, true)`,
    [database.tenantRole(tenant), `tenant_${tenant}, tenantry_shared, pg_temp`, tenant, user.role, user.userId],
  );
  try {
    for (const statement of statements.slice(0, -1)) await client.query(statement);
    try {
      return { rows: (await client.query(statements.at(-1) ?? '')).rowCount };
    } catch (error) {
      const { code, constraint } = error as { code?: string; constraint?: string };
      return { errcode: code, ...(constraint === undefined ? {} : { constraint }) };
    }
  } finally {
    await client.query('rollback');
  }
}

/** The deeds that a user is let do; whatever else goes wrong is no answer. */
async function deedsOf(user: { role: string; userId: string }, tenant?: string): Promise<string[]> {
  const allowed: string[] = [];
  for (const deed of deeds) {
    const { rows, errcode } = await attempt(user, [statementOf(deed)], tenant);
    if (errcode !== undefined) expect(refusals, deed).toContain(errcode);
    if (errcode === undefined && rows !== 0) allowed.push(deed);
  }
  return allowed.toSorted();
}

/** Row security, a permission that a call asks for, and a row that a call can't see. */
const refusals: readonly unknown[] = ['42501', 'TN009', 'TN003'];

async function inTenant<T>(sql: string, tenant: string = tenants[0]): Promise<T[]> {
  return await database.withOwner(async (client) => {
    await client.query(`set search_path = tenant_${tenant}, tenantry_shared, pg_temp`);
    const { rows } = await client.query(sql);
    return rows as T[];
  });
}

/** Gives the custom role `specialist` these permissions and no other. */
async function specialise(permissions: readonly string[]): Promise<void> {
  await inTenant(
    `delete from role_permissions where role_name = 'specialist';
     insert into role_permissions (role_name, permission) select distinct 'specialist', name from unnest('{${permissions.join()}}'::text[]) as name`,
  );
}

beforeAll(async () => {
  database = await createTestDatabase();
  for (const tenant of tenants) {
    await database.provision(tenant);
    await inTenant(fixture, tenant);
    const { lane } = (await inTenant<{ lane: number }>(`select lane from platform.tenants where id = '${tenant}'`))[0] ?? { lane: 0 };
    const client = new pg.Client(loginConfig(database.endpoint, laneRole(database.prefix, lane), database.masterKey));
    await client.connect();
    sessions.set(tenant, client);
  }
});

afterAll(async () => {
  for (const client of sessions.values()) await client.end();
  await database.drop();
});

describe('who may do what', () => {
  it('covers every table and every function of the tenant', async () => {
    const tables = await inTenant<{ tablename: string }>(
      `select tablename from pg_tables where schemaname = current_schema() order by 1`,
    );
    expect([...tenantTables].toSorted()).toEqual(tables.map((row) => row.tablename));
    const functions = await inTenant<{ proname: string }>(
      `select proname from pg_proc where pronamespace = current_schema()::regnamespace order by 1`,
    );
    expect([...tenantCalls].toSorted()).toEqual(functions.map((row) => row.proname));
  });

  it.each(policyMatrix.map((entry) => ({ ...entry, who: entry.role === '' ? 'nobody' : entry.role })))(
    '$who $deed: $allowed',
    async ({ role, deed, allowed }) => {
      const { rows, errcode } = await attempt(claimsOf(role), [statementOf(deed)]);
      if (allowed) {
        expect(errcode).toBeUndefined();
        expect(rows).toBeGreaterThan(0);
      } else if (rows !== 0) {
        expect(refusals).toContain(errcode);
      }
    },
  );

  it.each(tenants.slice(1).flatMap((tenant) => (['', ...tenantRoles] as const).map((role) => ({ tenant, role }))))(
    'is the same in tenant $tenant for role "$role"',
    async ({ tenant, role }) => {
      const allowed = policyMatrix.filter((entry) => entry.role === role && entry.allowed).map((entry) => entry.deed);
      expect(await deedsOf(claimsOf(role), tenant)).toEqual(allowed.toSorted());
    },
  );
});

describe('what one permission allows to a custom role', () => {
  const expected = (...lists: readonly (readonly string[])[]) => [...new Set([...free, ...lists.flat()])].toSorted();

  it('is stated for every permission', async () => {
    const names = await inTenant<{ name: string }>('select name from permissions order by 1');
    expect(Object.keys(permissionMatrix).toSorted()).toEqual(names.map((row) => row.name));
  });

  it.each(Object.entries(permissionMatrix))('%s', async (permission, { alone, besideReads }) => {
    await specialise([permission]);
    expect(await deedsOf(claimsOf('specialist'))).toEqual(expected(alone));
    await specialise([permission, ...reads]);
    expect(await deedsOf(claimsOf('specialist'))).toEqual(expected(readDeeds, besideReads));
  });
});

describe('the built-in roles', () => {
  const held = async (role: string): Promise<string[]> =>
    (await inTenant<{ permission: string }>(`select permission from role_permissions where role_name = '${role}' order by 1`)).map(
      (row) => row.permission,
    );

  it('include each other upward, and the admin holds every permission', async () => {
    const ladder = await Promise.all(['viewer', 'user', 'manager', 'admin'].map(held));
    ladder.slice(1).forEach((permissions, index) => {
      expect(permissions).toEqual(expect.arrayContaining(ladder[index] ?? []));
      expect(permissions.length).toBeGreaterThan(ladder[index]?.length ?? 0);
    });
    expect(ladder[3]).toEqual(Object.keys(permissionMatrix).toSorted());
  });

  it('are described, with every permission, as they are', async () => {
    const text = await readFile(new URL('../../docs/how-to/custom-roles.md', import.meta.url), 'utf8');
    const described = [...text.matchAll(/^\| `([a-z]+\.[a-z]+)` \| (.*?) \|(.*)\|$/gm)].map(([, name, description, marks]) => ({
      name, description: `${description}.`, marks: marks?.split('|').map((mark) => mark.trim()),
    }));
    const permissions = await inTenant<{ name: string; description: string }>('select name, description from permissions order by 1');
    const roles = await Promise.all(['viewer', 'user', 'manager', 'admin', 'auditor'].map(held));
    expect(described).toEqual(
      permissions.map(({ name, description }) => ({
        name, description, marks: roles.map((permissionsHeld) => (permissionsHeld.includes(name) ? 'yes' : '')),
      })),
    );
  });

  it('leave no business permission to the auditor', async () => {
    expect(await held('auditor')).toEqual(['audit.read', 'evidence.read', 'keys.read', 'visits.read']);
  });
});

describe('the rules of a tenant', () => {
  it.each(ruleCases)('$name', async ({ role, userId, before, sql, outcome }) => {
    expect(await attempt({ role, userId }, before === undefined ? [sql] : [before, sql])).toEqual(outcome);
  });
});
