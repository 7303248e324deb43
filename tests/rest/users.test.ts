/** The users of a tenant, as operators and their own administrators run them. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call, operatorApi } from './api.ts';
import type { Reply } from './api.ts';
import { cookieOf, signInClient, tokenOf } from './sign-in-client.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ worker: true, tenants: ['aurora', 'borealis'] });
});
afterAll(async () => {
  await server.close();
});

const aurora = '/api/v1/tenants/aurora/auth';
const { login, withCookie, tokenFor } = signInClient(() => server);
const probe = async (token: string) => await call(server.url, 'POST', '/graphql', { token, body: { query: '{ brands { totalCount } }' } });

describe('the users of a tenant', () => {
  test('are invited, choose a password, change, are disabled and removed; both trails know', async () => {
    const api = operatorApi(server, 'admin');
    const path = '/tenants/aurora/users';
    const invited = await api('POST', path, { email: 'new@aurora.example', name: 'Nele New', role: 'viewer' });
    expect(invited).toMatchObject({ status: 201, body: { status: 'invited', role: 'viewer' } });
    const id = String(invited.body['id']);
    expect(await api('POST', path, { email: 'NEW@aurora.example', name: 'Other', role: 'viewer' })).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect(await api('POST', path, { email: 'x@aurora.example', name: 'X', role: 'emperor' })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_INPUT', errors: [{ field: 'role', message: 'A role is one of admin, auditor, manager, user, viewer.' }] },
    });
    expect(await api('POST', path, { email: 'not-mail', name: 'X', role: 'viewer' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'email', message: 'An e-mail address has the form name@domain, with up to 254 characters.' }] },
    });
    expect((await api('POST', `${path}/not-a-uuid/unlock`)).body).toMatchObject({ code: 'NOT_FOUND', detail: expect.stringContaining('UUID') });
    expect(await api('PATCH', `${path}/${id}`, { status: 'active' })).toMatchObject({ status: 422, body: { errors: [{ field: 'status' }] } });

    const token = await tokenFor('new@aurora.example');
    expect((await call(server.url, 'POST', `${aurora}/accept`, { body: { token, newPassword: testPassword } })).status).toBe(200);
    const session = await login(aurora, 'new@aurora.example');
    expect((await probe(tokenOf(session))).status).toBe(200);

    expect((await api('PATCH', `${path}/${id}`, { role: 'manager' })).body).toMatchObject({ role: 'manager' });
    await expect.poll(async () => (await probe(tokenOf(session))).body.code).toBe('TOKEN_REVOKED');
    const renewed = await withCookie(aurora, 'refresh', cookieOf(session));
    expect(decodeJwt(tokenOf(renewed))).toMatchObject({ role: 'manager' });
    expect((await probe(tokenOf(renewed))).status).toBe(200);

    const listed = await api('GET', `${path}/${id}/sessions`);
    expect(listed.body['items']).toHaveLength(1);
    expect((await api('DELETE', `${path}/${id}/sessions`)).body).toEqual({ ended: 1 });
    await expect.poll(async () => (await probe(tokenOf(renewed))).body.code).toBe('TOKEN_REVOKED');

    const last = await login(aurora, 'new@aurora.example');
    expect((await api('PATCH', `${path}/${id}`, { status: 'disabled' })).status).toBe(200);
    await expect.poll(async () => (await probe(tokenOf(last))).body.code).toBe('TOKEN_REVOKED');
    expect((await login(aurora, 'new@aurora.example')).status).toBe(401);
    expect((await api('DELETE', `${path}/${id}`)).status).toBe(200);
    expect((await api('GET', `${path}/${id}/sessions`)).status).toBe(404);

    const actions = await server.db.withOwner(async (client) =>
      (await client.query(`select at, action, actor from audit.buffer where subject = $1
           union all select at, action, actor from audit.events where subject = $1 order by 1`, [`users:${id}`])).rows,
    );
    expect(actions.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['users.invite', 'invitation.accept', 'sign_in.succeed', 'users.end_sessions']),
    );
    expect(actions[0]).toMatchObject({ actor: expect.stringMatching(/^operator:/) });
    expect(actions.find(({ action }: { action: string }) => action === 'sign_in.succeed')).toMatchObject({ actor: `user:${id}` });
  });

  test('are invited by their own administrators through GraphQL, too', async () => {
    const admin = tokenOf(await login(aurora, 'admin@aurora.example'));
    const create = 'mutation { createUser(input: {user: {email: "peer@aurora.example", name: "Peer", role: "user"}}) { user { status } } }';
    const { body } = await call(server.url, 'POST', '/graphql', { token: admin, body: { query: create } });
    expect(body).toMatchObject({ data: { createUser: { user: { status: 'invited' } } } });
    const token = await tokenFor('peer@aurora.example');
    expect((await call(server.url, 'POST', `${aurora}/accept`, { body: { token, newPassword: testPassword } })).status).toBe(200);
    expect((await login(aurora, 'peer@aurora.example')).body).toMatchObject({ user: { role: 'user' } });
  });

  test('are helped by their own administrators, who help nobody above themselves or elsewhere', async () => {
    const admin = tokenOf(await login(aurora, 'admin@aurora.example'));
    const manager = await login(aurora, 'manager@aurora.example');
    const idOf = (reply: Reply) => (reply.body['user'] as { id: string }).id;
    const act = async (token: string, userId: string, verb: string, tenantId = 'aurora') =>
      await call(server.url, 'POST', `/api/v1/tenants/${tenantId}/auth/users/${userId}/${verb}`, { token });
    expect(await act(tokenOf(manager), idOf(manager), 'unlock')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await act(admin, idOf(manager), 'unlock')).toMatchObject({ status: 200, body: { email: 'manager@aurora.example' } });
    expect(await act(admin, idOf(manager), 'invite')).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION' } });
    expect(await act(admin, idOf(manager), 'unlock', 'borealis')).toMatchObject({ status: 403, body: { code: 'TENANT_FORBIDDEN' } });
    expect((await act(admin, idOf(manager), 'end_sessions')).body).toMatchObject({ sessions: 0 });
    await expect.poll(async () => (await probe(tokenOf(manager))).body.code).toBe('TOKEN_REVOKED');
    const events = await server.db.withOwner(async (client) =>
      (await client.query(`select actor from audit.buffer where action = 'users.end_sessions' and subject = $1
           union all select actor from audit.events where action = 'users.end_sessions' and subject = $1`, [`users:${idOf(manager)}`])).rows,
    );
    expect(events).toEqual([{ actor: expect.stringMatching(/^user:/) }]);
  });

  test('whose address is corrected are invited anew, and the first message is void', async () => {
    const api = operatorApi(server, 'admin');
    const invited = await api('POST', '/tenants/aurora/users', { email: 'wrong@aurora.example', name: 'Wim', role: 'manager' });
    const wrong = await tokenFor('wrong@aurora.example');
    await server.db.withOwner(
      async (client) => await client.query(`update tenant_aurora.users set email = 'right@aurora.example' where id = $1`, [invited.body['id']]),
    );
    const accept = async (token: string) => await call(server.url, 'POST', `${aurora}/accept`, { body: { token, newPassword: testPassword } });
    expect((await accept(wrong)).status).toBe(422);
    expect((await accept(await tokenFor('right@aurora.example'))).body).toEqual({ email: 'right@aurora.example' });
  });

  test('get roles that change anything from admins only, and no service account’s', async () => {
    const operator = operatorApi(server, 'operator');
    const admin = operatorApi(server, 'admin');
    const path = '/tenants/aurora/users';
    expect(await operator('POST', path, { email: 'own@aurora.example', name: 'Own', role: 'admin' })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const reader = await operator('POST', path, { email: 'own@aurora.example', name: 'Own', role: 'viewer' });
    expect(reader.status).toBe(201);
    const own = `${path}/${String(reader.body['id'])}`;
    expect(await operator('PATCH', own, { role: 'manager' })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect((await admin('PATCH', own, { role: 'manager' })).status).toBe(200);
    for (const bad of [{ name: 'Two\nlines' }, { email: '<a,b;c>@x.example' }, { role: `service_${'0'.repeat(32)}` }]) {
      const reply = await admin('POST', path, { email: 'plain@aurora.example', name: 'Plain', role: 'viewer', ...bad });
      expect(reply).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
    }
    expect((await admin('POST', path, { email: 'plain@aurora.example', name: 'Plain', role: 'viewer' })).status).toBe(201);
  });

  test('are found by those who may, and whoever left a trace stays', async () => {
    const developer = operatorApi(server, 'developer');
    expect(await developer('GET', '/tenants/aurora/users')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const security = operatorApi(server, 'security');
    const users = (await security('GET', '/tenants/aurora/users')).body['items'] as { id: string; email: string }[];
    const manager = users.find(({ email }) => email === 'manager@aurora.example')?.id ?? '';
    expect(await security('DELETE', `/tenants/aurora/users/${manager}`)).toMatchObject({ status: 403 });
    expect((await security('POST', `/tenants/aurora/users/${manager}/unlock`)).status).toBe(200);
    const api = operatorApi(server, 'admin');
    expect(await api('DELETE', `/tenants/aurora/users/${manager}`)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect(await api('POST', `/tenants/borealis/users/${manager}/unlock`)).toMatchObject({ status: 404 });
    expect(await api('POST', `/tenants/aurora/users/${manager}/invite`)).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION' } });
  });
});
