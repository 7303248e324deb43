/** What an erasure and a purge leave of people outside the trail: nothing. And what neither touches under a legal hold: anything. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { completeKeys } from '../../server/identity/keys.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { createTestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import type { TestDatabase } from '../harness/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const id of ['aurora', 'borealis']) await database.provision(id, { template: 'demo' });
});

afterAll(async () => {
  await database.drop();
});

async function owner<T extends object = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> {
  return await database.withOwner(async (client) => (await client.query<T>(sql, values)).rows);
}

async function admin(sql: string, values: unknown[] = []): Promise<string> {
  return await sqlstateOf(async () => await database.withOperator('admin', async (client) => await client.query(sql, values)));
}

async function runs(id: string): Promise<unknown[]> {
  return await owner('select admin_email, admin_name, administrator_named from platform.provisioning_runs where tenant_id = $1', [id]);
}

/** Adds a user, has them fail to sign in, and removes them. */
async function gone(id: string, email: string): Promise<string | undefined> {
  const [user] = await owner<{ id: string }>(`insert into tenant_${id}.users (email, name, role, status) values ($1, 'Gone Person', 'viewer', 'active') returning id`, [email]);
  await database.withLogin(`${database.prefix}tenantry_auth`, async (client) => {
    for (const address of [email, `viewer@${id}.example`]) await client.query('select identity.begin_sign_in($1, $2)', [id, address]);
  });
  await owner(`delete from tenant_${id}.users where id = $1`, [user?.id]);
  return user?.id;
}

async function addresses(id: string): Promise<unknown> {
  return await owner(
    `select (select array_agg(distinct email_key order by email_key) from tenant_${id}.sign_in_attempts) as attempts, (select array_agg(email_key order by email_key) from tenant_${id}.sign_in_locks) as locks`,
  );
}

async function remembered(): Promise<unknown[]> {
  return await owner('select key from platform_private.idempotency_keys order by key');
}

it('the administrator named for a tenant is a user of it once it is there, and stands nowhere else', async () => {
  await database.withOwner(async (client) => {
    await client.query(`select platform.create_tenant('cygnus', 'Cygnus', admin_email => 'Anna@cygnus.example', admin_name => 'Anna')`);
    await client.query(`select platform.provision_tenant('cygnus')`);
    expect(await runs('cygnus')).toEqual([{ admin_email: 'Anna@cygnus.example', admin_name: 'Anna', administrator_named: false }]);
    await completeKeys(client, localSealer(database.masterKey), 'cygnus');
    await database.prover.prove(client, 'cygnus', 'provision');
    await client.query(`select platform_private.finish_provisioning('cygnus', 0)`);
  });
  expect(await owner('select email, name from tenant_cygnus.users')).toEqual([{ email: 'Anna@cygnus.example', name: 'Anna' }]);
  expect(await runs('cygnus')).toEqual([{ admin_email: null, admin_name: null, administrator_named: true }]);
  // That there was one still keeps operators below admin from naming another.
  await owner('delete from tenant_cygnus.users');
  expect(
    await sqlstateOf(async () => await database.withOperator('operator', async (client) => await client.query(`select platform.invite_user('cygnus', 'eve@cygnus.example', 'Eve', 'admin')`))),
  ).toBe('TN009');
});

it('an erasure takes what sign-in, provisioning and repeated requests keep of a person, and nothing of others', async () => {
  const id = await gone('aurora', 'Gone@aurora.example');
  await gone('borealis', 'other@borealis.example');
  await owner(`update platform.provisioning_runs set admin_email = 'gone@aurora.example', admin_name = 'Gone Person'`);
  await owner(
    `insert into platform_private.idempotency_keys (actor, key, request_hash, response)
     values ('a', 'of aurora', 'x', '{"id": "aurora", "admin": {"email": "gone@aurora.example"}}'), ('a', 'of borealis', 'x', '{"tenant": {"id": "borealis"}}')`,
  );
  expect(await addresses('aurora')).toEqual([{ attempts: ['gone@aurora.example', 'viewer@aurora.example'], locks: ['gone@aurora.example', 'viewer@aurora.example'] }]);
  expect(await admin('select platform.erase_person($1, $2, $3)', ['aurora', id, 'asked for it'])).toBe('ok');
  expect(await addresses('aurora')).toEqual([{ attempts: ['viewer@aurora.example'], locks: ['viewer@aurora.example'] }]);
  expect(await addresses('borealis')).toEqual([
    { attempts: ['other@borealis.example', 'viewer@borealis.example'], locks: ['other@borealis.example', 'viewer@borealis.example'] },
  ]);
  expect(await runs('aurora')).toEqual([{ admin_email: null, admin_name: null, administrator_named: true }]);
  expect(await runs('borealis')).toMatchObject([{ admin_email: 'gone@aurora.example' }]);
  expect(await remembered()).toEqual([{ key: 'of borealis' }]);
});

it('under a legal hold nobody is erased and nothing purged, and the tenant learns that there is one and not why', async () => {
  const id = await gone('borealis', 'held@borealis.example');
  await owner(`insert into audit.data_keys (chain, person, sealed) values ('borealis', 'users:' || $1, 'x')`, [id]);
  const keys = async () => (await owner<{ n: number }>(`select count(*)::int as n from audit.data_keys where chain = 'borealis' and sealed is not null`))[0]?.n;
  const before = await keys();
  expect(before).toBeGreaterThan(0);
  expect(await admin(`select platform.hold_audit('borealis', 'case 4711 against rival aurora')`)).toBe('ok');
  expect(await admin('select platform.erase_person($1, $2, $3)', ['borealis', id, 'asked for it'])).toBe('TN004');
  expect(await admin(`select platform.delete_tenant('borealis', 'over')`)).toBe('ok');
  await owner(`update platform.tenants set purge_after = now() - interval '1 day' where id = 'borealis'`);
  expect(await admin(`select platform.purge_tenant('borealis')`)).toBe('TN004');
  expect(await keys()).toBe(before);
  expect(await owner(`select status from platform.tenants where id = 'borealis'`)).toEqual([{ status: 'deleted' }]);
  expect((await addresses('borealis') as { locks: string[] }[])[0]?.locks).toContain('held@borealis.example');
  const said = await owner<{ tenant_id: string | null; detail: unknown }>(`select tenant_id, detail - 'address' as detail from audit.buffer where action = 'audit.hold' order by id`);
  expect(said).toEqual([
    { tenant_id: 'borealis', detail: { hold: true } },
    { tenant_id: null, detail: { reason: 'case 4711 against rival aurora' } },
  ]);
  const [evidence] = await owner<{ retention: unknown }>(`select platform_private.evidence_content('borealis', now() - interval '1 day', now()) -> 'retention' as retention`);
  expect(evidence?.retention).toEqual({ class: '1y', heldSince: expect.any(String) as string });

  expect(await admin(`select platform.release_audit('borealis', 'case closed')`)).toBe('ok');
  expect(await admin('select platform.erase_person($1, $2, $3)', ['borealis', id, 'asked for it'])).toBe('ok');
  await owner(`update platform.provisioning_runs set admin_email = 'a@borealis.example' where tenant_id = 'borealis'`);
  expect(await admin(`select platform.purge_tenant('borealis')`)).toBe('ok');
  expect(await keys()).toBe(0);
  expect(await runs('borealis')).toMatchObject([{ admin_email: null }]);
  expect(await remembered()).toEqual([]);
});
