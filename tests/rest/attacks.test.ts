/** What an attacker tries from outside, each attempt beside what its owner may do, and each refusal found in the audit trail. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../server/identity/passwords.ts';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import { call, operatorApi } from './api.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ tenants: ['aurora', 'borealis', 'cygnus'] });
});
afterAll(async () => {
  await server.close();
});

const graphql = async (token: string, query: string, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  await call(server.url, 'POST', '/graphql', { token, body: { query, ...more }, headers });
const BRANDS = '{ brands(first: 1, orderBy: NAME_ASC) { nodes { name } } }';

/** The events of one request, once the trail has written them. */
async function trail(requestId: unknown): Promise<Record<string, unknown>[]> {
  let rows: Record<string, unknown>[] = [];
  await expect
    .poll(
      async () => {
        const find = async () =>
          await server.db.withOwner(async (client) =>
            (await client.query(`select action, outcome, tenant_id, actor, detail from audit.buffer where request_id = $1`, [requestId])).rows,
          );
        rows = await find();
        return rows.length;
      },
      { timeout: 5_000 },
    )
    .toBeGreaterThan(0);
  return rows;
}

describe('a tenant named elsewhere than in the token', () => {
  const places: [string, Record<string, string>, Record<string, unknown>, string][] = [
    ['in headers', { 'X-Tenant': 'borealis', 'X-Tenant-Id': 'borealis', Cookie: 'tenant=borealis' }, {}, ''],
    ['in variables', {}, { variables: { tenant: 'borealis', tid: 'borealis' } }, ''],
    ['in the body', {}, { tenant: 'borealis', tid: 'borealis' }, ''],
    ['in the query string', {}, {}, '?tenant=borealis&tid=borealis'],
  ];
  test.each(places)('%s changes nothing', async (_where, headers, more, search) => {
    const own = await graphql(await server.tenantToken('aurora', 'viewer'), BRANDS);
    const other = await graphql(await server.tenantToken('borealis', 'viewer'), BRANDS);
    expect(own.body).not.toEqual(other.body);
    const token = await server.tenantToken('aurora', 'viewer');
    const reply = await call(server.url, 'POST', `/graphql${search}`, { token, body: { query: BRANDS, ...more }, headers });
    expect(reply.body).toEqual(own.body);
  });

  test('in the path is not found', async () => {
    const token = await server.tenantToken('aurora', 'viewer');
    expect(await call(server.url, 'POST', '/graphql/borealis', { token, body: { query: BRANDS } })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});

describe('a tenant that is closed', () => {
  const grants = async () =>
    await server.db.withOwner(async (client) =>
      (
        await client.query(
          `select (select array_agg(format('%s/%s/%s', m.member::regrole, m.roleid::regrole, m.admin_option) order by m.member::regrole::text)
                     from pg_auth_members m where m.roleid = to_regrole($1)) as members,
                  (select nspacl::text from pg_namespace where nspname = 'tenant_cygnus') as acl`,
          [server.db.tenantRole('cygnus')],
        )
      ).rows[0],
    );
  const onItsLane = async () => await sqlstateOf(async () => await server.db.withUser('cygnus', { role: 'viewer' }, async (client) => await client.query('select from brands')));

  test('refuses the next request, in the database itself, and opens again with exactly the same grants', async () => {
    const api = operatorApi(server);
    const token = await server.tenantToken('cygnus', 'viewer');
    expect((await graphql(token, BRANDS)).status).toBe(200);
    expect(await onItsLane()).toBe('ok');
    const before = await grants();

    expect((await api('POST', '/tenants/cygnus/suspend', { reason: 'unpaid' })).status).toBe(200);
    const refused = await graphql(token, BRANDS);
    expect(refused).toMatchObject({ status: 403, body: { code: 'TENANT_SUSPENDED' } });
    expect(await onItsLane()).toBe('42501');
    expect(await trail(refused.body['requestId'])).toMatchObject([
      { action: 'request.refuse', tenant_id: 'cygnus', actor: expect.stringMatching(/^user:/), detail: { code: 'TENANT_SUSPENDED' } },
    ]);

    expect((await api('POST', '/tenants/cygnus/activate', {})).status).toBe(200);
    expect((await graphql(token, BRANDS)).status).toBe(200);
    expect(await grants()).toEqual(before);
  });

  test('and deleted refuses too, sign-in and renewal included', async () => {
    const api = operatorApi(server);
    const token = await server.tenantToken('cygnus', 'viewer');
    const signIn = { body: { email: 'viewer@cygnus.example', password: testPassword } };
    const cookie = (await call(server.url, 'POST', '/api/v1/tenants/cygnus/auth/login', signIn)).headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await api('DELETE', '/tenants/cygnus', { confirm: 'cygnus', reason: 'end' })).status).toBe(200);
    expect(await graphql(token, BRANDS)).toMatchObject({ status: 403, body: { code: 'TENANT_FORBIDDEN' } });
    expect((await call(server.url, 'POST', '/api/v1/tenants/cygnus/auth/login', signIn)).status).toBe(403);
    expect((await call(server.url, 'POST', '/api/v1/tenants/cygnus/auth/refresh', { headers: { Cookie: cookie } })).status).toBe(403);
    expect((await api('POST', '/tenants/cygnus/restore', { reason: 'mistake' })).status).toBe(200);
    expect((await api('POST', '/tenants/cygnus/activate', {})).status).toBe(200);
    expect((await graphql(token, BRANDS)).status).toBe(200);
  });
});

describe('a token that is not one', () => {
  test.each([
    ['none', undefined, 'UNAUTHENTICATED'],
    ['unsigned', 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.', 'TOKEN_INVALID'],
    ['noise', 'x.y.z', 'TOKEN_INVALID'],
  ])('%s is refused and recorded, without a name', async (_kind, token, code) => {
    const reply = await call(server.url, 'POST', '/graphql', { ...(token !== undefined && { token }), body: { query: BRANDS } });
    expect(reply).toMatchObject({ status: 401, body: { code } });
    expect(await trail(reply.body['requestId'])).toMatchObject([{ action: 'request.refuse', actor: 'anonymous', detail: { code } }]);
  });
});

describe('rights that were not given', () => {
  test('are not taken by changing one’s own row', async () => {
    const me = await server.db.withOwner(
      async (client) => (await client.query(`select id from tenant_aurora.users where email = 'viewer@aurora.example'`)).rows[0].id,
    );
    const climb = `mutation { updateUser(input: {rowId: "${me}", patch: {role: "admin"}}) { user { role } } }`;
    const reply = await graphql(await server.tenantToken('aurora', 'viewer'), climb);
    expect(JSON.stringify(reply.body)).not.toContain('"role":"admin"');
    const role = async () =>
      await server.db.withOwner(async (client) => (await client.query('select role from tenant_aurora.users where id = $1', [me])).rows[0].role);
    expect(await role()).toBe('viewer');
    const byAdmin = await graphql(await server.tenantToken('aurora', 'admin'), climb.replace('"admin"', '"user"'));
    expect(byAdmin.body).toMatchObject({ data: { updateUser: { user: { role: 'user' } } } });
    expect(await role()).toBe('user');
  });

  test('of operators are not a user’s, nor a developer’s an admin’s; the trail names both', async () => {
    const user = await call(server.url, 'GET', '/api/v1/tenants', { token: await server.tenantToken('aurora', 'admin') });
    expect(user).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await trail(user.body['requestId'])).toMatchObject([{ tenant_id: 'aurora', actor: expect.stringMatching(/^user:/) }]);
    const developer = await operatorApi(server, 'developer')('POST', '/tenants/aurora/suspend', { reason: 'x' });
    expect(developer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await trail(developer.body['requestId'])).toMatchObject([{ tenant_id: null, actor: expect.stringMatching(/^operator:/) }]);
  });
});

describe('a query that is a bomb', () => {
  const nested = (depth: number): string => (depth === 0 ? 'name' : `agreements { nodes { brand { ${nested(depth - 1)} } } }`);
  test.each([
    ['deep', `{ brands { nodes { ${nested(12)} } } }`],
    ['of aliases', `{ ${Array.from({ length: 2_000 }, (_, n) => `a${n}: brands { totalCount }`).join(' ')} }`],
    ['a cycle of fragments', '{ brands { nodes { ...a } } } fragment a on Brand { ...b } fragment b on Brand { ...a }'],
    ['of fragments that double', `{ brands { nodes { ...f0 } } } ${Array.from({ length: 25 }, (_, n) => `fragment f${n} on Brand { ${n === 24 ? 'name' : `...f${n + 1} x${n}: agreements { nodes { brand { ...f${n + 1} } } }`} }`).join(' ')}`],
  ])('%s is refused, and quickly', async (_kind, query) => {
    const token = await server.tenantToken('borealis', 'viewer');
    const reply = await graphql(token, query);
    expect(reply.status).toBe(400);
    expect(['QUERY_TOO_COSTLY', 'MALFORMED_REQUEST']).toContain(reply.body.code);
    expect((await graphql(token, BRANDS)).status).toBe(200);
  });

  test('sent as a batch is not read', async () => {
    const token = await server.tenantToken('borealis', 'viewer');
    const reply = await call(server.url, 'POST', '/graphql', { token, body: [{ query: BRANDS }, { query: BRANDS }] });
    expect(reply).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } });
  });
});

