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

it('who decided approvals is disabled and then erased: the row is emptied, approvals keep the id, each refusal names the step before', async () => {
  const refusal = async (sql: string, values: unknown[]) =>
    await database.withOperator('admin', async (client) => {
      const { code, message, hint } = (await client.query(sql, values).then(() => ({ code: 'ok', message: '', hint: '' }), (error: unknown) => error)) as { code: string; message: string; hint: string };
      return { code, message, hint };
    });
  const [decider] = await owner<{ id: string; email: string; name: string }>(
    `select u.id, u.email, u.name from tenant_aurora.users u where exists (select from tenant_aurora.approvals a where a.decided_by = u.id) limit 1`,
  );
  const values = ['aurora', decider?.id];
  const about = `select distinct coalesce(before ->> 'name', after ->> 'name') as name from audit.buffer where tenant_id = 'aurora' and subject = 'users:' || $1
    and coalesce(before ->> 'name', after ->> 'name') is not null`;
  await owner(`insert into tenant_aurora.user_sessions (user_id, expires_at, address, user_agent) values ($1, now() + interval '1 day', '192.0.2.7', 'A Browser')`, [decider?.id]);
  await owner(`insert into audit.data_keys (chain, person, sealed) values ('aurora', 'users:' || $1, 'x') on conflict do nothing`, [decider?.id]);
  const approvals = async () => (await owner(`select count(*)::int as n from tenant_aurora.approvals where $1 in (requested_by, decided_by)`, [decider?.id]))[0];
  const before = await approvals();
  expect(before?.['n']).toBeGreaterThan(0);

  const removal = await refusal('select platform.remove_user($1, $2)', values);
  expect(removal).toMatchObject({ code: 'TN008', message: expect.stringContaining('disable the user instead') as string });
  const early = await refusal('select platform.erase_person($1, $2, $3)', [...values, 'asked for it']);
  expect(early).toMatchObject({ code: 'TN004', message: expect.stringContaining('disable the user first') as string });
  // Both point at the same call, and it can be made as it stands there.
  const step = `platform.change_user(tenant_id, user_id, '{"status": "disabled"}')`;
  expect([removal.hint, early.hint]).toEqual([expect.stringContaining(step), step]);
  expect(await admin(`select ${step.replace('tenant_id', '$1').replace('user_id', '$2')}`, values)).toBe('ok');
  expect(removal.hint).toContain('platform.erase_person(tenant_id, user_id, reason)');
  expect(await admin('select platform.erase_person($1, $2, $3)', [...values, 'asked for it'])).toBe('ok');

  expect(await owner('select email, name, status, last_sign_in_at from tenant_aurora.users where id = $1', [decider?.id])).toEqual([
    { email: `erased-${decider?.id}@erased.invalid`, name: 'Erased person', status: 'disabled', last_sign_in_at: null },
  ]);
  for (const table of ['user_sessions', 'user_credentials']) expect(await owner(`select from tenant_aurora.${table} where user_id = $1`, [decider?.id])).toEqual([]);
  expect(await approvals()).toEqual(before);
  expect(await owner(about, [decider?.id])).toEqual([{ name: '(erased)' }]);
  expect(await owner(`select from audit.data_keys where person = 'users:' || $1 and sealed is not null`, [decider?.id])).toEqual([]);
  const trail = await owner<{ row: string }>(`select b::text as row from audit.buffer b where b.tenant_id = 'aurora' and b.subject = 'users:' || $1`, [decider?.id]);
  expect(trail.filter(({ row }) => row.includes(decider?.email ?? '') || row.includes(decider?.name ?? ''))).toEqual([]);
  // Again it does nothing, and says so.
  const again = await database.withOperator('admin', async (client) => (await client.query('select platform.erase_person($1, $2, $3) as keys', [...values, 'asked for it'])).rows);
  expect(again).toEqual([{ keys: 0 }]);
});

it('whom a tenant never had is not erased: TN003 instead of nothing', async () => {
  const erase = async (tenant: string, user: unknown) => await admin('select platform.erase_person($1, $2, $3)', [tenant, user, 'asked for it']);
  const id = await gone('aurora', 'was-there@aurora.example');
  expect(await erase('aurora', '00000000-0000-4000-8000-000000000000')).toBe('TN003');
  // A rival's person is unknown here.
  expect(await erase('borealis', id)).toBe('TN003');
  expect(await erase('aurora', id)).toBe('ok');
  expect(await erase('aurora', id)).toBe('ok');
});

it('under a legal hold nobody is erased and nothing purged, and the tenant learns that there is one and not why', async () => {
  const id = await gone('borealis', 'held@borealis.example');
  await owner(`insert into audit.data_keys (chain, person, sealed) values ('borealis', 'users:' || $1, 'x')`, [id]);
  const keys = async () => (await owner<{ n: number }>(`select count(*)::int as n from audit.data_keys where chain = 'borealis' and sealed is not null`))[0]?.n;
  const before = await keys();
  expect(before).toBeGreaterThan(0);
  expect(await admin(`select platform.hold_audit('borealis', 'case 4711 against rival aurora')`)).toBe('ok');
  const held = database.withOperator('admin', async (client) => await client.query('select platform.erase_person($1, $2, $3)', ['borealis', id, 'asked for it']));
  await expect(held).rejects.toMatchObject({ code: 'TN004', hint: expect.stringContaining('platform.release_audit(tenant_id, reason)') as string });
  await expect(database.withOperator('admin', async (client) => await client.query(`select platform.hold_audit('borealis', 'again')`))).rejects.toMatchObject({
    code: 'TN004', hint: expect.stringContaining('platform.release_audit(tenant_id, reason)') as string,
  });
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
