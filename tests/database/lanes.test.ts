import { spawnSync } from 'node:child_process';
import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { operatorEnvelope, tenantEnvelope } from '../../database/envelope.ts';
import type { Access, Claims, Envelope, TenantRoute } from '../../database/envelope.ts';
import { CommitError, ConnectionLostError, EnvelopeError, UnavailableError } from '../../database/failures.ts';
import { laneRole, loginConfig } from '../../database/logins.ts';
import { createLanes } from '../../database/lanes.ts';
import type { Database } from '../../database/lanes.ts';
import type { LaneLimits } from '../../database/lane.ts';
import { lanesFixture } from './lanes.fixture.ts';
import type { LanesFixture } from './lanes.fixture.ts';

const nobody: Claims = { tenantId: '', userId: '', role: '', sessionId: '', operatorId: '', requestId: '' };
const limits: LaneLimits = { connections: 1, waitTimeoutMs: 5_000, waitersPerTenant: 10_000 };

let fixture: LanesFixture;
let database: Database;

beforeAll(async () => {
  fixture = await lanesFixture();
  for (const tenant of [fixture.aurora, fixture.borealis]) {
    await fixture.asOwner(`
      drop table if exists ${tenant.schema}.stamps;
      create table ${tenant.schema}.stamps (id int primary key, owner text not null, note text,
        unique (note) deferrable initially deferred);
      insert into ${tenant.schema}.stamps (id, owner) select number, '${tenant.id}' from generate_series(1, 50) as number;
      grant select, insert, update, delete on ${tenant.schema}.stamps to ${tenant.role};
    `);
  }
});

afterAll(async () => {
  for (const tenant of [fixture.aurora, fixture.borealis]) {
    await fixture.asOwner(`drop table ${tenant.schema}.stamps`);
  }
  await fixture.close();
});

beforeEach(() => {
  database = lanes();
});

afterEach(async () => {
  await database.close();
});

function lanes(changed: Partial<LaneLimits> = {}): Database {
  const lane = { ...limits, ...changed };
  return createLanes({ ...fixture, lanes: 1, lane, operators: lane });
}

function inside(tenant: TenantRoute, access: Access = 'read', claims: Partial<Claims> = {}): Envelope {
  return tenantEnvelope(tenant, { ...nobody, tenantId: tenant.id, ...claims }, access, 5_000);
}

async function ask<Row>(tenant: TenantRoute, text: string, values: unknown[] = [], access: Access = 'read'): Promise<Row[]> {
  const result = await database.withClient(inside(tenant, access), (client) => client.query<Row>({ text, values }));
  return result.rows;
}

async function backend(tenant: TenantRoute): Promise<number> {
  const [row] = await ask<{ pid: number }>(tenant, 'select pg_catalog.pg_backend_pid() as pid');
  return row?.pid ?? 0;
}

