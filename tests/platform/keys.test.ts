/** The life of signing keys in the database: who may change them, what each change leaves, and what time does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completeKeys } from '../../server/identity/keys.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { createTestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import type { TestDatabase } from '../harness/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const id of ['aurora', 'borealis']) await database.provision(id);
});

afterAll(async () => {
  await database.drop();
});

type Role = Parameters<TestDatabase['withOperator']>[0];
const as = async <T extends object>(role: Role, sql: string, values: unknown[] = []): Promise<T[]> =>
  await database.withOperator(role, async (client) => (await client.query<T>(sql, values)).rows);
const owner = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  await database.withOwner(async (client) => (await client.query<T>(sql, values)).rows);

/** Moves the beginning of the present states of an issuer's keys back in time. */
const age = async (issuer: string | null, interval: string, states = ['next']) =>
  await owner(
    `update platform_private.signing_keys set state_since = now() - $2::interval
      where tenant_id is not distinct from $1 and state = any ($3)`,
    [issuer, interval, states],
  );
const complete = async (issuer: string | null) =>
  await database.withOwner(async (client) => await completeKeys(client, localSealer(database.masterKey), issuer));
/** The kids of an issuer by state; several of one state in order of age. */
const states = async (issuer: string | null) => {
  const rows = await owner<{ state: string; kids: string[] }>(
    `select state, array_agg(kid order by state_since) as kids from platform_private.signing_keys
      where tenant_id is not distinct from $1 group by state`,
    [issuer],
  );
  return Object.fromEntries(rows.map((row) => [row.state, row.kids]));
};
const ordered = async (task: string) =>
  (await owner<{ payload: { tenantId: string | null } }>('delete from jobs.outbox where task = $1 returning payload', [task])).map(
    (row) => row.payload.tenantId,
  );
const events = async (action: string) =>
  await owner<Record<string, unknown>>(
    'select tenant_id, actor, subject, before, after, detail from audit.buffer where action = $1 order by id',
    [action],
  );

describe('rotating', () => {
  it('lets the published key sign, keeps the old one for its tokens, and orders a new next one', async () => {
    const before = await states('aurora');
    expect(before).toEqual({ current: [expect.any(String)], next: [expect.any(String)] });
    await age('aurora', '1 hour');
    const [row] = await as<{ kid: string }>('operator', `select platform.rotate_keys('aurora', 'yearly change') as kid`);
    expect(row?.kid).toBe(before['next']?.[0]);
    expect(await states('aurora')).toEqual({ current: before['next'], previous: before['current'] });
    expect(await ordered('keys__rotate')).toEqual(['aurora']);
    expect(await complete('aurora')).toBe(1);
    expect(await states('aurora')).toMatchObject({ next: [expect.any(String)] });
    expect((await events('keys.rotate')).at(-1)).toMatchObject({
      tenant_id: 'aurora',
      before: { current: before['current']?.[0] },
      after: { current: before['next']?.[0] },
      detail: { reason: 'yearly change' },
    });
  });

  it('waits until everybody may know the next key', async () => {
    await complete('borealis');
    const rotate = async () => await sqlstateOf(async () => await as('operator', `select platform.rotate_keys('borealis', 'x')`));
    await age('borealis', '119 seconds');
    expect(await rotate()).toBe('TN004');
    await age('borealis', '121 seconds');
    expect(await rotate()).toBe('ok');
    expect(await rotate()).toBe('TN004');
  });

  it.each([
    ['rotate_keys', 'aurora', '  ', 'TN002'],
    ['rotate_keys', 'nobody', 'x', 'TN003'],
    ['rotate_keys', null, 'x', 'TN003'],
    ['revoke_keys', 'aurora', null, 'TN002'],
    ['revoke_keys', 'nobody', 'x', 'TN003'],
  ])('%s(%j, %j) is refused: %s', async (name, id, reason, code) => {
    expect(await sqlstateOf(async () => await as('operator', `select platform.${name}($1, $2)`, [id, reason]))).toBe(code);
  });
});

