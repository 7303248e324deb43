import { createClient } from 'graphql-ws';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sqlstateOf } from '../harness/outcome.ts';
import { startTestServer } from '../harness/server.ts';
import type { OperatorTitle, TestServer } from '../harness/server.ts';
import { call, newTenant, operatorApi } from '../rest/api.ts';

let server: TestServer;
const ids = new Map<string, string>();

beforeAll(async () => {
  server = await startTestServer();
  await server.db.provision('aurora');
  await server.db.provision('borealis');
  for (const title of ['admin', 'operator', 'security', 'developer'] as const) {
    await server.operatorToken(title);
    ids.set(title, await idOf(`${title}@operators.example`));
  }
  ids.set('first', await idOf('admin@platform.example'));
});
afterAll(async () => {
  await server.close();
});
/** Everybody as they were: the four of the harness and the first admin, active and without limits. */
async function mend(): Promise<void> {
  await owner(async (client) => {
    await client.query('delete from platform.operator_tenants');
    await client.query(`update platform.operators set status = 'active', role = case when email = 'admin@platform.example' then 'admin' else split_part(email, '@', 1) end
                         where email like '%@operators.example' or email = 'admin@platform.example'`);
    await client.query(`delete from platform.operators where email like '%@new.example'`);
  });
}
beforeEach(mend);
afterEach(mend);

const owner = async <T>(work: (client: pg.Client) => Promise<T>) => await server.db.withOwner(work);
async function idOf(email: string): Promise<string> {
  return await owner(async (client) => (await client.query('select id from platform.operators where email = $1', [email])).rows[0].id);
}
const id = (who: string) => ids.get(who) ?? '';

/** Runs a statement as an operator whom the claims name, for good. */
async function as(title: OperatorTitle, who: string, sql: string, values: readonly unknown[] = []) {
  return await server.db.withOperator(title, async (client) => {
    await client.query(`select set_config('tenantry.operator_id', $1, false)`, [id(who)]);
    return (await client.query(sql, [...values])).rows;
  });
}
const newestEvent = async (action = 'operators.') =>
  (await owner((client) => client.query('select action, actor, subject, before, after from audit.buffer where action ^@ $1 order by id desc limit 1', [action]))).rows[0];