/** Largest distance between two cumulative distributions (Kolmogorov and Smirnov's D). */
function distance(one: readonly number[], two: readonly number[]): number {
  const share = (all: readonly number[], limit: number) => all.filter((value) => value <= limit).length / all.length;
  return Math.max(...[...one, ...two].map((limit) => Math.abs(share(one, limit) - share(two, limit))));
}

describe('known and unknown accounts cannot be told apart by status, body or time', () => {
  const people = 60;
  beforeAll(async () => {
    const hash = await hashPassword(testPassword);
    await server.db.withOwner(async (client) => {
      await client.query(
        `with made as (
           insert into tenant_borealis.users (email, name, role, status)
           select 'known-' || n || '@borealis.example', 'Known ' || n, 'viewer', 'active' from generate_series(1, $1) as n returning id)
         insert into tenant_borealis.user_credentials (user_id, password_hash) select id, $2 from made`,
        [people, hash],
      );
    });
  });

  const attempt = async (path: string, body: unknown, from: number): Promise<{ ms: number; answer: string }> => {
    const begun = performance.now();
    return await new Promise((resolve, reject) => {
      // Each from an address of its own: the limit by address is another wall.
      const sent = request(
        `${server.url}/api/v1/tenants/borealis/auth/${path}`,
        { method: 'POST', localAddress: `127.0.${1 + Math.floor(from / 200)}.${1 + (from % 200)}`, headers: { 'Content-Type': 'application/json' }, agent: false },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.on('end', () => {
            const { requestId: _, ...rest } = JSON.parse(text) as Record<string, unknown>;
            resolve({ ms: performance.now() - begun, answer: JSON.stringify([response.statusCode, rest]) });
          });
        },
      );
      sent.on('error', reject);
      sent.end(JSON.stringify(body));
    });
  };

  test.each([
    ['at sign-in', 'login', { password: 'not the password' }, 'BAD_CREDENTIALS'],
    ['when a password is said to be lost', 'forgot', {}, '[202,{}]'],
  ])('%s', async (_when, path, more, words) => {
    const times = { known: [] as number[], unknown: [] as number[] };
    const answers = new Set<string>();
    for (let n = 1; n <= people; n += 1) {
      const pair: ['known' | 'unknown', string][] = [
        ['known', `known-${n}@borealis.example`],
        ['unknown', `ghost-${n}@borealis.example`],
      ];
      for (const [kind, email] of n % 2 === 0 ? pair : pair.toReversed()) {
        const { ms, answer } = await attempt(path, { email, ...more }, n * 2 + (kind === 'known' ? 1 : 0));
        times[kind].push(ms);
        answers.add(answer);
      }
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).toContain(words);
    // Two samples of 60 from one distribution lie further apart than this once in a thousand times: 1.95 × √(2/60).
    expect(distance(times.known, times.unknown)).toBeLessThan(0.356);
    // The measure can tell: an answer that came without most of the work would stand out.
    const shifted = times.known.map((ms) => ms / 4);
    expect(distance(shifted, times.unknown)).toBeGreaterThan(0.356);
  });

  // A millisecond drowns in the noise of one request, though not in that of thousands: so what the database did is compared as well.
  test('when a password is said to be lost, the database does the same work', async () => {
    const workFor = async (email: string) =>
      await server.db.withLogin(`${server.db.prefix}tenantry_auth`, async (client) => {
        await client.query('begin');
        await client.query('select identity.request_reset($1, $2)', ['borealis', email]);
        const { rows } = await client.query(
          `select schemaname, relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_del
             from pg_stat_xact_user_tables
            where coalesce(seq_scan, 0) + coalesce(idx_scan, 0) + n_tup_ins + n_tup_upd + n_tup_del > 0
            order by 1, 2`,
        );
        await client.query('rollback');
        return rows;
      });
    const known = await workFor('viewer@borealis.example');
    expect(known).toEqual(await workFor('nobody@borealis.example'));
    expect(known.map(({ relname }) => relname)).toContain('reset_requests');
  });
});
