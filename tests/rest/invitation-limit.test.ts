/** How many people may be invited: an administrator's account is no way to write to strangers without bound. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import { call, operatorApi } from './api.ts';
import type { TestServer } from '../harness/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  for (const id of ['aurora', 'borealis']) await server.db.provision(id, { template: 'demo' });
});

afterAll(async () => {
  await server.close();
});

const owner = async (sql: string) => await server.db.withOwner(async (client) => (await client.query(sql)).rows);

beforeEach(async () => {
  await owner(`delete from tenant_aurora.users where status = 'invited'`);
  await owner('delete from platform_private.invitation_counts');
  await operatorApi(server)('PATCH', '/tenants/aurora', { settings: { security: { invitationLimit: 3 } } });
});

const INVITE = `mutation ($email: String!) { createUser(input: { user: { email: $email, name: "N", role: "viewer" } }) { user { rowId } } }`;
const REMOVE = 'mutation ($id: UUID!) { deleteUser(input: { rowId: $id }) { deletedUserId } }';
let people = 0;

async function ask(tenant: string, query: string, variables: Readonly<Record<string, unknown>>) {
  const { body } = await call(server.url, 'POST', '/graphql', { token: await server.tenantToken(tenant, 'admin'), body: { query, variables } });
  // oxlint-disable-next-line typescript/no-explicit-any
  return body as any;
}
const invite = async (tenant = 'aurora') => await ask(tenant, INVITE, { email: `n${(people += 1)}@stranger.example` });
const invited = async () => String((await invite()).data.createUser.user.rowId);
const sent = async () => (await owner(`select count(*)::int as n from tenant_aurora.user_invitations`))[0].n;

it('refuses one open invitation too many, until one is taken up or an operator raises the limit', async () => {
  for (let n = 0; n < 3; n += 1) await invited();
  await owner('delete from platform_private.invitation_counts');
  const refused = await invite();
  expect(refused.errors[0]).toMatchObject({ message: expect.stringContaining('3 invitations are open'), extensions: { code: 'CONFLICT' } });
  expect(await sent()).toBe(3);
  expect((await invite('borealis')).errors).toBeUndefined();
  const again = await operatorApi(server)('POST', '/tenants/aurora/users', { email: 'operators@stranger.example', name: 'O', role: 'viewer' });
  expect(again).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  await owner(`update tenant_aurora.user_invitations set accepted_at = now() where user_id = (select user_id from tenant_aurora.user_invitations limit 1)`);
  await invited();
  expect((await invite()).errors).toHaveLength(1);
  await operatorApi(server)('PATCH', '/tenants/aurora', { settings: { security: { invitationLimit: 5 } } });
  await invited();
});

it('counts in a day who was removed again, was given another address or got another message', async () => {
  const first = await invited();
  expect((await ask('aurora', REMOVE, { id: first })).errors).toBeUndefined();
  const second = await invited();
  await owner(`update tenant_aurora.users set email = 'other@stranger.example' where id = '${second}'`);
  expect(await sent()).toBe(1);
  const refused = await invite();
  expect(refused.errors[0]).toMatchObject({ message: expect.stringContaining('3 messages of invitation or reset went out today'), extensions: { code: 'CONFLICT' } });
  const resend = async (user: string, purpose: string) =>
    await server.db.withOperator('operator', async (client) => await sqlstateOf(async () => await client.query('select platform.send_user_token($1, $2, $3)', ['aurora', user, purpose])));
  expect(await resend(second, 'invitation')).toBe('TN008');
  const [viewer] = await owner(`select id from tenant_aurora.users where role = 'viewer' and status = 'active'`);
  expect(await resend(viewer.id, 'reset')).toBe('TN008');
  await owner(`update platform_private.invitation_counts set day = current_date - 1`);
  expect(await resend(second, 'invitation')).toBe('ok');
  expect(await resend(viewer.id, 'reset')).toBe('ok');
  expect(await owner('select sent from platform_private.invitation_counts')).toEqual([{ sent: 2 }]);
});

it('lets a hundred through where no operator has said otherwise', async () => {
  await operatorApi(server)('PATCH', '/tenants/aurora', { settings: { security: null } });
  const enter = async (count: number) =>
    await sqlstateOf(async () => await owner(`insert into tenant_aurora.users (email, name, role) select gen_random_uuid() || '@stranger.example', 'N', 'viewer' from generate_series(1, ${count})`));
  expect(await enter(101)).toBe('TN008');
  expect(await enter(100)).toBe('ok');
});