describe('revoking', () => {
  it('takes every key of the tenant and no other’s in one transaction, and destroys their secrets', async () => {
    await complete('aurora');
    const before = await states('aurora');
    const neighbour = await states('borealis');
    const kids = Object.values(before).flat();
    expect(kids.length).toBeGreaterThanOrEqual(3);
    const [row] = await as<{ revoked: number }>('security', `select platform.revoke_keys('aurora', 'laptop stolen') as revoked`);
    expect(row?.revoked).toBe(kids.length);
    expect((await states('aurora'))['revoked']?.toSorted()).toEqual(kids.toSorted());
    expect(await states('borealis')).toEqual(neighbour);
    expect(await owner(`select from platform_private.signing_keys where state = 'revoked' and (sealed <> '' or encryption is not null)`)).toEqual([]);
    expect(await ordered('keys__rotate')).toContain('aurora');
    expect((await events('keys.revoke')).at(-1)).toMatchObject({
      tenant_id: 'aurora',
      before: Object.fromEntries(kids.map((kid) => [kid, expect.stringMatching(/^(next|current|previous)$/)])),
      detail: { reason: 'laptop stolen' },
    });
    const trusted = await database.withLogin(
      `${database.prefix}tenantry_auth`,
      async (client) => (await client.query(`select kid from identity.verification_keys('aurora')`)).rowCount,
    );
    expect(trusted).toBe(0);
    expect(await complete('aurora')).toBe(2);
    expect(await states('aurora')).toMatchObject({ current: [expect.any(String)], next: [expect.any(String)] });
  });
});

describe('the platform’s keys', () => {
  it('are rotated and revoked by admins alone', async () => {
    await age(null, '1 hour');
    for (const role of ['operator', 'security', 'developer'] as const) {
      expect(await sqlstateOf(async () => await as(role, `select platform.rotate_platform_keys('x')`))).toBe('42501');
      expect(await sqlstateOf(async () => await as(role, `select platform.revoke_platform_keys('x')`))).toBe('42501');
    }
    const before = await states(null);
    await as('admin', `select platform.rotate_platform_keys('yearly change')`);
    expect(await states(null)).toMatchObject({ current: before['next'], previous: before['current'] });
    await as('admin', `select platform.revoke_platform_keys('x')`);
    expect(Object.keys(await states(null))).toEqual(['revoked']);
    expect(await ordered('keys__rotate')).toContain(null);
    expect(await complete(null)).toBe(2);
  });
});

describe('what operators see of keys', () => {
  it('is their state and age, and nothing secret', async () => {
    await owner(`update platform_private.signing_keys set created_at = now() - interval '100 days' where tenant_id = 'borealis' and state = 'current'`);
    for (const role of ['operator', 'security', 'admin'] as const) {
      const rows = await as<Record<string, unknown>>(role, `select * from platform.signing_keys('borealis')`);
      expect(rows.map((row) => row['state'])).toContain('current');
      expect(rows.find((row) => row['state'] === 'current')).toMatchObject({ tenant_id: 'borealis', alg: 'ES256', age_days: 100 });
      expect(Object.keys(rows[0] ?? {})).toEqual(['tenant_id', 'kid', 'alg', 'state', 'created_at', 'state_since', 'age_days']);
    }
    const everybody = await as<{ tenant_id: string | null }>('security', 'select tenant_id from platform.signing_keys()');
    expect(new Set(everybody.map((row) => row.tenant_id))).toEqual(new Set([null, 'aurora', 'borealis']));
    expect(await sqlstateOf(async () => await as('developer', 'select * from platform.signing_keys()'))).toBe('42501');
    expect(await sqlstateOf(async () => await as('admin', 'select * from platform_private.signing_keys'))).toBe('42501');
  });

  it.each([
    ['rotate_keys', { operator: true, admin: true, security: false, developer: false }],
    ['revoke_keys', { operator: true, admin: true, security: true, developer: false }],
  ])('%s is for those who need it', async (name, allowed) => {
    for (const [role, may] of Object.entries(allowed)) {
      const outcome = await sqlstateOf(async () => await as(role as Role, `select platform.${name}('nobody', 'x')`));
      expect([role, outcome]).toEqual([role, may ? 'TN003' : '42501']);
    }
  });
});

