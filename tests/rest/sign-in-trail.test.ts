/** Each event of signing in names its request and the address that it came from. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from './api.ts';
import type { Reply } from './api.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ tenants: ['aurora'] });
});
afterAll(async () => {
  await server.close();
});

const auth = '/api/v1/tenants/aurora/auth';

/** Sends a request and reads what the database recorded of it. */
async function recorded(path: string, options: Parameters<typeof call>[3] = {}) {
  const reply = await call(server.url, 'POST', path, options);
  const events = await server.db.withOwner(async (client) =>
    (
      await client.query<{ action: string; address: string | null }>(
        `select action, detail ->> 'address' as address from audit.buffer where request_id = $1 and source = 'database' order by id`,
        [reply.headers.get('x-request-id')],
      )
    ).rows,
  );
  return { reply, events };
}

const cookieOf = (reply: Reply): string => reply.headers.get('set-cookie')?.split(';')[0] ?? '';
const own = (action: string) => ({ action, address: '127.0.0.1' });

test('signing in, renewing, using a token again and signing out', async () => {
  const credentials = { body: { email: 'viewer@aurora.example', password: testPassword } };
  const first = await recorded(`${auth}/login`, credentials);
  expect(first).toMatchObject({ reply: { status: 200 } });
  expect(first.events).toContainEqual(own('sign_in.succeed'));
  const used = { headers: { Cookie: cookieOf(first.reply) } };
  expect((await recorded(`${auth}/refresh`, used)).reply.status).toBe(200);
  expect(await recorded(`${auth}/refresh`, used)).toMatchObject({ reply: { status: 401 }, events: [own('session.reuse')] });

  const second = await recorded(`${auth}/login`, credentials);
  expect((await recorded(`${auth}/logout`, { headers: { Cookie: cookieOf(second.reply) } })).events).toEqual([own('session.end')]);
});

test('a wrong password, a locked address, and a password that is lost', async () => {
  const wrong = { body: { email: 'nobody@aurora.example', password: 'not the password' } };
  for (let n = 1; n <= 5; n += 1) {
    expect(await recorded(`${auth}/login`, wrong)).toMatchObject({ reply: { status: 401 }, events: [own('sign_in.refuse')] });
  }
  expect(await recorded(`${auth}/login`, wrong)).toMatchObject({ reply: { status: 423 }, events: [own('sign_in.refuse')] });
  expect((await recorded(`${auth}/forgot`, { body: { email: 'nobody@aurora.example' } })).events).toEqual([own('password.forget')]);
});

test('operators too, and programs that ask for a token', async () => {
  await server.db.addOperator('trail@operators.example', 'admin');
  const operator = await recorded('/api/v1/auth/login', { body: { email: 'trail@operators.example', password: testPassword } });
  expect(operator.events).toContainEqual(own('sign_in.succeed'));
  const program = await recorded('/api/v1/oauth/token', {
    raw: new URLSearchParams({ grant_type: 'client_credentials', client_id: randomUUID(), client_secret: 'x', resource: `${server.url}/t/aurora` }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  expect(program).toMatchObject({ reply: { status: 401 }, events: [own('service_token.refuse')] });
});
