import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { newTenant, operatorApi } from './api.ts';

let server: TestServer;
let api: ReturnType<typeof operatorApi>;

/** No worker runs here: all of them stay `provisioning`, unless a test says otherwise. */
const IDS = ['ant', 'bee', 'cat', 'dog', 'elk', 'fox', 'gnu'];

beforeAll(async () => {
  server = await startTestServer();
  api = operatorApi(server);
  for (const [index, id] of IDS.entries()) {
    await api('POST', '/tenants', newTenant(id, { name: `${String.fromCharCode(90 - index)} ${id}`, domain: `${id}.example` }));
  }
  await server.db.withOwner(async (client) => {
    await client.query(`update platform.tenants set size_bytes = 100 where id in ('bee', 'cat')`);
    await client.query(`update platform.tenants set size_bytes = 9 where id = 'dog'`);
    await client.query(`update platform.tenants set last_activity_at = now() where id = 'elk'`);
  });
  await api('POST', '/tenants/gnu/cancel', {});
});
afterAll(async () => {
  await server.close();
});

const ids = (body: Record<string, unknown>) => (body['items'] as { id: string }[]).map(({ id }) => id);

/** Walks all pages of a list. */
async function walk(query: string, first: number): Promise<string[]> {
  const seen: string[] = [];
  let after = '';
  for (let page = 0; page < 20; page += 1) {
    const { status, body } = await api('GET', `/tenants?${query}&first=${first}${after}`);
    expect(status).toBe(200);
    seen.push(...ids(body));
    if (body['endCursor'] === null) return seen;
    after = `&after=${body['endCursor'] as string}`;
  }
  throw new Error('the list does not end');
}

describe('GET /tenants', () => {
  test('answers items, totalCount and endCursor', async () => {
    const { body } = await api('GET', '/tenants?first=3');
    expect(ids(body)).toEqual(['ant', 'bee', 'cat']);
    expect(body['totalCount']).toBe(7);
    expect(body['endCursor']).toEqual(expect.any(String));
    expect((await api('GET', '/tenants')).body['endCursor']).toBeNull();
  });

  test.each([
    ['id', IDS],
    ['-id', IDS.toReversed()],
    ['name', IDS.toReversed()],
    ['-name', IDS],
    ['createdAt', IDS],
    ['-createdAt', IDS.toReversed()],
    ['sizeBytes', ['ant', 'elk', 'fox', 'gnu', 'dog', 'bee', 'cat']],
    ['-sizeBytes', ['cat', 'bee', 'dog', 'gnu', 'fox', 'elk', 'ant']],
    ['lastActivityAt', ['ant', 'bee', 'cat', 'dog', 'fox', 'gnu', 'elk']],
    ['status', ['gnu', 'ant', 'bee', 'cat', 'dog', 'elk', 'fox']],
  ])('sorted by %s shows each tenant once, whatever the page size', async (sort, expected) => {
    for (const first of [1, 2, 3, 7, 50]) expect(await walk(`sort=${sort}`, first)).toEqual(expected);
  });

  test('filters by status and words, counting what is found', async () => {
    const cancelled = await api('GET', '/tenants?status=cancelled');
    expect(ids(cancelled.body)).toEqual(['gnu']);
    expect(cancelled.body['totalCount']).toBe(1);
    expect((await api('GET', '/tenants?status=cancelled,provisioning')).body['totalCount']).toBe(7);
    expect(ids((await api('GET', '/tenants?q=E.EXAMPLE')).body)).toEqual(['bee']);
    expect(ids((await api('GET', '/tenants?q=Z%20ant')).body)).toEqual(['ant']);
    expect(await walk('status=provisioning&q=example', 2)).toEqual(['ant', 'bee', 'cat', 'dog', 'elk', 'fox']);
  });

  test.each(['%25', '_', "'", '%5C', "' or true --"])('takes %s as a letter, not as a pattern', async (letters) => {
    expect((await api('GET', `/tenants?q=${encodeURIComponent(decodeURIComponent(letters))}`)).body['totalCount']).toBe(0);
  });

  test.each([
    ['sort', 'sort=lane'],
    ['sort', 'sort=id%20desc'],
    ['status', 'status=closed'],
    ['first', 'first=0'],
    ['first', 'first=201'],
    ['first', 'first=x'],
    ['after', 'after=nonsense'],
    ['after', `after=${Buffer.from('["name","x","y"]').toString('base64url')}`],
    ['offset', 'offset=3'],
    ['sort', 'sort=id&sort=name'],
  ])('refuses %s in %s', async (field, query) => {
    const reply = await api('GET', `/tenants?${query}`);
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ code: 'INVALID_INPUT' });
    expect(reply.body.errors?.map((error) => error.field)).toContain(field);
  });

  test('refuses a cursor with a value that its sort cannot have', async () => {
    const after = Buffer.from(JSON.stringify(['createdAt', 'yesterday-ish', 'ant'])).toString('base64url');
    expect(await api('GET', `/tenants?sort=createdAt&after=${after}`)).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
  });
});