describe('time', () => {
  const tend = async (days = 90) =>
    (
      await database.withLogin(
        `${database.prefix}tenantry_worker`,
        async (client) => (await client.query('select * from platform_private.tend_keys(make_interval(days => $1))', [days])).rows,
      )
    )[0];
  const settle = async () => {
    for (const issuer of [null, 'aurora', 'borealis']) {
      await complete(issuer);
      await age(issuer, '1 hour', ['next', 'current', 'previous']);
    }
    await owner('delete from jobs.outbox');
  };

  it('removes a previous key when no token of it can be alive, and not before', async () => {
    await settle();
    expect(await tend()).toEqual({ retired: 0, rotated: 0, ordered: 0 });
    await as('operator', `select platform.rotate_keys('aurora', 'x')`);
    await complete('aurora');
    const before = await states('aurora');
    await age('aurora', '24 hours 59 minutes', ['previous']);
    expect(await tend()).toMatchObject({ retired: 0 });
    await age('aurora', '25 hours 1 minute', ['previous']);
    expect(await tend()).toMatchObject({ retired: before['previous']?.length });
    expect(await states('aurora')).toEqual({ current: before['current'], next: before['next'], revoked: before['revoked'] });
    expect((await events('keys.retire')).at(-1)).toMatchObject({ tenant_id: 'aurora', subject: `signing_keys:${before['previous']?.[0]}` });
  });

  it('rotates a key that has signed for as long as it may', async () => {
    await settle();
    const before = await states('borealis');
    await age('borealis', '89 days', ['current']);
    expect(await tend()).toMatchObject({ rotated: 0 });
    await age('borealis', '91 days', ['current']);
    expect(await tend()).toMatchObject({ rotated: 1 });
    expect(await states('borealis')).toMatchObject({ current: before['next'] });
    expect(await ordered('keys__rotate')).toEqual(['borealis']);
  });

  it('orders keys for whoever lacks one', async () => {
    await settle();
    await owner(`delete from platform_private.signing_keys where tenant_id = 'aurora' and state = 'next'`);
    await owner(`delete from platform_private.signing_keys where tenant_id is null and state = 'next'`);
    expect(await tend()).toEqual({ retired: 0, rotated: 0, ordered: 2 });
    expect(new Set(await ordered('keys__rotate'))).toEqual(new Set(['aurora', null]));
  });

  it('gives a tenant whose tokens are to be encrypted a key to do that with', async () => {
    await settle();
    await owner(`update platform_private.signing_keys set encryption = null where tenant_id = 'aurora' and state = 'current'`);
    expect(await tend()).toMatchObject({ rotated: 0 });
    await as('operator', `select platform.update_tenant('aurora', '{"settings": {"security": {"encryptTokens": true}}}')`);
    expect(await tend()).toMatchObject({ rotated: 1 });
    await as('operator', `select platform.update_tenant('aurora', '{"settings": {"security": null}}')`);
  });
});

it('stores what was sealed anew in the place of what was opened, and of nothing else', async () => {
  const [key] = await owner<{ kid: string; sealed: Buffer; encryption: Buffer }>(
    `select kid, sealed, encryption from platform_private.signing_keys where tenant_id = 'borealis' and state = 'next'`,
  );
  const store = async (opened: Buffer, sealed: Buffer) =>
    await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => {
      const { rows } = await client.query<{ stored: boolean }>('select platform_private.store_resealed($1, $2, $3, $4) as stored', [
        key?.kid,
        opened,
        sealed,
        key?.encryption,
      ]);
      return rows[0]?.stored;
    });
  const [was, anew] = [key?.sealed ?? Buffer.alloc(0), Buffer.from('sealed anew')];
  expect(await store(anew, anew)).toBe(false);
  expect(await store(was, anew)).toBe(true);
  expect(await store(was, was)).toBe(false);
  expect(await store(anew, was)).toBe(true);
  expect(await sqlstateOf(async () => await as('admin', `select platform_private.store_resealed('x', '', '', null)`))).toBe('42501');
});

it('keeps one current and one next key, whoever stores them at the same moment', async () => {
  await as('admin', `select platform.revoke_keys('aurora', 'x')`);
  const made = await Promise.all(Array.from({ length: 5 }, () => complete('aurora')));
  expect(made.reduce((sum, count) => sum + count, 0)).toBe(2);
  expect(await complete('aurora')).toBe(0);
});

it('makes no keys for a tenant that is gone', async () => {
  await owner(`select platform.create_tenant('regret', 'Regret')`);
  await owner(`select platform.cancel_provisioning('regret', 'never signed')`);
  expect(await sqlstateOf(async () => await complete('regret'))).toBe('TN004');
  expect(await sqlstateOf(async () => await complete('nobody'))).toBe('TN003');
});
