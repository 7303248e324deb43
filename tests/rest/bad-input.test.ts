import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { INNER_NAMES, call, newTenant, operatorApi } from './api.ts';

let server: TestServer;
let api: ReturnType<typeof operatorApi>;
let token = '';

beforeAll(async () => {
  server = await startTestServer();
  api = operatorApi(server);
  token = await server.operatorToken();
  await api('POST', '/tenants', newTenant('taken'));
});
afterAll(async () => {
  await server.close();
});

/** Nothing that was refused may have left anything behind. */
async function nothingWasCreated(): Promise<void> {
  expect((await api('GET', '/tenants')).body['totalCount']).toBe(1);
  const rows = await server.db.withOwner(async (client) =>
    (await client.query(`select from platform.provisioning_runs union all select from platform.tenant_transitions`)).rowCount,
  );
  expect(rows).toBe(2);
}

describe('an id that is not one', () => {
  test.each([
    ['empty', ''],
    ['too short', 'a'],
    ['too long', 'a'.repeat(49)],
    ['far too long', 'a'.repeat(5_000)],
    ['upper case', 'Aurora'],
    ['beginning with a digit', '1aurora'],
    ['beginning with an underscore', '_aurora'],
    ['a space', 'au rora'],
    ['a hyphen', 'au-rora'],
    ['a single quote', "au'rora"],
    ['a double quote', 'au"rora'],
    ['a semicolon', 'aurora;drop'],
    ['a comment', 'aurora--'],
    ['a backslash', 'aurora\\'],
    ['a line break behind it', 'aurora\n'],
    ['a zero byte', 'aurora\u0000'],
    ['an umlaut', 'auröra'],
    ['a Cyrillic a', '\u0430urora'],
    ['full width', '\uff41urora'],
    ['a right-to-left mark', 'aurora\u200f'],
    ['half a surrogate pair', 'aurora\ud800'],
    ['a number', 7],
    ['null', null],
    ['a list', ['aurora']],
    ['an object', { toString: 'aurora' }],
  ])('%s is INVALID_INPUT, field id', async (_name, id) => {
    const reply = await api('POST', '/tenants?wait=true', newTenant('x', { id }));
    expect(reply).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT', errors: [{ field: 'id' }] } });
    expect(JSON.stringify(reply.body)).not.toMatch(INNER_NAMES);
  });

  test('but the longest and the strangest ids that are allowed are accepted', async () => {
    for (const id of ['pg_catalog', 'select', 'a'.repeat(48), 'x__']) {
      expect(await api('POST', '/tenants', newTenant(id)), id).toMatchObject({ status: 202, body: { id } });
      await server.db.withOwner(async (client) => {
        await client.query('delete from platform.provisioning_runs where tenant_id = $1', [id]);
        await client.query('delete from platform.tenant_transitions where tenant_id = $1', [id]);
        await client.query('delete from platform.tenants where id = $1', [id]);
      });
    }
  });

  test('that is taken is TENANT_EXISTS', async () => {
    expect(await api('POST', '/tenants', newTenant('taken', { name: 'Other' }))).toMatchObject({ status: 409, body: { code: 'TENANT_EXISTS' } });
  });

  test('leaves nothing behind', nothingWasCreated);
});