describe('an admin', () => {
  test('enters an operator, who is invited and on record', async () => {
    const reply = await operatorApi(server)('POST', '/operators', { email: 'ines@new.example', name: ' Ines ', role: 'security' });
    expect(reply).toMatchObject({ status: 201, body: { email: 'ines@new.example', name: 'Ines', role: 'security', status: 'invited', tenants: [] } });
    expect(await newestEvent()).toEqual({
      action: 'operators.invite', actor: `operator:${id('admin')}`, subject: `operators:${String(reply.body['id'])}`, before: null,
      after: { email: 'ines@new.example', name: 'Ines', role: 'security', status: 'invited' },
    });
    const again = await operatorApi(server)('POST', '/operators', { email: 'ADMIN@operators.example', name: 'I', role: 'admin' });
    expect(again).toMatchObject({ status: 409, body: { code: 'CONFLICT', errors: [{ field: 'email' }] } });
    // Without a password nobody gets in, and being made active doesn't change that.
    const path = `/operators/${String(reply.body['id'])}`;
    expect((await operatorApi(server)('PATCH', path, { status: 'disabled' })).body['status']).toBe('disabled');
    expect((await operatorApi(server)('PATCH', path, { status: 'active' })).body['status']).toBe('invited');
  });

  test.each([
    ['email', `'no address', 'N', 'admin'`],
    ['name', `'a@new.example', ' ', 'admin'`],
    ['role', `'a@new.example', 'N', 'owner'`],
  ])('is told that %s is not acceptable', async (column, values) => {
    await expect(as('admin', 'admin', `select platform.invite_operator(${values})`)).rejects.toMatchObject({ code: 'TN002', column });
  });

  test('changes role and status, which is recorded with before and after', async () => {
    const reply = await operatorApi(server)('PATCH', `/operators/${id('developer')}`, { role: 'operator' });
    expect(reply).toMatchObject({ status: 200, body: { role: 'operator', status: 'active' } });
    expect(await newestEvent()).toMatchObject({
      action: 'operators.change', before: { role: 'developer', status: 'active' }, after: { role: 'operator', status: 'active' },
    });
    const before = await newestEvent();
    await operatorApi(server)('PATCH', `/operators/${id('developer')}`, { role: 'operator' });
    expect(await newestEvent(), 'a change that changes nothing is no event').toEqual(before);
  });

  test.each([
    ['role', `role => 'owner'`, 'TN002'],
    ['status', `status => 'invited'`, 'TN002'],
  ])('is told that %s is not acceptable for a change', async (column, argument, code) => {
    await expect(as('admin', 'admin', `select platform.change_operator('${id('developer')}', ${argument})`)).rejects.toMatchObject({ code, column });
  });

  test('is told that there is no such operator or tenant', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    for (const body of [{ role: 'admin' }, { tenants: ['aurora'] }]) {
      expect(await operatorApi(server)('PATCH', `/operators/${nobody}`, body)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
    const reply = await operatorApi(server)('PATCH', `/operators/${id('developer')}`, { tenants: ['aurora', 'nowhere'] });
    expect(reply).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});

describe('the last active admin', () => {
  test.each(['{"role": "developer"}', '{"status": "disabled"}', '{"tenants": ["aurora"]}'])('stays one: %s is refused to it, and to nobody else', async (change) => {
    const body = JSON.parse(change) as Record<string, unknown>;
    expect((await operatorApi(server)('PATCH', `/operators/${id('first')}`, body)).status, 'there are two').toBe(200);
    const reply = await operatorApi(server)('PATCH', `/operators/${id('admin')}`, body);
    expect(reply).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect(await as('admin', 'admin', 'select role, status from platform.operators where id = $1', [id('admin')])).toEqual([{ role: 'admin', status: 'active' }]);
  });

  test('is still there when two admins take the role from each other at once', async () => {
    const outcomes = await Promise.all([['admin', 'first'], ['first', 'admin']].map(([caller = '', target = '']) =>
      sqlstateOf(() => as('admin', caller, `select platform.change_operator($1, 'developer')`, [id(target)]))));
    expect([...outcomes].sort()).toEqual(['TN009', 'ok']);
    const { rows } = await owner((client) => client.query(`select count(*)::int as left from platform.operators where role = 'admin' and status = 'active'`));
    expect(rows).toEqual([{ left: 1 }]);
  });
});

describe('nobody rises', () => {
  test('by a request that a demotion or a disabling overtook: the row decides, not the claim', async () => {
    await server.db.addOperator('spare@new.example', 'admin');
    ids.set('spare', await idOf('spare@new.example'));
    const rise = async (change: string) => {
      await owner((client) => client.query(`update platform.operators set ${change} where id = $1`, [id('spare')]));
      return await sqlstateOf(() => as('admin', 'spare', `select platform.change_operator($1, 'admin', 'active')`, [id('spare')]));
    };
    expect(await rise(`role = 'developer'`)).toBe('TN009');
    expect(await rise(`role = 'admin', status = 'disabled'`)).toBe('TN009');
    expect(await rise(`status = 'active'`)).toBe('ok');
  });

  test('out of a limit: a limited admin manages no operators', async () => {
    await operatorApi(server)('PATCH', `/operators/${id('admin')}`, { tenants: ['aurora'] });
    for (const [method, path, body] of [
      ['PATCH', `/operators/${id('admin')}`, { tenants: [] }],
      ['PATCH', `/operators/${id('first')}`, { status: 'disabled' }],
      // Nor is said whether there is such an operator.
      ['PATCH', '/operators/00000000-0000-4000-8000-000000000000', { status: 'disabled' }],
      ['DELETE', '/operators/00000000-0000-4000-8000-000000000000/second-factor', undefined],
      ['DELETE', `/operators/${id('first')}/second-factor`, undefined],
      ['POST', '/operators', { email: 'mole@new.example', name: 'Mole', role: 'admin' }],
    ] as const) {
      expect(await operatorApi(server)(method, path, body), `${method} ${path}`).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    }
    await as('admin', 'first', `select platform.limit_operator($1, null)`, [id('admin')]);
    expect((await operatorApi(server)('PATCH', `/operators/${id('first')}`, { status: 'active' })).status).toBe(200);
  });

  test('with the claim of nobody', async () => {
    const outcome = (claim: string) => server.db.withOperator('admin', async (client) => {
      await client.query(`select set_config('tenantry.operator_id', $1, false)`, [claim]);
      return await sqlstateOf(() => client.query(`select platform.change_operator($1, 'developer')`, [id('developer')]));
    });
    expect(await outcome('')).toBe('TN009');
    expect(await outcome('00000000-0000-4000-8000-000000000000')).toBe('TN009');
    expect(await outcome(id('admin'))).toBe('ok');
  });
});

describe.each(['operator', 'security', 'developer', 'admin'] as const)('a limited %s', (title) => {
  beforeEach(async () => {
    await owner((client) => client.query(`insert into platform.operator_tenants (operator_id, tenant_id) values ($1, 'aurora')`, [id(title)]));
  });

  test('finds no other tenant over REST', async () => {
    const mine = operatorApi(server, title);
    expect((await mine('GET', '/tenants')).body).toMatchObject({ items: [{ id: 'aurora' }], totalCount: 1 });
    expect((await mine('GET', '/tenants?q=borealis')).body).toMatchObject({ items: [], totalCount: 0 });
    expect((await mine('GET', '/tenants/aurora/schema/status')).status).toBe(200);
    for (const [method, path, body] of [
      ['GET', '', undefined], ['PATCH', '', { description: 'x' }], ['DELETE', '', { confirm: 'borealis', reason: 'x' }],
      ['GET', '/schema/status', undefined], ['POST', '/schema', {}], ['DELETE', '/schema', { reason: 'x' }], ['POST', '/activate', {}],
      ['POST', '/suspend', { reason: 'x' }], ['POST', '/archive', { reason: 'x' }], ['POST', '/restore', {}], ['POST', '/cancel', {}],
    ] as const) {
      const foreign = await mine(method, `/tenants/borealis${path}`, body);
      const absent = await mine(method, `/tenants/nowhere${path}`, body === undefined ? body : JSON.parse(JSON.stringify(body).replace('borealis', 'nowhere')));
      expect([403, 404], `${method} ${path}`).toContain(foreign.status);
      // Words may differ: a status asks two questions at once, and either may be answered first.
      const plain = ({ status, body: { code } }: typeof foreign) => [status, code];
      expect(plain(foreign), 'a foreign tenant answers like none').toEqual(plain(absent));
    }
    expect((await owner((client) => client.query(`select status, description from platform.tenants where id = 'borealis'`))).rows).toEqual([{ status: 'active', description: null }]);
  });

  test('finds none over GraphQL, subscriptions included', async () => {
    const token = await server.operatorToken(title);
    const query = `{ tenants { nodes { rowId } } tenant(rowId: "borealis") { name } provisioningRuns { nodes { tenantId } } }`;
    const { body } = await call(server.url, 'POST', '/platform/graphql', { token, body: { query } });
    expect(body['data']).toEqual({ tenants: { nodes: [{ rowId: 'aurora' }] }, tenant: null, provisioningRuns: { nodes: [{ tenantId: 'aurora' }] } });
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/platform/graphql`, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${token}` },
    });
    const first = async (tenantId: string) => {
      const subscription = `subscription { provisioningProgress(tenantId: "${tenantId}") { tenant { rowId } run { status } } }`;
      for await (const event of client.iterate({ query: subscription })) return event;
      return null;
    };
    expect(await first('aurora')).toMatchObject({ data: { provisioningProgress: { tenant: { rowId: 'aurora' }, run: { status: 'succeeded' } } } });
    expect(await first('borealis')).toMatchObject({ data: { provisioningProgress: { tenant: null, run: null } } });
    await client.dispose();
  });

  test('creates none, finds none in SQL, and everything again once the limit is lifted', async () => {
    const api = operatorApi(server, title);
    expect(await api('POST', '/tenants', newTenant('cassini'))).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const seen = async () => (await as(title, title, 'select id from platform.tenants order by id')).map((row) => row['id']);
    expect(await seen()).toEqual(['aurora']);
    expect(await sqlstateOf(() => as(title, title, `select platform.tenant_drift('borealis')`))).toBe('TN003');
    expect(await sqlstateOf(() => as(title, title, `select platform.tenant_drift('aurora')`))).toBe('ok');
    await as('admin', 'first', 'select platform.limit_operator($1, $2)', [id(title), []]);
    expect(await newestEvent('operators.limit')).toMatchObject({ action: 'operators.limit', before: { tenants: ['aurora'] }, after: { tenants: [] } });
    expect(await seen()).toEqual(['aurora', 'borealis']);
  });
});

