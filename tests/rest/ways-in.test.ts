/** Ways into a tenant, or to more than one has, that go round the front door: each is tried, beside the way that stays open. */
import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { OperatorTitle, TestServer } from '../harness/server.ts';
import { claimsOf } from '../tenant/policy-matrix.ts';
import { call, operatorApi } from './api.ts';
import type { Reply } from './api.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ tenants: ['aurora'] });
  await server.db.provision('borealis');
  await server.operatorToken('admin');
  await server.operatorToken('operator');
});
afterAll(async () => {
  await server.close();
});

// Rows are compared as a whole.
// oxlint-disable-next-line typescript/no-explicit-any
type Row = Readonly<Record<string, any>>;
const rows = async (sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
  await server.db.withOwner(async (client) => (await client.query(sql, [...values])).rows);
const one = async (sql: string, values: readonly unknown[] = []): Promise<Row> => (await rows(sql, values))[0] ?? {};
const login = async (email: string, path = '', password = testPassword): Promise<Reply> =>
  await call(server.url, 'POST', `/api/v1${path}/auth/login`, { body: { email, password } });

/** Gives the open message of a person a token that is known here. */
async function knownToken(table: string, person: string, id: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(token).digest('hex');
  expect(await rows(`update ${table} set token_hash = $1 where ${person} = $2 and accepted_at is null returning 1`, [hash, id])).toHaveLength(1);
  return token;
}
const accept = async (token: string, path = '') =>
  await call(server.url, 'POST', `/api/v1${path}/auth/accept`, { body: { token, newPassword: 'a sentence nobody has tried' } });

/** A user of a tenant, entered by an admin; with a password if `active`. */
async function enter(tenantId: string, email: string, role: string, active = true): Promise<string> {
  const reply = await operatorApi(server, 'admin')('POST', `/tenants/${tenantId}/users`, { email, name: 'Somebody', role });
  expect(reply.status).toBe(201);
  const id = String(reply.body['id']);
  if (active) {
    const token = await knownToken(`tenant_${tenantId}.user_invitations`, 'user_id', id);
    expect((await accept(token, `/tenants/${tenantId}`)).status).toBe(200);
  }
  return id;
}

/** Waits until a connection waits for a lock, or has answered. */
async function waits(pid: number, answered: () => boolean): Promise<void> {
  await expect
    .poll(async () => answered() || (await one('select cardinality(pg_blocking_pids($1)) > 0 as waits', [pid]))['waits'])
    .toBe(true);
}
const pidOf = async (client: pg.Client): Promise<number> => (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;
/** How a statement ends: its first row, or the SQLSTATE. */
const ends = async (pending: Promise<pg.QueryResult>): Promise<unknown> =>
  await pending.then(({ rows: [row] }) => row as unknown, (error: unknown) => (error as { code?: string }).code);

describe('the first administrator of a tenant', () => {
  test('is named by an operator once, and not replaced by one', async () => {
    const path = '/tenants/borealis/users';
    const operator = operatorApi(server, 'operator');
    const first = await operator('POST', path, { email: 'boss@borealis.example', name: 'Boss', role: 'admin' });
    expect(first).toMatchObject({ status: 201, body: { status: 'invited', role: 'admin' } });
    const boss = `${path}/${String(first.body['id'])}`;
    const forbidden = { status: 403, body: { code: 'FORBIDDEN' } };
    const mine = { email: 'mine@borealis.example', name: 'Mine', role: 'admin' };
    expect(await operator('PATCH', boss, { status: 'disabled' })).toMatchObject(forbidden);
    expect(await operator('PATCH', boss, { role: 'viewer' })).toMatchObject(forbidden);
    expect(await operator('DELETE', boss)).toMatchObject(forbidden);
    expect(await operator('POST', path, mine)).toMatchObject(forbidden);
    expect((await operator('PATCH', boss, { name: 'The Boss' })).status).toBe(200);
    const admin = operatorApi(server, 'admin');
    expect((await admin('PATCH', boss, { status: 'disabled' })).status).toBe(200);
    expect(await operator('POST', path, mine)).toMatchObject(forbidden);
    expect(await operator('PATCH', boss, { status: 'active' })).toMatchObject(forbidden);
    expect((await admin('POST', path, { ...mine, email: 'second@borealis.example' })).status).toBe(201);
  });

  test('whom a tenant was created with counts, also after an admin removed that one', async () => {
    await rows(`select platform.create_tenant('cetus', 'Cetus', admin_email => 'boss@cetus.example')`);
    await rows(`select platform.provision_tenant('cetus')`);
    const { id } = await one('select id from tenant_cetus.users');
    expect((await operatorApi(server, 'admin')('DELETE', `/tenants/cetus/users/${String(id)}`)).status).toBe(200);
    const mine = { email: 'mine@cetus.example', name: 'Mine', role: 'admin' };
    expect(await operatorApi(server, 'operator')('POST', '/tenants/cetus/users', mine)).toMatchObject({ status: 403 });
    expect((await operatorApi(server, 'admin')('POST', '/tenants/cetus/users', mine)).status).toBe(201);
  });

  test('and everybody else whose role changes anything is disabled, moved and removed by admins only', async () => {
    const writer = `/tenants/aurora/users/${await enter('aurora', 'writer@aurora.example', 'user')}`;
    const reader = `/tenants/aurora/users/${await enter('aurora', 'reader@aurora.example', 'viewer')}`;
    const operator = operatorApi(server, 'operator');
    for (const change of [{ status: 'disabled' }, { role: 'viewer' }]) expect((await operator('PATCH', writer, change)).status).toBe(403);
    expect((await operator('DELETE', writer)).status).toBe(403);
    expect((await operator('PATCH', reader, { status: 'disabled' })).status).toBe(200);
    expect((await operator('DELETE', reader)).status).toBe(200);
    expect((await operatorApi(server, 'admin')('PATCH', writer, { status: 'disabled' })).status).toBe(200);
    expect((await operatorApi(server, 'admin')('DELETE', writer)).status).toBe(200);
  });

  test('made active without a password is invited, with a message of its own', async () => {
    const id = await enter('aurora', 'late@aurora.example', 'user', false);
    const old = await knownToken('tenant_aurora.user_invitations', 'user_id', id);
    const admin = operatorApi(server, 'admin');
    const path = `/tenants/aurora/users/${id}`;
    expect((await admin('PATCH', path, { status: 'disabled' })).body).toMatchObject({ status: 'disabled' });
    expect((await admin('PATCH', path, { status: 'active' })).body).toMatchObject({ status: 'invited' });
    expect((await accept(old, '/tenants/aurora')).status).toBe(422);
    expect((await accept(await knownToken('tenant_aurora.user_invitations', 'user_id', id), '/tenants/aurora')).status).toBe(200);
    expect((await admin('PATCH', path, { status: 'disabled' })).body).toMatchObject({ status: 'disabled' });
    expect((await admin('PATCH', path, { status: 'active' })).body).toMatchObject({ status: 'active' });
  });
});

describe('a visit', () => {
  const standing = async (email: string) =>
    await rows(
      `select v.id from platform.tenant_visits v join platform.operators o on o.id = v.operator_id
         cross join lateral identity.visit_standing(v.tenant_id, v.id) s where o.email = $1`, [email]);
  let count = 0;
  /** An operator who is signed in: id and session. */
  async function operator(role: OperatorTitle): Promise<{ email: string; id: string; session: string; token: string; cookie: string }> {
    count += 1;
    const email = `guest${count}@operators.example`;
    await server.db.addOperator(email, role);
    const reply = await login(email);
    const { id, session } = await one(
      `select o.id, s.id as session from platform.operators o join platform_private.operator_sessions s on s.operator_id = o.id where o.email = $1`, [email]);
    return { email, id: String(id), session: String(session), token: String(reply.body['accessToken']), cookie: reply.headers.get('set-cookie')?.split(';')[0] ?? '' };
  }
  /** Begins to enter as that operator in an open transaction. */
  async function entering<T>(
    who: { id: string; session: string },
    work: (client: pg.Client, enters: () => Promise<unknown>) => Promise<T>,
    role = 'admin',
  ): Promise<T> {
    return await server.db.withOperator('admin', async (client) => {
      await client.query('begin');
      await client.query(`select set_config('tenantry.operator_id', $1, true), set_config('tenantry.session_id', $2, true)`, [who.id, who.session]);
      return await work(client, async () => await ends(client.query(`select id from platform.enter_tenant_as('aurora', 'x', $1, 'write')`, [role])));
    });
  }

  test('is not begun by an admin who stops being one meanwhile', async () => {
    const guest = await operator('admin');
    await server.db.withOwner(async (demoting) => {
      await demoting.query('begin');
      await demoting.query(`select platform.change_operator($1, 'developer')`, [guest.id]);
      await entering(guest, async (client, enters) => {
        const pid = await pidOf(client);
        let answered = false;
        const entered = enters().finally(() => {
          answered = true;
        });
        await waits(pid, () => answered);
        await demoting.query('commit');
        expect(await entered).toBe('TN009');
        await client.query('rollback');
      });
    });
    expect(await standing(guest.email)).toEqual([]);
    const other = await operator('admin');
    await entering(other, async (client, enters) => {
      expect(await enters()).toMatchObject({ id: expect.any(String) });
      await client.query('commit');
    });
    expect(await standing(other.email)).toHaveLength(1);
  });

  test.each(['before', 'after'])('does not outlive a sign-out that comes %s it, both under way', async (order) => {
    const guest = await operator('admin');
    await entering(guest, async (client, enters) => {
      await server.db.withOwner(async (leaving) => {
        await leaving.query('begin');
        const leave = async () => await leaving.query(`select platform_private.end_sessions(null, $1, 'logout', $2)`, [guest.id, guest.session]);
        const [first, last, second, end] =
          order === 'before' ? [leave, enters, client, leaving] as const : [enters, leave, leaving, client] as const;
        await first();
        const pid = await pidOf(second);
        let answered = false;
        const pending = last().finally(() => {
          answered = true;
        });
        await waits(pid, () => answered);
        await end.query('commit');
        await pending;
        await second.query('commit');
      });
    });
    expect(await standing(guest.email)).toEqual([]);
  });

  test('of a demoted operator is over, however the two calls meet', async () => {
    const admin = operatorApi(server, 'admin');
    for (let round = 0; round < 8; round += 1) {
      const guest = await operator('admin');
      const visits = Array.from({ length: 6 }, async (_, n) => {
        if (n === 3) expect((await admin('PATCH', `/operators/${guest.id}`, { role: 'developer' })).status).toBe(200);
        return await call(server.url, 'POST', '/api/v1/tenants/aurora/context', {
          token: guest.token, body: { reason: 'x', role: 'admin', access: 'write' },
        });
      });
      const replies = await Promise.all(visits);
      for (const { status } of replies) expect([200, 401, 403]).toContain(status);
      expect(await standing(guest.email)).toEqual([]);
    }
  });

  test('holds while role, status and session do', async () => {
    const guest = await operator('admin');
    const begin = async () =>
      await entering(guest, async (client, enters) => {
        await enters();
        await client.query('commit');
      }, 'manager');
    await begin();
    expect(await standing(guest.email)).toHaveLength(1);
    const without = async (trigger: string, sql: string) => {
      await rows(`alter table platform.operators disable trigger ${trigger}`);
      await rows(sql, [guest.id]);
      await rows(`alter table platform.operators enable trigger ${trigger}`);
    };
    await without('operators_follow_sessions', `update platform.operators set role = 'operator' where id = $1`);
    expect(await standing(guest.email)).toEqual([]);
    await without('operators_follow_sessions', `update platform.operators set role = 'admin' where id = $1`);
    expect(await standing(guest.email)).toHaveLength(1);
    await rows(`update platform_private.operator_sessions set ended_at = now(), ended_because = 'logout' where id = $1`, [guest.session]);
    expect(await standing(guest.email)).toEqual([]);
  });
});

describe('a role that the tenant took away', () => {
  test('is not given back by an operator’s change of something else', async () => {
    const id = await enter('aurora', 'moving@aurora.example', 'manager');
    const patch = JSON.stringify({ role: 'manager', name: 'Renamed' });
    const change = async (client: pg.Client) => await ends(client.query(`select role from platform.change_user('aurora', $1, $2)`, [id, patch]));
    await server.db.withOperator('operator', async (client) => {
      expect(await change(client)).toEqual({ role: 'manager' });
      await server.db.withUser('aurora', claimsOf('admin'), async (tenant) => {
        expect((await tenant.query(`update users set role = 'viewer' where id = $1`, [id])).rowCount).toBe(1);
        const pid = await pidOf(client);
        let answered = false;
        const changed = change(client).finally(() => {
          answered = true;
        });
        await waits(pid, () => answered);
        await tenant.query('commit');
        expect(await changed).toBe('TN009');
      });
    });
    expect(await one('select role, name from tenant_aurora.users where id = $1', [id])).toEqual({ role: 'viewer', name: 'Renamed' });
  });

  test('counts for a message that is asked for meanwhile', async () => {
    const id = await enter('aurora', 'leaving@aurora.example', 'viewer');
    await server.db.withOperator('operator', async (client) => {
      await server.db.withUser('aurora', claimsOf('admin'), async (tenant) => {
        await tenant.query(`update users set status = 'disabled' where id = $1`, [id]);
        const pid = await pidOf(client);
        let answered = false;
        const sent = ends(client.query(`select platform.send_user_token('aurora', $1, 'reset')`, [id])).finally(() => {
          answered = true;
        });
        await waits(pid, () => answered);
        await tenant.query('commit');
        expect(await sent).toBe('TN004');
      });
    });
    expect(await rows('select from tenant_aurora.user_invitations where user_id = $1 and accepted_at is null', [id])).toEqual([]);
  });
});

describe('an earlier way in', () => {
  test('by a message ends when its user is disabled', async () => {
    const id = await enter('aurora', 'forgetful@aurora.example', 'user');
    const admin = operatorApi(server, 'admin');
    const path = `/tenants/aurora/users/${id}`;
    expect((await admin('POST', `${path}/reset`)).status).toBe(200);
    const token = await knownToken('tenant_aurora.user_invitations', 'user_id', id);
    await admin('PATCH', path, { status: 'disabled' });
    await admin('PATCH', path, { status: 'active' });
    expect((await accept(token, '/tenants/aurora')).status).toBe(422);
    expect((await admin('POST', `${path}/reset`)).status).toBe(200);
    expect((await accept(await knownToken('tenant_aurora.user_invitations', 'user_id', id), '/tenants/aurora')).status).toBe(200);
  });

  test('by an invitation ends when the operator is disabled; made active again, another goes out', async () => {
    const admin = operatorApi(server, 'admin');
    const invited = await admin('POST', '/operators', { email: 'nina@operators.example', name: 'Nina', role: 'developer' });
    const id = String(invited.body['id']);
    const token = await knownToken('platform_private.operator_invitations', 'operator_id', id);
    await admin('PATCH', `/operators/${id}`, { status: 'disabled' });
    expect((await admin('PATCH', `/operators/${id}`, { status: 'active' })).body).toMatchObject({ status: 'invited' });
    expect((await accept(token)).status).toBe(422);
    expect((await accept(await knownToken('platform_private.operator_invitations', 'operator_id', id))).status).toBe(200);
  });

  test('by password or issuer ends with the address; the new one gets a message', async () => {
    const id = await enter('aurora', 'before@aurora.example', 'user');
    const password = 'a sentence nobody has tried';
    expect((await login('before@aurora.example', '/tenants/aurora', password)).status).toBe(200);
    const { id: issuer } = await one(
      `insert into platform.external_issuers (tenant_id, issuer, jwks_url, audience, role_claim, role_map)
       values ('aurora', 'https://moved.example', 'https://moved.example/jwks', 'a', 'roles', '[]') returning id`);
    await rows('insert into platform_private.external_identities (issuer_id, subject, user_id) values ($1, $2, $3)', [issuer, 's', id]);
    await server.db.withUser('aurora', claimsOf('admin'), async (client) => {
      expect((await client.query(`update users set email = 'Before@aurora.example' where id = $1`, [id])).rowCount).toBe(1);
      await client.query('commit');
    });
    expect((await login('before@aurora.example', '/tenants/aurora', password)).status).toBe(200);
    await server.db.withUser('aurora', claimsOf('admin'), async (client) => {
      expect((await client.query(`update users set email = 'after@aurora.example' where id = $1`, [id])).rowCount).toBe(1);
      await client.query('commit');
    });
    expect(await login('after@aurora.example', '/tenants/aurora', password)).toMatchObject({ status: 401, body: { code: 'BAD_CREDENTIALS' } });
    expect(await rows('select from platform_private.external_identities where user_id = $1', [id])).toEqual([]);
    expect(await rows('select from tenant_aurora.user_sessions where user_id = $1 and ended_at is null', [id])).toEqual([]);
    // The invitation of the beginning, and this one.
    expect(await rows(`select from jobs.outbox where task = 'invitation__send' and payload ->> 'personId' = $1`, [id])).toHaveLength(2);
    expect((await accept(await knownToken('tenant_aurora.user_invitations', 'user_id', id), '/tenants/aurora')).body).toEqual({ email: 'after@aurora.example' });
    expect((await login('after@aurora.example', '/tenants/aurora', password)).status).toBe(200);
  });
});

describe('an operator whom somebody locked out', () => {
  test('is let in again by an admin or a security officer, on record', async () => {
    const email = 'victim@operators.example';
    await server.db.addOperator(email, 'developer');
    const { id } = await one('select id from platform.operators where email = $1', [email]);
    for (let attempt = 0; attempt < 5; attempt += 1) expect((await login(email, '', 'wrong')).status).toBe(401);
    expect((await login(email)).status).toBe(423);
    expect((await operatorApi(server, 'operator')('POST', `/operators/${String(id)}/unlock`)).status).toBe(403);
    expect(await operatorApi(server, 'security')('POST', `/operators/${String(id)}/unlock`)).toMatchObject({ status: 200, body: { email } });
    expect((await login(email)).status).toBe(200);
    expect(await operatorApi(server, 'admin')('POST', '/operators/00000000-0000-4000-8000-000000000000/unlock')).toMatchObject({ status: 404 });
    const unlocked = await call(server.url, 'POST', '/platform/graphql', {
      token: await server.operatorToken('admin'),
      body: { query: 'mutation ($id: UUID!) { unlockOperator(input: { id: $id }) { result { status } } }', variables: { id } },
    });
    expect(unlocked.body).toMatchObject({ data: { unlockOperator: { result: { status: 'active' } } } });
    const events = await server.db.withOwner(async (client) =>
      (await client.query(`select actor, subject from audit.buffer where action = 'operators.unlock' order by id`)).rows);
    expect(events).toEqual([1, 2].map(() => ({ actor: expect.stringMatching(/^operator:/), subject: `operators:${String(id)}` })));
  });
});

describe('an issuer', () => {
  const register = async (tenantId: string) => {
    const { id } = await one(
      `select id from platform.register_issuer($1, 'https://login.example', 'https://login.example/keys', 'a', '[{"value": "x", "role": "viewer"}]')`, [tenantId]);
    const { id: user } = await one(`insert into tenant_${tenantId}.users (email, name, role, status) values ($1, 'E', 'viewer', 'active') returning id`, [`${String(id)}@x.example`]);
    await rows('insert into platform_private.external_identities (issuer_id, subject, user_id) values ($1, $2, $3)', [id, 'sub', user]);
    await rows(`insert into tenant_${tenantId}.user_sessions (user_id, expires_at) values ($1, now() + interval '1 day')`, [user]);
    return { id: String(id), user: String(user) };
  };
  const remove = async (id: string) =>
    await server.db.withOperator('admin', async (client) => await ends(client.query('select issuer from platform.remove_issuer($1)', [id])));
  const open = async (tenantId: string, user: string) => await rows(`select from tenant_${tenantId}.user_sessions where user_id = $1 and ended_at is null`, [user]);

  test('goes although one of its people was removed; the others’ sessions end', async () => {
    const { id, user } = await register('aurora');
    const { id: gone } = await one(`insert into tenant_aurora.users (email, name, role, status) values ('gone@x.example', 'G', 'viewer', 'active') returning id`);
    await rows('insert into platform_private.external_identities (issuer_id, subject, user_id) values ($1, $2, $3)', [id, 'gone', gone]);
    expect((await operatorApi(server, 'admin')('DELETE', `/tenants/aurora/users/${String(gone)}`)).status).toBe(200);
    expect(await open('aurora', user)).toHaveLength(1);
    expect(await remove(id)).toEqual({ issuer: 'https://login.example' });
    expect(await open('aurora', user)).toEqual([]);
    expect(await rows('select from platform.external_issuers where id = $1', [id])).toEqual([]);
  });

  test('of a suspended and of a deleted tenant goes as well', async () => {
    await server.db.provision('delphi');
    const suspended = await register('delphi');
    await rows(`select platform.suspend_tenant('delphi', 'unpaid')`);
    expect(await remove(suspended.id)).toEqual({ issuer: 'https://login.example' });
    expect(await open('delphi', suspended.user)).toEqual([]);
    await rows(`select platform.activate_tenant('delphi')`);
    const deleted = await register('delphi');
    await rows(`select platform.delete_tenant('delphi', 'over')`);
    expect(await remove(deleted.id)).toEqual({ issuer: 'https://login.example' });
    expect(await remove(deleted.id)).toBe('TN003');
  });
});