describe('a field that is not acceptable is named', () => {
  test.each<[string, unknown]>([
    ['name', { name: '' }],
    ['name', { name: '   ' }],
    ['name', { name: 'x'.repeat(121) }],
    ['name', { name: undefined }],
    ['description', { description: 'x'.repeat(2_001) }],
    ['domain', { domain: 'https://aurora.example' }],
    ['domain', { domain: 'localhost' }],
    ['domain', { domain: 'a..b' }],
    ['tier', { tier: 'gold' }],
    ['template', { template: '../demo' }],
    ['settings', { settings: [] }],
    ['settings', { settings: 'x' }],
    ['settings.security.a', { settings: { security: { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } } } }],
    ['settings.flags', { settings: { flags: {} } }],
    ['settings.branding', { settings: { branding: null } }],
    ['security', { security: {}, settings: { security: {} } }],
    ['activate', { activate: 'yes' }],
    ['admin', { admin: undefined }],
    ['admin.email', { admin: { email: 'nobody', name: 'N' } }],
    ['admin.name', { admin: { email: 'a@b.example', name: '' } }],
    ['admin.role', { admin: { email: 'a@b.example', name: 'N', role: 'owner' } }],
    ['lane', { lane: 3 }],
    ['status', { status: 'active' }],
    ['schemaVersion', { schemaVersion: 1 }],
    ['constructor', { constructor: 1 }],
  ])('%s in %j', async (field, changes) => {
    const reply = await api('POST', '/tenants', newTenant('fresh', changes as Record<string, unknown>));
    expect(reply).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT', errors: [{ field }] } });
  });

  test('all of them at once, but not without end', async () => {
    const reply = await api('POST', '/tenants', { id: 'X', name: '', unknown: 1, admin: {} });
    expect(reply.body.errors?.map(({ field }) => field).sort()).toEqual(['admin.email', 'admin.name', 'id', 'name', 'unknown']);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, 1]));
    expect((await api('POST', '/tenants', many)).body.errors?.length).toBe(20);
  });

  test('__proto__ is an unknown field like any other, or ignored; it changes nothing', async () => {
    const raw = JSON.stringify(newTenant('fresh', { name: '' })).replace('{', '{"__proto__":{"name":"Polluted"},');
    const reply = await call(server.url, 'POST', '/api/v1/tenants', { token, raw });
    expect(reply.status).toBe(422);
    expect(({} as Record<string, unknown>)['name']).toBeUndefined();
  });

  test('a zero byte in a text or in settings is refused, not stored', async () => {
    for (const changes of [{ description: 'a\u0000b' }, { settings: { security: { topic: 'a\u0000b' } } }, { name: 'a\u0000b' }]) {
      expect(await api('POST', '/tenants', newTenant('fresh', changes))).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
    }
  });

  test('SQL in any field is a text', async () => {
    const hostile = `'); drop schema platform cascade; --`;
    const reply = await api('POST', '/tenants', newTenant('fresh', { name: hostile, description: hostile }));
    expect(reply).toMatchObject({ status: 202, body: { name: hostile, description: hostile } });
    expect((await api('POST', '/tenants/fresh/cancel', { reason: hostile })).status).toBe(200);
    await server.db.withOwner(async (client) => {
      await client.query(`delete from platform.provisioning_runs where tenant_id = 'fresh'`);
      await client.query(`delete from platform.tenant_transitions where tenant_id = 'fresh'`);
      await client.query(`delete from platform.tenants where id = 'fresh'`);
    });
  });

  test('leaves nothing behind', nothingWasCreated);
});

describe('a body that is', () => {
  const post = async (raw: string, headers: Record<string, string> = {}) =>
    await call(server.url, 'POST', '/api/v1/tenants', { token, raw, headers });

  test.each(['{', 'id=aurora', '"text"', 'null', '7', '{"id":}', '\u0000', '{"id":"a"}{"id":"b"}', '[1,2'])(
    'not a JSON object (%j) is MALFORMED_REQUEST or INVALID_INPUT, never 500',
    async (raw) => {
      const reply = await post(raw);
      expect(reply).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } });
    },
  );

  test('a list is INVALID_INPUT', async () => {
    expect(await post('[]')).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', ''])(
    'declared as %j is MALFORMED_REQUEST',
    async (type) => {
      const reply = await post(JSON.stringify(newTenant('fresh')), { 'Content-Type': type });
      expect(reply).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } });
    },
  );

  test('declared in another character set or compressed is MALFORMED_REQUEST', async () => {
    expect(await post('{}', { 'Content-Type': 'application/json; charset=latin1' })).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } });
    expect(await post('{}', { 'Content-Encoding': 'gzip' })).toMatchObject({ status: 400, body: { code: 'MALFORMED_REQUEST' } });
  });

  test('too large is TOO_LARGE, announced or not', async () => {
    const raw = JSON.stringify(newTenant('fresh', { description: 'x'.repeat(70_000) }));
    expect(await post(raw)).toMatchObject({ status: 413, body: { code: 'TOO_LARGE' } });
    const unannounced: RequestInit = {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: new Blob([raw]).stream(),
      duplex: 'half',
    };
    const response = await fetch(`${server.url}/api/v1/tenants`, unannounced);
    expect(response.status).toBe(413);
  });

  test('nested without end is refused without harm', async () => {
    const deep = `${'['.repeat(25_000)}${']'.repeat(25_000)}`;
    const reply = await post(JSON.stringify(newTenant('fresh')).replace('{', `{"settings":{"security":{"a":${deep}}},`));
    expect(reply).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT', errors: [{ field: 'settings.security.a' }] } });
  });

  test('missing is INVALID_INPUT with the fields that are wanted', async () => {
    const reply = await call(server.url, 'POST', '/api/v1/tenants', { token });
    expect(reply).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
    expect(reply.body.errors?.map(({ field }) => field).sort()).toEqual(['admin', 'id', 'name']);
  });

  test('not looked at before it is known who sends it', async () => {
    expect((await call(server.url, 'POST', '/api/v1/tenants', { raw: '{' })).status).toBe(401);
  });

  test('leaves nothing behind', nothingWasCreated);
});

