/** How rights change: the last admin under concurrency, the trail of every change, and who reads that trail. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { laneRole, loginConfig } from '../../database/logins.ts';
import { statementLogKey, stopStatementLog } from '../../database/statement-log.ts';
import { hashPassword } from '../../server/identity/passwords.ts';
import { testPassword } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';

let server: TestServer;
/** Keys of aurora's users by the part of their e-mail address before the sign. */
const users = new Map<string, string>();

async function asOwner<T extends object>(sql: string, values: unknown[] = []): Promise<T[]> {
  return await server.db.withOwner(async (client) => (await client.query<T>(sql, values)).rows);
}

function idOf(name: string): string {
  const id = users.get(name);
  if (id === undefined) throw new Error(`no user ${name}`);
  return id;
}

/** A session of one of aurora's users over the lane, inside a transaction that stays open. */
async function openSession(name: string, role: string, level = 'read committed'): Promise<pg.Client> {
  const [row] = await asOwner<{ lane: number }>(`select lane from platform.tenants where id = 'aurora'`);
  const client = new pg.Client(loginConfig(server.db.endpoint, laneRole(server.db.prefix, row?.lane ?? 0), server.db.masterKey));
  await client.connect();
  await stopStatementLog(client, statementLogKey(server.db.masterKey));
  await client.query(`begin isolation level ${level}`);
  await client.query(
    `select set_config('role', $1, true), set_config('search_path', 'tenant_aurora, tenantry_shared, pg_temp', true),
            set_config('tenantry.tenant_id', 'aurora', true), set_config('tenantry.role', $2, true),
            set_config('tenantry.user_id', $3, true), set_config('tenantry.operator_id', '', true),
            set_config('tenantry.service_id', '', true), set_config('tenantry.session_id', 's1', true)`,
    [server.db.tenantRole('aurora'), role, idOf(name)],
  );
  return client;
}