describe('a limited admin', () => {
  const mutate = async (field: string) => {
    const { body } = await call(server.url, 'POST', '/platform/graphql', { token: await server.operatorToken('admin'), body: { query: `mutation { ${field} }` } });
    const errors = body['errors'] as { extensions: { code: string } }[] | undefined;
    return errors?.[0]?.extensions.code ?? 'ok';
  };
  const limit = async () => {
    await owner((client) => client.query(`insert into platform.operator_tenants (operator_id, tenant_id) values ($1, 'aurora')`, [id('admin')]));
  };
  const account = async (name: string, ...tenants: readonly string[]): Promise<string> => await owner(async (client) => {
    const { rows: [row] } = await client.query('select id from platform.create_service_account($1)', [name]);
    for (const tenant of tenants) await client.query(`select platform.grant_service_account($1, $2, array['brands.read'])`, [row.id, tenant]);
    return row.id;
  });

  test('has no hand on service accounts, whose secrets may open every tenant', async () => {
    const wide = await account('Wide', 'aurora', 'borealis');
    const foreign = await account('Foreign', 'borealis');
    const attempts = {
      create: 'createServiceAccount(input: { name: "Mine" }) { result { rowId } }',
      rotate: `rotateServiceSecret(input: { accountId: "${wide}" }) { secret { clientSecret } }`,
      disable: `disableServiceAccount(input: { accountId: "${wide}" }) { result { rowId } }`,
    };
    const grant = (to: string, tenant: string) => `grantServiceAccount(input: { accountId: "${to}", tenantId: "${tenant}", permissions: ["brands.read"] }) { result { name } }`;
    await limit();
    for (const [verb, field] of Object.entries(attempts)) expect(await mutate(field), verb).toBe('FORBIDDEN');
    expect(await as('admin', 'admin', 'select name from platform.service_accounts')).toEqual([{ name: 'Wide' }]);
    expect(await mutate(grant(foreign, 'aurora')), 'an account of other tenants').toBe('NOT_FOUND');
    expect(await mutate(grant(wide, 'borealis')), 'another tenant').toBe('NOT_FOUND');
    expect(await mutate(grant(wide, 'aurora'))).toBe('ok');
    await mend();
    expect((await as('admin', 'admin', 'select name from platform.service_accounts order by name')).map((row) => row['name'])).toEqual(['Foreign', 'Wide']);
    expect(await mutate(grant(foreign, 'aurora'))).toBe('ok');
    for (const [verb, field] of Object.entries(attempts)) expect(await mutate(field), verb).toBe('ok');
  });

  test('ends no visit in another tenant', async () => {
    const begin = async (tenant: string) => String((await operatorApi(server, 'operator')('POST', `/tenants/${tenant}/context`, { reason: 'look' })).body['visitId']);
    const [near, far] = [await begin('aurora'), await begin('borealis')];
    const leave = (visit: string) => mutate(`leaveTenant(input: { visitId: "${visit}" }) { result { reason } }`);
    await limit();
    expect([await leave(far), await leave(near)]).toEqual(['NOT_FOUND', 'ok']);
    await mend();
    expect(await leave(far)).toBe('ok');
  });

  test('orders the end of agreements in its own tenants only', async () => {
    const expire = (tenant: string | null) => mutate(`expireAgreements(input: { id: ${JSON.stringify(tenant)} }) { clientMutationId }`);
    await limit();
    expect([await expire(null), await expire('borealis'), await expire('nowhere'), await expire('aurora')]).toEqual(['FORBIDDEN', 'NOT_FOUND', 'NOT_FOUND', 'ok']);
    await mend();
    expect([await expire(null), await expire('borealis')]).toEqual(['ok', 'ok']);
  });

  test('reads no portfolio with another tenant in it', async () => {
    const read = async () => await operatorApi(server)('POST', '/portfolio', { tenants: ['aurora', 'borealis'], reason: 'look' });
    await limit();
    const refused = await read();
    expect(refused).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(refused.body['items']).toBeUndefined();
    await mend();
    expect(await read()).toMatchObject({ status: 200, body: { items: [{ tenantId: 'aurora' }, { tenantId: 'borealis' }] } });
  });
});

