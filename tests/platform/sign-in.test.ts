/** The sign-in functions: counted before compared, the same for accounts that exist and for those that don't. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import type { TestDatabase } from '../harness/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.provision('aurora', { template: 'demo' });
  await database.addOperator('Olga@platform.example', 'operator');
});

afterAll(async () => {
  await database.drop();
});

interface Attempt {
  attempt_id: string | null;
  password_hash: string | null;
  locked_until: Date | null;
}

async function auth<T extends object>(sql: string, values: unknown[] = []): Promise<T | undefined> {
  return await database.withLogin(`${database.prefix}tenantry_auth`, async (client) => (await client.query<T>(sql, values)).rows[0]);
}

const someHash = () => randomBytes(32).toString('hex');
const begin = {
  operator: async (email: string) => await auth<Attempt>('select * from identity.begin_sign_in(null, $1)', [email]),
  user: async (email: string) => await auth<Attempt>(`select * from identity.begin_sign_in('aurora', $1)`, [email]),
};
const finish = {
  operator: async (id: string, ok: boolean) => await auth('select * from identity.finish_sign_in(null, $1, $2, $3)', [id, ok, someHash()]),
  user: async (id: string, ok: boolean) => await auth(`select * from identity.finish_sign_in('aurora', $1, $2, $3)`, [id, ok, someHash()]),
};
const known = { operator: 'olga@platform.example', user: 'manager@aurora.example' };

describe.each(['operator', 'user'] as const)('an attempt to sign in as %s', (kind) => {
  it('answers one hash, in any case, and opens a session once', async () => {
    const attempt = await begin[kind](known[kind].toUpperCase());
    expect(attempt?.password_hash).toMatch(/^\$argon2id\$/);
    const signedIn = await finish[kind](attempt?.attempt_id ?? '', true);
    expect(signedIn).toMatchObject({ session_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await finish[kind](attempt?.attempt_id ?? '', true)).toBeUndefined();
  });

  it.each([
    ['a known address', known[kind]],
    ['an unknown one', 'nobody@nowhere.example'],
  ])('locks %s after five failures, right password or not', async (_what, email) => {
    for (let failure = 1; failure <= 5; failure += 1) {
      const attempt = await begin[kind](email);
      expect(attempt?.password_hash).toMatch(/^\$argon2id\$/);
      expect(await finish[kind](attempt?.attempt_id ?? '', false)).toBeUndefined();
    }
    const locked = await begin[kind](email);
    expect(locked).toMatchObject({ attempt_id: null, password_hash: null });
    expect(locked?.locked_until?.getTime()).toBeGreaterThan(Date.now());
  });

  it('counts a thousand parallel guesses as a thousand', async () => {
    const attempts = await Promise.all(Array.from({ length: 20 }, () => begin[kind]('parallel@guess.example')));
    expect(attempts.filter((attempt) => attempt?.password_hash !== null).length).toBe(5);
  });
});

it('gives an unknown account a hash that no account has', async () => {
  const unknown = await begin.user('someone@else.example');
  // Without one nothing would be compared, and the answer would come sooner.
  expect(unknown?.password_hash).toMatch(/^\$argon2id\$/);
  const stored = await database.withOwner(
    async (client) =>
      (await client.query('select from tenant_aurora.user_credentials where password_hash = $1', [unknown?.password_hash])).rowCount,
  );
  expect(stored).toBe(0);
});

it('is refused by a tenant that is not active, and one that is not there', async () => {
  await database.provision('sleepy', { template: 'demo' });
  await database.withOperator('operator', async (client) => await client.query(`select platform.suspend_tenant('sleepy', 'x')`));
  expect(await sqlstateOf(async () => await auth(`select identity.begin_sign_in('sleepy', 'a@b.example')`))).toBe('TN010');
  expect(await sqlstateOf(async () => await auth(`select identity.begin_sign_in('nobody', 'a@b.example')`))).toBe('TN003');
});

it('is callable by the login for sign-in only', async () => {
  for (const login of ['tenantry_api', 'tenantry_worker', 'tenantry_lane_00', 'tenantry_monitor']) {
    expect(
      await sqlstateOf(
        async () =>
          await database.withLogin(
            `${database.prefix}${login}`,
            async (client) => await client.query(`select identity.begin_sign_in(null, 'a@b.example')`),
          ),
      ),
    ).toBe('42501');
  }
  expect(await auth(`select * from identity.tenant_route('aurora')`)).toMatchObject({
    id: 'aurora',
    status: 'active',
    schema_name: 'tenant_aurora',
    role_name: database.tenantRole('aurora'),
  });
  expect(await auth(`select * from identity.verification_keys('aurora')`)).toMatchObject({ state: 'current' });
  expect(await auth('select kid, alg from identity.signing_key(null)')).toMatchObject({ alg: 'ES256' });
  expect(await sqlstateOf(async () => await auth('select * from platform_private.signing_keys'))).toBe('42501');
  expect(await sqlstateOf(async () => await auth('select * from tenant_aurora.user_credentials'))).toBe('42501');
});