test('what is not there is NOT_FOUND, by any method', async () => {
  for (const [method, path] of [
    ['GET', '/api/v1/nothing'],
    ['PUT', '/api/v1/tenants/taken'],
    ['POST', '/api/v1/tenants/taken'],
    ['GET', '/API/V1/tenants'],
    ['GET', '/api/v1/tenants/'],
    ['GET', '/..%2f..%2fetc/passwd'],
  ] as const) {
    expect(await call(server.url, method, path, { token }), `${method} ${path}`).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  }
});

test('while the database is read-only, what writes is UNAVAILABLE and what reads goes on; nothing is lost', async () => {
  const pin = async (clause: string) => {
    await server.db.withMigrator(async (client) => {
      await client.query('set default_transaction_read_only = off');
      await client.query(`alter database ${client.escapeIdentifier(client.database ?? '')} ${clause}`);
    });
    // Settings of a database hold for new sessions: the server's are cut, as a failover does.
    await server.db.withLogin(`${server.db.prefix}tenantry_api`, async (client) => {
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where usename = session_user and datname = current_database() and pid <> pg_backend_pid()`,
      );
    });
  };
  await pin('set default_transaction_read_only = on');
  try {
    const reply = await api('POST', '/tenants', newTenant('fresh'));
    expect(reply).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.stringify(reply.body)).not.toMatch(INNER_NAMES);
    expect((await api('GET', '/tenants/taken')).status).toBe(200);
  } finally {
    await pin('reset default_transaction_read_only');
  }
  await expect.poll(async () => (await api('GET', '/tenants/taken')).status).toBe(200);
  await nothingWasCreated();
});

test('a body without the needed privilege in the database is FORBIDDEN, in our words', async () => {
  await server.db.withOwner(async (client) => {
    await client.query(`revoke execute on function platform.suspend_tenant(text, text) from ${server.db.prefix}tenantry_operator`);
  });
  const reply = await operatorApi(server, 'operator')('POST', '/tenants/taken/suspend', { reason: 'x' });
  expect(reply).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect(JSON.stringify(reply.body)).not.toMatch(INNER_NAMES);
});

test('what is wrong is said in words for people, not in those of a library', async () => {
  const { body } = await api('POST', '/tenants', { id: 7, tier: 'golden', activate: 'yes', admin: { email: 'x', name: '' }, domain: 'not a domain' });
  const said = Object.fromEntries((body.errors ?? []).map(({ field, message }) => [field, message]));
  expect(said).toMatchObject({
    name: 'This is needed.',
    tier: 'This must be one of: standard, premium, dedicated.',
    activate: 'This must be true or false.',
    'admin.email': 'This must be an e-mail address.',
  });
  expect(JSON.stringify(body.errors)).not.toMatch(/invalid|expected|received|pattern|too (small|big)/i);
});