test('transitions and events of other tenants are hidden from whoever is limited', async () => {
  await owner((client) => client.query(`select audit.record('test.done', t) from unnest(array['aurora', 'borealis', null]) t`));
  await owner((client) => client.query(`insert into platform.operator_tenants (operator_id, tenant_id) values ($1, 'aurora')`, [id('security')]));
  const tenants = async (table: string, who: string, column = 'tenant_id') =>
    new Set((await as('security', who, `select ${column} as tenant_id from ${table}`)).map((row) => row['tenant_id']));
  expect(await tenants('platform.tenant_transitions', 'security')).toEqual(new Set(['aurora']));
  expect(await tenants('platform.audit_events', 'security', 'chain')).toEqual(new Set(['aurora']));
  expect(await tenants('platform.tenant_transitions', 'admin')).toEqual(new Set(['aurora', 'borealis']));
  expect((await tenants('platform.audit_events', 'admin', 'chain')).size).toBe(3);
});

test('a DBA is limited by grants, whatever claim the session sets', async () => {
  await owner((client) => client.query(`insert into platform.operator_tenants (operator_id, tenant_id) values ($1, 'aurora')`, [id('operator')]));
  const seen = await owner(async (client) => {
    await client.query(`select set_config('tenantry.operator_id', $1, false)`, [id('operator')]);
    return (await client.query(`select platform_private.listed_tenants() as listed, platform_private.reaches_tenant('borealis') as reaches`)).rows[0];
  });
  expect(seen).toEqual({ listed: null, reaches: true });
});