interface Answer {
  // Answers are compared by path, never typed further.
  // eslint-disable-next-line typescript/no-explicit-any
  readonly data: any;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

async function ask(name: string, query: string, variables: Record<string, unknown> = {}, tenant = 'aurora'): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await server.tenantToken(tenant, name)}` },
    body: JSON.stringify({ query, variables }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

/** What a page of the trail shows of each event. */
const trail = `query ($olderThan: Datetime, $size: Int, $about: String) {
  auditTrailList(olderThan: $olderThan, size: $size, about: $about) {
    at action outcome actor actorRole subject changed before after detail requestId
  }
}`;

/** The newest change of a row. */
async function newestEvent(subject: string): Promise<Record<string, unknown> | undefined> {
  const [event] = await asOwner<Record<string, unknown>>(
    `select action, tenant_id, actor, actor_role, subject, before, after, request_id from audit.buffer
      where subject = $1 and action ^@ (split_part($1, ':', 1) || '.') order by id desc limit 1`,
    [subject],
  );
  return event;
}

beforeAll(async () => {
  server = await startTestServer();
  await server.db.provision('aurora', { template: 'demo' });
  await server.db.provision('borealis', { template: 'demo' });
  const hash = await hashPassword(testPassword);
  await asOwner(
    `insert into tenant_aurora.users (email, name, role, status) values ('auditor@aurora.example', 'Audrey', 'auditor', 'active')`,
  );
  await asOwner('select identity.set_user_password($1, $2, $3, false)', ['aurora', 'auditor@aurora.example', hash]);
  for (const row of await asOwner<{ id: string; email: string }>('select id, email from tenant_aurora.users')) {
    users.set(row.email.split('@')[0] ?? '', row.id);
  }
});

afterAll(async () => {
  await server.close();
});

describe('the last active admin', () => {
  beforeEach(async () => {
    await asOwner(`update tenant_aurora.users set role = 'admin', status = 'active' where id = any ($1)`, [[idOf('admin'), idOf('manager')]]);
  });

  const demote = async (session: pg.Client, name: string) =>
    await session.query(`update users set role = 'viewer' where id = $1`, [idOf(name)]);

  it('is left when two demote each other at once', async () => {
    const [first, second] = await Promise.all([openSession('admin', 'admin'), openSession('manager', 'admin')]);
    try {
      const { rows: [backend] } = await second.query<{ pid: number }>('select pg_backend_pid() as pid');
      await demote(first, 'manager');
      const late = sqlstateOf(async () => await demote(second, 'admin'));
      await vi.waitFor(async () => {
        const [row] = await asOwner<{ waits: boolean }>('select cardinality(pg_blocking_pids($1)) > 0 as waits', [backend?.pid]);
        expect(row?.waits).toBe(true);
      });
      await first.query('commit');
      expect(await late).toBe('TN015');
      await second.query('rollback');
    } finally {
      await Promise.all([first.end(), second.end()]);
    }
    expect(await asOwner(`select from tenant_aurora.users where role = 'admin' and status = 'active'`)).toHaveLength(1);
  });

  it('lets two demotions through when there is a third', async () => {
    await asOwner(`update tenant_aurora.users set role = 'admin' where id = $1`, [idOf('user')]);
    const [first, second] = await Promise.all([openSession('admin', 'admin'), openSession('manager', 'admin')]);
    try {
      await demote(first, 'manager');
      const late = sqlstateOf(async () => await demote(second, 'admin'));
      await first.query('commit');
      expect(await late).toBe('ok');
      await second.query('commit');
    } finally {
      await Promise.all([first.end(), second.end()]);
    }
    expect(await asOwner(`select id from tenant_aurora.users where role = 'admin' and status = 'active'`)).toEqual([{ id: idOf('user') }]);
    await asOwner(`update tenant_aurora.users set role = 'admin' where id = $1`, [idOf('admin')]);
    await asOwner(`update tenant_aurora.users set role = 'user' where id = $1`, [idOf('user')]);
  });

  it('is not taken in a transaction that would not see who else went', async () => {
    for (const [level, outcome] of [['repeatable read', 'TN015'], ['serializable', 'TN015'], ['read committed', 'ok']] as const) {
      const session = await openSession('admin', 'admin', level);
      try {
        expect([level, await sqlstateOf(async () => await demote(session, 'manager'))]).toEqual([level, outcome]);
        await session.query('rollback');
      } finally {
        await session.end();
      }
    }
  });

  it('stays whoever asks: the owner neither deletes nor disables it', async () => {
    await asOwner(`insert into tenant_borealis.users (email, name, role, status) values ('lone@borealis.example', 'Lone', 'admin', 'active')`);
    const lone = `where email = 'lone@borealis.example'`;
    await asOwner(`update tenant_borealis.users set role = 'viewer' where role = 'admin' and email <> 'lone@borealis.example'`);
    expect(await sqlstateOf(async () => await asOwner(`delete from tenant_borealis.users ${lone}`))).toBe('TN015');
    expect(await sqlstateOf(async () => await asOwner(`update tenant_borealis.users set status = 'disabled' ${lone}`))).toBe('TN015');
    await asOwner(`update tenant_borealis.users set role = 'admin' where email = 'admin@borealis.example'`);
    expect(await sqlstateOf(async () => await asOwner(`delete from tenant_borealis.users ${lone}`))).toBe('ok');
  });

  it('is refused over GraphQL in words that help', async () => {
    await asOwner(`update tenant_aurora.users set role = 'manager' where id = $1`, [idOf('manager')]);
    const query = 'mutation ($id: UUID!) { updateUser(input: {rowId: $id, patch: {role: "viewer"}}) { user { role } } }';
    const { errors } = await ask('admin', query, { id: idOf('admin') });
    expect(errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual([
      ['The last active administrator stays.', 'CONFLICT'],
    ]);
    expect((await ask('admin', query, { id: idOf('user') })).data.updateUser.user).toEqual({ role: 'viewer' });
    await asOwner(`update tenant_aurora.users set role = 'user' where id = $1`, [idOf('user')]);
  });
});

describe('a custom role', () => {
  it('is made, filled, given, taken and deleted over GraphQL, each step on record', async () => {
    const by = { tenant_id: 'aurora', actor: `user:${idOf('admin')}`, actor_role: 'admin', request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) };
    const role = 'role { name description builtin }';
    const made = await ask('admin', `mutation { createRole(input: {role: {name: "legal", description: "Lawyers."}}) { ${role} } }`);
    expect(made.data.createRole.role).toEqual({ name: 'legal', description: 'Lawyers.', builtin: false });
    expect(await newestEvent('roles:legal')).toMatchObject({
      ...by, action: 'roles.insert', before: null, after: { name: 'legal', description: 'Lawyers.', builtin: false },
    });

    const grant = 'mutation ($p: String!) { createRolePermission(input: {rolePermission: {roleName: "legal", permission: $p}}) { clientMutationId } }';
    expect((await ask('admin', grant, { p: 'brands.read' })).errors).toBeUndefined();
    expect(await newestEvent('role_permissions:legal,brands.read')).toMatchObject({
      ...by, action: 'role_permissions.insert', before: null, after: { role_name: 'legal', permission: 'brands.read' },
    });
    expect((await ask('admin', grant, { p: 'brands.burn' })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');

    await ask('admin', 'mutation { updateRole(input: {name: "legal", patch: {description: "Counsel."}}) { clientMutationId } }');
    expect(await newestEvent('roles:legal')).toMatchObject({
      ...by, action: 'roles.update', before: { description: 'Lawyers.' }, after: { description: 'Counsel.' },
    });

    const give = 'mutation ($id: UUID!, $role: String!) { updateUser(input: {rowId: $id, patch: {role: $role}}) { user { role } } }';
    expect((await ask('admin', give, { id: idOf('user'), role: 'legal' })).data.updateUser.user).toEqual({ role: 'legal' });
    expect(await newestEvent(`users:${idOf('user')}`)).toMatchObject({
      ...by, action: 'users.update', before: { role: 'user' }, after: { role: 'legal' },
    });

    const remove = 'mutation { deleteRole(input: {name: "legal"}) { clientMutationId } }';
    expect((await ask('admin', remove)).errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual([
      ['The role is in use.', 'CONFLICT'],
    ]);
    await ask('admin', give, { id: idOf('user'), role: 'user' });
    expect((await ask('admin', remove)).errors).toBeUndefined();
    expect(await newestEvent('roles:legal')).toMatchObject({ ...by, action: 'roles.delete', after: null });
    expect(await newestEvent('role_permissions:legal,brands.read')).toMatchObject({ ...by, action: 'role_permissions.delete', after: null });
  });

  it('is not made by a manager, and a built-in one is changed by nobody', async () => {
    const make = 'mutation { createRole(input: {role: {name: "mine", description: "Mine."}}) { clientMutationId } }';
    expect((await ask('manager', make)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const change = 'mutation ($n: String!) { updateRole(input: {name: $n, patch: {description: "x"}}) { clientMutationId } }';
    for (const n of ['viewer', 'user', 'manager', 'admin', 'auditor']) {
      expect([n, (await ask('admin', change, { n })).errors?.[0]?.extensions.code]).toEqual([n, 'NOT_FOUND']);
    }
  });
});

describe('the trail of a tenant', () => {
  it('records what SQL changes, only what changed, and nothing of a sign-in’s time', async () => {
    const session = await openSession('admin', 'admin');
    try {
      await session.query(`update users set name = 'Ulla', email = email where id = $1`, [idOf('user')]);
      const { rows } = await session.query('select * from audit_trail(about => $1, size => 1)', [`users:${idOf('user')}`]);
      expect(rows[0]).toMatchObject({
        action: 'users.update', outcome: 'ok', actor: `user:${idOf('admin')}`, actor_role: 'admin', changed: ['name'], after: { name: 'Ulla' },
      });
      await session.query('rollback');
    } finally {
      await session.end();
    }
    const before = await newestEvent(`users:${idOf('viewer')}`);
    await ask('viewer', '{ brands(first: 1) { totalCount } }');
    expect(await asOwner('select from tenant_aurora.users where id = $1 and last_sign_in_at is not null', [idOf('viewer')])).toHaveLength(1);
    expect(await newestEvent(`users:${idOf('viewer')}`)).toEqual(before);
  });

  it('holds no secret', async () => {
    const [row] = await asOwner<{ events: string }>(`select json_agg(e)::text as events from audit.buffer e where tenant_id = 'aurora'`);
    expect(row?.events).toContain('users.insert');
    expect(row?.events).not.toMatch(/argon2|hash/i);
    expect(row?.events).not.toContain(testPassword);
  });

  it('is read by the admin and the auditor of this tenant, and by nobody else', async () => {
    await asOwner(`select audit.record('users.update', 'borealis', 'users:theirs')`);
    for (const name of ['admin', 'auditor']) {
      const { data } = await ask(name, trail, { size: 200 });
      expect(data.auditTrailList.length).toBeGreaterThan(5);
      expect(JSON.stringify(data)).not.toMatch(/borealis|theirs/);
    }
    for (const name of ['viewer', 'user', 'manager']) {
      const { data, errors } = await ask(name, trail);
      expect([name, data.auditTrailList, errors?.[0]?.extensions.code]).toEqual([name, null, 'FORBIDDEN']);
    }
    const theirs = await ask('admin', trail, {}, 'borealis');
    expect(JSON.stringify(theirs.data)).toContain('users:theirs');
  });

  it('records a change in the tenant of the schema it was made in, whatever the claims say', async () => {
    const recorded = await server.db.withOwner(async (client) => {
      await client.query(`begin; set local tenantry.tenant_id = 'borealis'`);
      await client.query(`insert into tenant_aurora.roles (name, description) values ('claimed', 'A role.')`);
      const { rows } = await client.query(`select tenant_id from audit.buffer where action = 'roles.insert' and subject = 'roles:claimed'`);
      await client.query('rollback');
      return rows;
    });
    expect(recorded).toEqual([{ tenant_id: 'aurora' }]);
  });

  it('records a row that somebody puts in or changes: who, in which role, and the tenant that was stated in place of its own', async () => {
    const session = await openSession('admin', 'admin');
    try {
      const events = async (name: string) => (await session.query('select * from audit_trail(about => $1)', [`roles:${name}`])).rows;
      const put = async (name: string) => {
        await session.query(`insert into roles (name, description) values ($1, 'A role.')`, [name]);
        return await events(name);
      };
      const whole = { action: 'roles.insert', outcome: 'ok', actor: `user:${idOf('admin')}`, actor_role: 'admin', before: null, on_behalf_of: null, detail: null };
      const inserted = expect.objectContaining({ ...whole, after: expect.objectContaining({ name: 'put_in', description: 'A role.' }) });
      expect(await put('put_in')).toEqual([inserted]);
      const change = async (description: string) => {
        await session.query(`update roles set description = $1 where name = 'put_in'`, [description]);
      };
      await change('A role.');
      expect(await events('put_in')).toEqual([inserted]);
      await change('Another.');
      const updated = { ...whole, action: 'roles.update', before: { description: 'A role.' }, after: { description: 'Another.' } };
      expect(await events('put_in')).toEqual([expect.objectContaining(updated), inserted]);
      await session.query(`select set_config('tenantry.tenant_id', 'borealis', true)`);
      expect(await put('put_astray')).toEqual([expect.objectContaining({ ...whole, detail: { statedTenant: 'borealis' } })]);
      await change('Astray.');
      expect((await events('put_in'))[0]).toMatchObject({ after: { description: 'Astray.' }, detail: { statedTenant: 'borealis' } });
      await session.query(`select set_config('tenantry.tenant_id', 'aurora', true), set_config('tenantry.operator_id', 'o1', true)`);
      const visited = { actor: 'operator:o1', on_behalf_of: 'visit:s1' };
      expect(await put('put_by_visit')).toEqual([expect.objectContaining({ ...whole, ...visited })]);
      await session.query(`select set_config('tenantry.operator_id', '', true), set_config('tenantry.user_id', '', true), set_config('tenantry.service_id', 's1', true)`);
      expect(await put('put_by_service')).toEqual([expect.objectContaining({ ...whole, actor: 'service:s1' })]);
      await session.query('rollback');
    } finally {
      await session.end();
    }
  });

  it('takes its tenant from the schema, whatever the claims say', async () => {
    const session = await openSession('admin', 'admin');
    try {
      await session.query(`select set_config('tenantry.tenant_id', 'borealis', true)`);
      const { rows } = await session.query('select * from audit_trail(size => 200)');
      expect(rows.length).toBeGreaterThan(5);
      expect(JSON.stringify(rows)).not.toMatch(/borealis|theirs/);
      const foreign = 'select * from tenant_borealis.audit_trail()';
      expect(await sqlstateOf(async () => await session.query(foreign))).toBe('42501');
      await session.query('rollback');
    } finally {
      await session.end();
    }
  });

  it('shows the auditor who got which role, and no address or business value', async () => {
    await asOwner(`select audit.record('brands.update', 'aurora', 'brands:1', before => '{"name": "Old"}', after => '{"name": "New"}')`);
    await asOwner(`select audit.record('token.refuse', 'aurora', 'users:1', detail => '{"code": "TOKEN_EXPIRED", "email": "x@y.example"}')`);
    await asOwner(`select audit.record('settings.update', 'aurora', 'settings:features', after => '{"value": "Key"}')`);
    await asOwner(`select audit.record('things.update', 'aurora', 'things:1', after => '{"value": "Else"}')`);
    const read = async (name: string, about: string, event?: string) =>
      (await ask(name, trail, { about })).data.auditTrailList.find(({ action }: { action: string }) => event === undefined || action === event);
    const joined = [`users:${idOf('auditor')}`, 'users.insert'] as const;
    expect(await read('auditor', ...joined)).toMatchObject({
      changed: expect.arrayContaining(['email', 'role']), before: null, after: { role: 'auditor', status: 'active' },
    });
    expect(JSON.stringify(await read('admin', ...joined))).toContain('auditor@aurora.example');
    for (const [about, secret] of [['brands:1', 'New'], ['users:1', 'x@y.example'], ['settings:features', 'Key'], ['things:1', 'Else']] as const) {
      expect(JSON.stringify(await read('auditor', about))).not.toContain(secret);
      expect(JSON.stringify(await read('admin', about))).toContain(secret);
    }
    const origin = '{"code": "X", "address": "192.0.2.77", "sessionId": "0b5c", "userAgent": "Browser 9"}';
    await asOwner(`select audit.record('session.end', 'aurora', 'users:2', detail => $1)`, [origin]);
    expect(await read('auditor', 'users:2')).toMatchObject({ action: 'session.end', detail: { code: 'X' } });
    expect(JSON.stringify(await read('auditor', 'users:2'))).not.toMatch(/192\.0\.2\.77|0b5c|Browser/);
    expect(await read('admin', 'users:2')).toMatchObject({ detail: JSON.parse(origin) });
    await asOwner(`select audit.record('sign_in.refuse', 'aurora', 'email:nobody@aurora.example', 'refused')`);
    // But for calls: asking is one.
    const newest = async (name: string) =>
      (await ask(name, trail, { size: 50 })).data.auditTrailList.find(({ action }: { action: string }) => !action.startsWith('call.'));
    expect(await newest('auditor')).toMatchObject({ action: 'sign_in.refuse', subject: 'email' });
    expect(await newest('admin')).toMatchObject({ action: 'sign_in.refuse', subject: 'email:nobody@aurora.example' });
    await asOwner(`select audit.record('tenants.activate', 'aurora')`);
    expect(await newest('auditor')).toMatchObject({ action: 'tenants.activate', subject: null });
    expect(await read('auditor', 'email:nobody@aurora.example')).toBeUndefined();
    expect(await read('admin', 'email:nobody@aurora.example')).toMatchObject({ outcome: 'refused' });
    expect(await read('auditor', 'brands:1')).toMatchObject({ changed: ['name'], before: null, after: null });
    expect(JSON.stringify(await read('auditor', 'users:1'))).toContain('TOKEN_EXPIRED');
    expect(await ask('auditor', '{ brands { totalCount } licensees { totalCount } agreements { totalCount } approvals { totalCount } users { nodes { email } } }')).toEqual({
      data: {
        brands: { totalCount: 0 }, licensees: { totalCount: 0 }, agreements: { totalCount: 0 }, approvals: { totalCount: 0 },
        users: { nodes: [{ email: 'auditor@aurora.example' }] },
      },
    });
  });

  it('names no database login, and comes page by page without a gap', async () => {
    // Reading is an event as well: what is compared lies before the newest.
    const [newest, ...all] = (await ask('admin', trail, { size: 61 })).data.auditTrailList as { at: string; actor: string }[];
    expect(new Set(all.map(({ actor }) => actor))).toContain('login');
    expect(JSON.stringify(all)).not.toContain('login:');
    const paged: { at: string }[] = [];
    let olderThan: string | null = newest?.at ?? null;
    for (;;) {
      const page: { at: string }[] = (await ask('admin', trail, { size: 3, olderThan })).data.auditTrailList;
      if (page.length === 0 || paged.length >= all.length) break;
      paged.push(...page);
      olderThan = page.at(-1)?.at ?? null;
    }
    expect(paged).toEqual(all);
  });

  it('keeps events of one moment on one page', async () => {
    await asOwner(
      `insert into audit.buffer (at, source, action, tenant_id, subject, actor)
       select '2001-01-01 00:00:00.000001Z', 'database', 'users.update', 'aurora', 'users:many', 'server' from generate_series(1, 5)`,
    );
    const page = (await ask('admin', trail, { size: 2, about: 'users:many' })).data.auditTrailList;
    expect(page).toHaveLength(5);
    expect((await ask('admin', trail, { size: 2, about: 'users:many', olderThan: page[0].at })).data.auditTrailList).toEqual([]);
  });

  it.each([0, 201, null])('refuses a page of %s', async (size) => {
    const { errors } = await ask('admin', trail, { size });
    expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
  });
});