/** Resolves as soon as the condition holds; the test's own timeout is the limit. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

function isWaiting(pid: number, event: string): () => Promise<boolean> {
  return async () => {
    const rows = await fixture.asLane(`select from pg_catalog.pg_stat_activity where pid = ${pid} and wait_event = '${event}'`);
    return rows.length > 0;
  };
}

describe('the envelope', () => {
  it('puts role, path, timeout and every claim in place, for the transaction only', async () => {
    const claims = { userId: 'u-1', role: 'manager', sessionId: 's-1', requestId: 'r-1' };
    const text = `select current_user::text as role, pg_catalog.current_setting('search_path') as path,
                         pg_catalog.current_setting('statement_timeout') as timeout,
                         pg_catalog.current_setting('tenantry.tenant_id') as tenant,
                         pg_catalog.current_setting('tenantry.user_id') as "user",
                         pg_catalog.current_setting('tenantry.role') as claimed,
                         pg_catalog.current_setting('tenantry.session_id') as session,
                         pg_catalog.current_setting('tenantry.operator_id') as operator,
                         pg_catalog.current_setting('tenantry.request_id') as request,
                         pg_catalog.current_setting('transaction_read_only') as read_only`;
    const { rows } = await database.withClient(inside(fixture.aurora, 'read', claims), (client) => client.query({ text }));
    expect(rows).toEqual([
      {
        role: fixture.aurora.role,
        path: `${fixture.aurora.schema}, tenantry_shared, pg_temp`,
        timeout: '5s',
        tenant: fixture.aurora.id,
        user: 'u-1',
        claimed: 'manager',
        session: 's-1',
        operator: '',
        request: 'r-1',
        read_only: 'on',
      },
    ]);
    const [after] = await ask<{ user: string }>(fixture.aurora, `select current_setting('tenantry.user_id') as "user"`);
    expect(after).toEqual({ user: '' });
  });

  it('sends begin, envelope and first statement in one write, and commit in another', async () => {
    await ask(fixture.aurora, 'select 1');
    const writes = vi.spyOn(Socket.prototype, '_write');
    const joined = vi.spyOn(Socket.prototype, '_writev');
    try {
      await ask(fixture.aurora, 'select owner from stamps', [], 'write');
      expect(joined).toHaveBeenCalledTimes(1);
      expect(writes).toHaveBeenCalledTimes(1);
    } finally {
      writes.mockRestore();
      joined.mockRestore();
    }
  });

  it('is made by its builders and by nothing else', async () => {
    const genuine = inside(fixture.aurora);
    const callback = vi.fn(async () => 'ran');
    await expect(database.withClient({ ...genuine }, callback)).rejects.toThrow(TypeError);
    await expect(database.withClient({ ...genuine, role: fixture.borealis.role }, callback)).rejects.toThrow(TypeError);
    await expect(database.withClient({} as Envelope, callback)).rejects.toThrow();
    expect(callback).not.toHaveBeenCalled();
    expect(() => Object.assign(genuine, { role: fixture.borealis.role })).toThrow(TypeError);
  });

  it('refuses claims of another tenant, names that are none, and limits that are none', () => {
    const { aurora } = fixture;
    const claims = { ...nobody, tenantId: aurora.id };
    expect(() => tenantEnvelope(aurora, nobody, 'read', 5_000)).toThrow('another tenant');
    expect(() => tenantEnvelope({ ...aurora, schema: 'a, b' }, claims, 'read', 5_000)).toThrow('schema');
    expect(() => tenantEnvelope({ ...aurora, role: 'none"; --' }, claims, 'read', 5_000)).toThrow('role');
    expect(() => tenantEnvelope({ ...aurora, lane: -1 }, claims, 'read', 5_000)).toThrow('lane');
    expect(() => tenantEnvelope(aurora, claims, 'read', 0)).toThrow('timeout');
    expect(() => tenantEnvelope(aurora, { ...claims, userId: undefined as unknown as string }, 'read', 1)).toThrow('userId');
    expect(() => operatorEnvelope('postgres' as 'tenantry_admin', fixture.prefix, nobody, 'read', 1)).toThrow('operators');
    expect(() => operatorEnvelope('tenantry_admin', fixture.prefix, claims, 'read', 1)).toThrow('no tenant');
  });

  it('takes an operator into the control plane, in no tenant', async () => {
    const envelope = operatorEnvelope('tenantry_admin', fixture.prefix, { ...nobody, operatorId: 'o-1' }, 'read', 5_000);
    const text = `select current_user::text as role, current_setting('search_path') as path,
                         current_setting('tenantry.tenant_id') as tenant, current_setting('tenantry.operator_id') as operator`;
    const { rows } = await database.withClient(envelope, (client) => client.query({ text }));
    expect(rows).toEqual([
      { role: `${fixture.prefix}tenantry_admin`, path: 'platform, pg_temp', tenant: '', operator: 'o-1' },
    ]);
  });

  it('destroys the connection when the role is refused, and says why by SQLSTATE', async () => {
    const before = await backend(fixture.aurora);
    const closed = { ...fixture.aurora, role: `${fixture.prefix}tenantry_api` };
    const refusal = await ask(closed, 'select 1').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(EnvelopeError);
    expect(refusal).toMatchObject({ sqlstate: '42501' });
    const gone = await ask({ ...fixture.aurora, role: 'tenant_purged_long_ago' }, 'select 1').catch((error: unknown) => error);
    expect(gone).toMatchObject({ name: 'EnvelopeError', sqlstate: '22023' });
    expect(await backend(fixture.aurora)).not.toBe(before);
  });

  it('reports the envelope, even to a callback that swallows every error', async () => {
    const envelope = inside({ ...fixture.aurora, role: 'tenant_purged_long_ago' });
    const swallowing = database.withClient(envelope, (client) => client.query({ text: 'select 1' }).catch(() => 'fine'));
    await expect(swallowing).rejects.toBeInstanceOf(EnvelopeError);
  });

  it('leaves a lane without a scope with nothing to read', async () => {
    const rows = await fixture.asOwner(
      `select pg_catalog.has_schema_privilege('${fixture.prefix}tenantry_lane_00', '${fixture.aurora.schema}', 'usage') as may`,
    );
    expect(rows).toEqual([{ may: false }]);
  });
});

describe('one connection for everybody', () => {
  it('answers thousands of alternating requests each from its own tenant', async () => {
    const tenants = [fixture.aurora, fixture.borealis];
    const asked = Array.from({ length: 4_000 }, (_, number) => tenants[number % 2] ?? fixture.aurora);
    const answers = await Promise.all(
      asked.map(async (tenant, number) => {
        const id = 1 + (number % 50);
        return await ask<{ owner: string }>(tenant, 'select owner from stamps where id = $1', [id]);
      }),
    );
    expect(answers.filter((rows, number) => rows.length !== 1 || rows[0]?.owner !== asked[number]?.id)).toEqual([]);
    await until(() => database.stats().lanes[0]?.busy === 0);
    expect(database.stats().lanes).toEqual([{ open: 1, busy: 0, waiting: 0, recycled: 0 }]);
  });

  it('gives rows as lists to whoever wants them so', async () => {
    const { rows } = await database.withClient(inside(fixture.aurora), (client) =>
      client.query({ text: 'select owner, id from stamps where id = $1', values: [1], arrayMode: true }),
    );
    expect(rows).toEqual([[fixture.aurora.id, 1]]);
  });

  it('writes where it reads', async () => {
    await ask(fixture.aurora, `update stamps set note = 'from aurora' where id = 1`, [], 'write');
    await ask(fixture.borealis, `update stamps set note = 'from borealis' where id = 1`, [], 'write');
    expect(await ask(fixture.aurora, 'select note from stamps where id = 1')).toEqual([{ note: 'from aurora' }]);
    expect(await ask(fixture.borealis, 'select note from stamps where id = 1')).toEqual([{ note: 'from borealis' }]);
  });

  it('refuses the schema of another tenant by name', async () => {
    const { aurora, borealis } = fixture;
    await expect(ask(aurora, `select * from ${borealis.schema}.stamps`)).rejects.toMatchObject({ code: '42501' });
  });

  it('notices a setting that outlived its request, and does not let the next one near it', async () => {
    const { aurora, borealis } = fixture;
    const before = await backend(aurora);
    await ask(aurora, `select pg_catalog.set_config('tenantry.role', 'admin', false)`, [], 'write');
    await expect(ask(borealis, 'select 1')).rejects.toThrow('still carried an earlier scope');
    expect(await backend(borealis)).not.toBe(before);
  });
});

describe('a write', () => {
  it('is no success when COMMIT is answered with ROLLBACK', async () => {
    const attempt = database.withClient(inside(fixture.aurora, 'write'), async (client) => {
      await client.query({ text: `update stamps set note = 'lost' where id = 2` });
      await client.query({ text: 'select 1 / 0' }).catch(() => undefined);
      return 'looks fine';
    });
    await expect(attempt).rejects.toBeInstanceOf(CommitError);
    expect(await ask(fixture.aurora, 'select note from stamps where id = 2')).toEqual([{ note: null }]);
  });

  it('reports what only COMMIT finds out, and keeps the connection', async () => {
    const before = await backend(fixture.aurora);
    const attempt = ask(fixture.aurora, `update stamps set note = 'twice' where id in (3, 4)`, [], 'write');
    await expect(attempt).rejects.toMatchObject({ code: '23505' });
    expect(await backend(fixture.aurora)).toBe(before);
  });

  it('is rolled back when the callback throws', async () => {
    const attempt = database.withClient(inside(fixture.aurora, 'write'), async (client) => {
      await client.query({ text: `update stamps set note = 'thrown away' where id = 5` });
      throw new Error('changed my mind');
    });
    await expect(attempt).rejects.toThrow('changed my mind');
    expect(await ask(fixture.aurora, 'select note from stamps where id = 5')).toEqual([{ note: null }]);
  });

  it('is refused inside a read', async () => {
    await expect(ask(fixture.aurora, `update stamps set note = ''`)).rejects.toMatchObject({ code: '25006' });
  });

  it('undoes a failed savepoint alone, the scope surviving, to any depth', async () => {
    await database.withClient(inside(fixture.aurora, 'write'), async (client) => {
      await client.query({ text: `update stamps set note = 'outer' where id = 6` });
      await client.withTransaction(async (inner) => {
        await inner.query({ text: `update stamps set note = 'inner' where id = 7` });
        await inner
          .withTransaction((innermost) => innermost.query({ text: `update stamps set note = (1 / 0)::text where id = 8` }))
          .catch(() => undefined);
      });
      const failed = client.withTransaction((inner) => inner.query({ text: 'select from no_such_table' }));
      const after = client.query({ text: `update stamps set note = current_user where id = 9` });
      await expect(failed).rejects.toMatchObject({ code: '42P01' });
      await after;
    });
    const notes = await ask<{ note: string | null }>(
      fixture.aurora,
      'select note from stamps where id between 6 and 9 order by id',
    );
    expect(notes.map(({ note }) => note)).toEqual(['outer', 'inner', null, fixture.aurora.role]);
  });

  it('sends nothing at all when the callback asks nothing', async () => {
    expect(await database.withClient(inside(fixture.aurora, 'write'), async () => 42)).toBe(42);
  });

  it('does not lend its client beyond its end', async () => {
    const kept = await database.withClient(inside(fixture.aurora), async (client) => {
      await client.query({ text: 'select 1' });
      return client;
    });
    await expect(kept.query({ text: 'select 1' })).rejects.toThrow('after its request had ended');
  });
});

describe('prepared statements', () => {
  it('are retried once, whole, when a plan went stale', async () => {
    const text = 'select note from stamps where id = 10';
    const { aurora } = fixture;
    await ask(aurora, text);
    const before = await backend(aurora);
    await fixture.asOwner(`alter table ${aurora.schema}.stamps alter column note type varchar(500)`);
    const callback = vi.fn();
    const { rows } = await database.withClient(inside(aurora, 'write'), async (client) => {
      callback();
      await client.query({ text: `update stamps set note = 'once' where id = 11` });
      return await client.query({ text });
    });
    expect(rows).toEqual([{ note: null }]);
    expect(callback).toHaveBeenCalledTimes(2);
    expect(await ask(aurora, text)).toEqual([{ note: null }]);
    expect(await backend(aurora)).toBe(before);
    await fixture.asOwner(`alter table ${aurora.schema}.stamps alter column note type text`);
  });

  it('are not shared between tenants on different schema versions', async () => {
    const text = 'select note from stamps where id = 12';
    const older = { ...fixture.borealis, schemaVersion: 7 };
    await ask(fixture.aurora, text);
    await fixture.asOwner(`alter table ${older.schema}.stamps alter column note type varchar(400)`);
    const callback = vi.fn();
    await database.withClient(inside(older), async (client) => {
      callback();
      return await client.query({ text });
    });
    expect(callback).toHaveBeenCalledTimes(1);
    const names = await ask<{ name: string }>(fixture.aurora, `select name from pg_catalog.pg_prepared_statements`);
    expect(names.filter(({ name }) => name.startsWith('v7:'))).toHaveLength(1);
    await fixture.asOwner(`alter table ${older.schema}.stamps alter column note type text`);
  });

  it('are deallocated when others have pushed them out', async () => {
    for (let number = 0; number < 250; number += 1) await ask(fixture.aurora, `select ${number}`);
    const [row] = await ask<{ kept: number }>(fixture.aurora, 'select count(*)::int as kept from pg_catalog.pg_prepared_statements');
    expect(row?.kept).toBeGreaterThan(150);
    expect(row?.kept).toBeLessThanOrEqual(202);
    expect(await ask(fixture.aurora, 'select 0')).toEqual([{ '?column?': 0 }]);
  });

  it('never take two statements in one text', async () => {
    await expect(ask(fixture.aurora, 'select 1; select 2')).rejects.toMatchObject({ code: '42601' });
  });

  it('give the connection up after a value that cannot be sent', async () => {
    const before = await backend(fixture.aurora);
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    await expect(ask(fixture.aurora, 'select $1::jsonb', [circular])).rejects.toThrow(TypeError);
    expect(await backend(fixture.aurora)).not.toBe(before);
  });
});

describe('a lane', () => {
  const sleeping = (tenant: TenantRoute, seconds = 20) =>
    ask(tenant, 'select pg_catalog.pg_sleep($1)', [seconds], 'read').catch((error: unknown) => error);

  it('lets tenants take turns, however many requests one of them has waiting', async () => {
    const order: string[] = [];
    const visit = async (tenant: TenantRoute) => {
      await ask(tenant, 'select 1');
      order.push(tenant.id);
    };
    await Promise.all([
      ...Array.from({ length: 6 }, () => visit(fixture.aurora)),
      ...Array.from({ length: 2 }, () => visit(fixture.borealis)),
    ]);
    const { aurora, borealis } = fixture;
    expect(order.slice(0, 5)).toEqual([aurora.id, aurora.id, borealis.id, aurora.id, borealis.id]);
  });

  it('refuses the waiter beyond the bound at once, and the others when their time is up', async () => {
    await database.close();
    database = lanes({ waitersPerTenant: 1, waitTimeoutMs: 60 });
    const busy = sleeping(fixture.aurora, 0.4);
    const waiter = ask(fixture.aurora, 'select 1').catch((error: unknown) => error);
    await expect(ask(fixture.aurora, 'select 1')).rejects.toThrow('too many requests');
    expect(await waiter).toBeInstanceOf(UnavailableError);
    await expect(ask(fixture.borealis, 'select 1')).rejects.toThrow('in time');
    await busy;
    expect(await ask(fixture.aurora, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('keeps a connection free of a tenant whose other one is slow', async () => {
    await database.close();
    database = lanes({ connections: 2 });
    const pid = await backend(fixture.aurora);
    const slow = sleeping(fixture.aurora, 0.6);
    await until(isWaiting(pid, 'PgSleep'));
    await new Promise((resolve) => setTimeout(resolve, 260));
    const second = ask(fixture.aurora, 'select 1');
    expect(database.stats().lanes[0]).toMatchObject({ busy: 1, waiting: 1 });
    await ask(fixture.borealis, 'select 1');
    await slow;
    expect(await second).toHaveLength(1);
  });

  it('gives a tenant the connection that served it last', async () => {
    await database.close();
    database = lanes({ connections: 2 });
    const [first, second] = await Promise.all([backend(fixture.aurora), backend(fixture.borealis)]);
    expect(first).not.toBe(second);
    for (let round = 0; round < 5; round += 1) {
      expect(await backend(fixture.borealis)).toBe(second);
      expect(await backend(fixture.aurora)).toBe(first);
    }
  });

  it('replaces a connection after so many tenants, and after so many uses', async () => {
    await database.close();
    database = lanes({ tenantsPerConnection: 2 });
    const first = await backend(fixture.aurora);
    expect(await backend(fixture.aurora)).toBe(first);
    expect(await backend(fixture.borealis)).toBe(first);
    expect(await backend(fixture.borealis)).not.toBe(first);
    await database.close();
    database = lanes({ usesPerConnection: 3 });
    const pids = [];
    for (let use = 0; use < 4; use += 1) pids.push(await backend(fixture.aurora));
    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(pids[3]).not.toBe(pids[0]);
    expect(database.stats().lanes[0]?.recycled).toBe(1);
  });

  it('reconnects by itself when its idle sessions were ended', async () => {
    const pid = await backend(fixture.aurora);
    await fixture.asLane(`select pg_catalog.pg_terminate_backend(${pid})`);
    expect(await backend(fixture.aurora)).not.toBe(pid);
  });

  it('sends a request again when its session had died unnoticed, since nothing of it can have happened', async () => {
    const pid = await backend(fixture.aurora);
    await until(() => database.stats().lanes[0]?.busy === 0);
    // A child, waited for without a turn of the event loop: the news of the end is still unread in the socket.
    const config = loginConfig(fixture.endpoint, laneRole(fixture.prefix, 0), fixture.masterKey);
    const script = `const { default: pg } = await import('pg'); const client = new pg.Client(${JSON.stringify(config)});
      await client.connect(); await client.query('select pg_terminate_backend($1)', [${pid}]); await client.end();`;
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', script]).status).toBe(0);
    expect(await backend(fixture.aurora)).not.toBe(pid);
  });

  it('takes a neighbour when the home is busy', async () => {
    await database.close();
    database = lanes({ connections: 3 });
    const at = async (tenant: TenantRoute) => {
      const [row] = await ask<{ pid: number }>(tenant, 'select pg_backend_pid() as pid, pg_sleep(0.05)');
      return row?.pid;
    };
    const all = await Promise.all([at(fixture.aurora), at(fixture.aurora), at(fixture.aurora)]);
    expect(new Set(all).size).toBe(3);
    await until(() => database.stats().lanes[0]?.busy === 0);
    const both = await Promise.all([at(fixture.borealis), at(fixture.borealis)]);
    expect(new Set(both).size).toBe(2);
    expect(all).toEqual(expect.arrayContaining(both));
  });

  it('goes on with the connections it has when one more is refused', async () => {
    await database.close();
    database = lanes({ connections: 2 });
    const lane = `"${laneRole(fixture.prefix, 0)}"`;
    await backend(fixture.aurora);
    await fixture.asMigrator(`alter role ${lane} connection limit 1`);
    try {
      const first = ask(fixture.aurora, 'select pg_sleep(0.1)');
      await expect(ask(fixture.borealis, 'select 1')).rejects.toBeInstanceOf(UnavailableError);
      expect(await first).toHaveLength(1);
    } finally {
      await fixture.asMigrator(`alter role ${lane} connection limit -1`);
    }
    expect(await Promise.all([backend(fixture.aurora), backend(fixture.borealis)])).toHaveLength(2);
  });

  it('says so when a session ends under a request, and does not repeat a write', async () => {
    const pid = await backend(fixture.aurora);
    const callback = vi.fn();
    const broken = database
      .withClient(inside(fixture.aurora, 'write'), async (client) => {
        callback();
        await client.query({ text: 'select pg_catalog.pg_sleep(20)' });
      })
      .catch((error: unknown) => error);
    await until(isWaiting(pid, 'PgSleep'));
    await fixture.asLane(`select pg_catalog.pg_terminate_backend(${pid})`);
    expect(await broken).toBeInstanceOf(ConnectionLostError);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('says so when a session ends between the last statement of a write and its commit', async () => {
    const attempt = database.withClient(inside(fixture.aurora, 'write'), async (client) => {
      const { rows } = await client.query<{ pid: number }>({ text: 'select pg_catalog.pg_backend_pid() as pid' });
      await fixture.asLane(`select pg_catalog.pg_terminate_backend(${rows[0]?.pid})`);
      await until(async () => (await fixture.asLane(`select from pg_catalog.pg_stat_activity where pid = ${rows[0]?.pid}`)).length === 0);
      return 'never committed';
    });
    await expect(attempt).rejects.toBeInstanceOf(ConnectionLostError);
  });

  it('ends what it is doing for one tenant, and nothing else', async () => {
    await database.close();
    database = lanes({ connections: 2 });
    const [, pid] = await Promise.all([backend(fixture.aurora), backend(fixture.borealis)]);
    const doomed = sleeping(fixture.aurora);
    const spared = sleeping(fixture.borealis, 0.5);
    await until(isWaiting(pid ?? 0, 'PgSleep'));
    expect(await database.terminateTenant(fixture.aurora.id)).toBe(1);
    expect(await doomed).toBeInstanceOf(ConnectionLostError);
    expect(await spared).toHaveLength(1);
    expect(await database.terminateTenant('nobody')).toBe(0);
    expect(await backend(fixture.aurora)).toBeGreaterThan(0);
  });

  it('refuses everybody at once when the database cannot be reached', async () => {
    const endpoint = { ...fixture.endpoint, port: 1 };
    const unreachable = createLanes({ ...fixture, endpoint, lanes: 1, lane: limits, operators: limits });
    const attempts = Array.from({ length: 5 }, () =>
      unreachable.withClient(inside(fixture.aurora), (client) => client.query({ text: 'select 1' })),
    );
    for (const attempt of attempts) await expect(attempt).rejects.toBeInstanceOf(UnavailableError);
    await unreachable.close();
  });

  it('finishes what is under way when it closes, and takes nothing new', async () => {
    const pid = await backend(fixture.aurora);
    const last = ask(fixture.aurora, 'select pg_catalog.pg_sleep(0.2)::text as slept');
    const waiter = ask(fixture.borealis, 'select 1').catch((error: unknown) => error);
    await until(isWaiting(pid, 'PgSleep'));
    await database.close();
    expect(await last).toEqual([{ slept: '' }]);
    expect(await waiter).toBeInstanceOf(UnavailableError);
    await expect(ask(fixture.aurora, 'select 1')).rejects.toBeInstanceOf(UnavailableError);
  });

  it('knows no lane beyond those of the installation', async () => {
    await expect(ask({ ...fixture.aurora, lane: 99 }, 'select 1')).rejects.toBeInstanceOf(RangeError);
  });
});