test('operators and developers see themselves, admins and security officers everybody', async () => {
  const seen = async (title: OperatorTitle) => ((await operatorApi(server, title)('GET', '/operators')).body['items'] as { email: string }[]).length;
  expect([await seen('operator'), await seen('developer')]).toEqual([1, 1]);
  expect([await seen('admin'), await seen('security')]).toEqual([5, 5]);
});

test.each(['admin', 'security'] as const)('a limited %s sees nobody who works for tenants out of reach, and nobody else’s tenants', async (title) => {
  const list = async () =>
    ((await operatorApi(server, title)('GET', '/operators')).body['items'] as { email: string; tenants: string[] }[])
      .map(({ email, tenants }) => `${email}: ${tenants.join()}`);
  const nodes = async () => {
    const { body } = await call(server.url, 'POST', '/platform/graphql', { token: await server.operatorToken(title), body: { query: '{ operators { nodes { rowId } } }' } });
    return (body['data'] as { operators: { nodes: { rowId: string }[] } }).operators.nodes.map(({ rowId }) => rowId);
  };
  const limit = (who: string, ...tenants: string[]) => as('admin', 'first', 'select platform.limit_operator($1, $2)', [id(who), tenants]);
  await limit('developer', 'borealis');
  await limit('operator', 'aurora', 'borealis');
  const all = [...await list()];
  expect(all).toContain('developer@operators.example: borealis');
  expect(await nodes()).toContain(id('developer'));

  await limit(title, 'aurora');
  // Nobody’s empty limit says anything but what it means: all tenants.
  expect(await list()).toEqual(all.filter((line) => !line.startsWith('developer@')).map((line) =>
    line.startsWith('operator@') ? 'operator@operators.example: aurora' : line.startsWith(`${title}@operators.example`) ? `${title}@operators.example: aurora` : line));
  expect(await nodes()).not.toContain(id('developer'));
  expect(await nodes()).toContain(id('operator'));
});

// The last one: a disabling ends the session of the harness as well.
test.each([
  ['a limit, where it does not reach', `platform.limit_operator($1, '{aurora}')`, ['ok', 'TOKEN_REVOKED']],
  ['a change of role', `platform.change_operator($1, 'developer')`, ['TOKEN_REVOKED', 'TOKEN_REVOKED']],
  ['a disabling', `platform.change_operator($1, status => 'disabled')`, ['TOKEN_REVOKED', 'TOKEN_REVOKED']],
])('an operator is out of the tenants that were entered after %s', async (_what, change, left) => {
  const enter = async (tenant: string) => String((await operatorApi(server)('POST', `/tenants/${tenant}/context`, { reason: 'look' })).body['accessToken']);
  const visits = [await enter('aurora'), await enter('borealis')];
  const states = async () => await Promise.all(visits.map(async (token) =>
    (await call(server.url, 'POST', '/graphql', { token, body: { query: '{ brands { totalCount } }' } })).body.code ?? 'ok'));
  expect(await states()).toEqual(['ok', 'ok']);
  const [before] = (await owner((client) => client.query(`select coalesce(max(id), 0) as id from audit.buffer`))).rows;
  await as('admin', 'first', `select ${change}`, [id('admin')]);
  await expect.poll(states).toEqual(left);
  // With visits of before that were still open.
  const closed = await owner((client) => client.query(`select tenant_id from audit.buffer where action = 'visit.end' and id > $1`, [before?.id]));
  expect(new Set(closed.rows.map((row) => row.tenant_id))).toEqual(new Set(left.includes('ok') ? ['borealis'] : ['aurora', 'borealis']));
});
