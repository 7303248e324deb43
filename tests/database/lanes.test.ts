import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TenantRoute } from '../../database/envelope.ts';
import { ConnectionLostError, UnavailableError } from '../../database/failures.ts';
import { createLanes } from '../../database/lanes.ts';
import { laneRole, loginConfig } from '../../database/logins.ts';
import { inside, lanesFixture, until } from './lanes.fixture.ts';
import type { LanesFixture, LanesUnderTest } from './lanes.fixture.ts';

let fixture: LanesFixture;
let lanes: LanesUnderTest;

beforeAll(async () => {
  fixture = await lanesFixture();
});

afterAll(async () => {
  await fixture.close();
});

beforeEach(() => {
  lanes = fixture.lanes();
});

afterEach(async () => {
  await lanes.close();
});

function isWaiting(pid: number, event: string): () => Promise<boolean> {
  return async () => {
    const rows = await fixture.asLane(`select from pg_catalog.pg_stat_activity where pid = ${pid} and wait_event = '${event}'`);
    return rows.length > 0;
  };
}

describe('a lane', () => {
  const sleeping = (tenant: TenantRoute, seconds = 20) =>
    lanes.ask(tenant, 'select pg_catalog.pg_sleep($1)', [seconds], 'read').catch((error: unknown) => error);

  it('lets tenants take turns, however many requests one of them has waiting', async () => {
    const order: string[] = [];
    const visit = async (tenant: TenantRoute) => {
      await lanes.ask(tenant, 'select 1');
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
    await lanes.close();
    lanes = fixture.lanes({ waitersPerTenant: 1, waitTimeoutMs: 60 });
    const busy = sleeping(fixture.aurora, 0.4);
    const waiter = lanes.ask(fixture.aurora, 'select 1').catch((error: unknown) => error);
    await expect(lanes.ask(fixture.aurora, 'select 1')).rejects.toThrow('too many requests');
    expect(await waiter).toBeInstanceOf(UnavailableError);
    await expect(lanes.ask(fixture.borealis, 'select 1')).rejects.toThrow('in time');
    await busy;
    expect(await lanes.ask(fixture.aurora, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('keeps a connection free of a tenant whose other one is slow', async () => {
    await lanes.close();
    lanes = fixture.lanes({ connections: 2 });
    const pid = await lanes.backend(fixture.aurora);
    const slow = sleeping(fixture.aurora, 0.6);
    await until(isWaiting(pid, 'PgSleep'));
    await new Promise((resolve) => setTimeout(resolve, 260));
    const second = lanes.ask(fixture.aurora, 'select 1');
    expect(lanes.database.stats().lanes[0]).toMatchObject({ busy: 1, waiting: 1 });
    await lanes.ask(fixture.borealis, 'select 1');
    await slow;
    expect(await second).toHaveLength(1);
  });

  it('gives a tenant the connection that served it last', async () => {
    await lanes.close();
    lanes = fixture.lanes({ connections: 2 });
    const [first, second] = await Promise.all([lanes.backend(fixture.aurora), lanes.backend(fixture.borealis)]);
    expect(first).not.toBe(second);
    for (let round = 0; round < 5; round += 1) {
      expect(await lanes.backend(fixture.borealis)).toBe(second);
      expect(await lanes.backend(fixture.aurora)).toBe(first);
    }
  });

  it('replaces a connection after so many tenants, and after so many uses', async () => {
    await lanes.close();
    lanes = fixture.lanes({ tenantsPerConnection: 2 });
    const first = await lanes.backend(fixture.aurora);
    expect(await lanes.backend(fixture.aurora)).toBe(first);
    expect(await lanes.backend(fixture.borealis)).toBe(first);
    expect(await lanes.backend(fixture.borealis)).not.toBe(first);
    await lanes.close();
    lanes = fixture.lanes({ usesPerConnection: 3 });
    const pids = [];
    for (let use = 0; use < 4; use += 1) pids.push(await lanes.backend(fixture.aurora));
    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(pids[3]).not.toBe(pids[0]);
    expect(lanes.database.stats().lanes[0]?.recycled).toBe(1);
  });

  it('reconnects by itself when its idle sessions were ended', async () => {
    const pid = await lanes.backend(fixture.aurora);
    await fixture.asLane(`select pg_catalog.pg_terminate_backend(${pid})`);
    expect(await lanes.backend(fixture.aurora)).not.toBe(pid);
  });

  it('sends a request again when its session had died unnoticed, since nothing of it can have happened', async () => {
    const pid = await lanes.backend(fixture.aurora);
    await until(() => lanes.database.stats().lanes[0]?.busy === 0);
    // A child, waited for without a turn of the event loop: the news of the end is still unread in the socket.
    const config = loginConfig(fixture.endpoint, laneRole(fixture.prefix, 0), fixture.masterKey);
    const script = `const { default: pg } = await import('pg'); const client = new pg.Client(${JSON.stringify(config)});
      await client.connect(); await client.query('select pg_terminate_backend($1)', [${pid}]); await client.end();`;
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', script]).status).toBe(0);
    expect(await lanes.backend(fixture.aurora)).not.toBe(pid);
  });

  it('takes a neighbour when the home is busy', async () => {
    await lanes.close();
    lanes = fixture.lanes({ connections: 3 });
    const at = async (tenant: TenantRoute) => {
      const [row] = await lanes.ask<{ pid: number }>(tenant, 'select pg_backend_pid() as pid, pg_sleep(0.05)');
      return row?.pid;
    };
    const all = await Promise.all([at(fixture.aurora), at(fixture.aurora), at(fixture.aurora)]);
    expect(new Set(all).size).toBe(3);
    await until(() => lanes.database.stats().lanes[0]?.busy === 0);
    const both = await Promise.all([at(fixture.borealis), at(fixture.borealis)]);
    expect(new Set(both).size).toBe(2);
    expect(all).toEqual(expect.arrayContaining(both));
  });

  it('goes on with the connections it has when one more is refused', async () => {
    await lanes.close();
    lanes = fixture.lanes({ connections: 2 });
    const lane = `"${laneRole(fixture.prefix, 0)}"`;
    await lanes.backend(fixture.aurora);
    await fixture.asMigrator(`revoke connect on database ${fixture.endpoint.database} from ${lane}`);
    try {
      const first = lanes.ask(fixture.aurora, 'select pg_sleep(0.1)');
      await expect(lanes.ask(fixture.borealis, 'select 1')).rejects.toBeInstanceOf(UnavailableError);
      expect(await first).toHaveLength(1);
    } finally {
      await fixture.asMigrator(`grant connect on database ${fixture.endpoint.database} to ${lane}`);
    }
    expect(await Promise.all([lanes.backend(fixture.aurora), lanes.backend(fixture.borealis)])).toHaveLength(2);
  });

  it('says so when a session ends under a request, and does not repeat a write', async () => {
    const pid = await lanes.backend(fixture.aurora);
    const callback = vi.fn();
    const broken = lanes.database
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
    const attempt = lanes.database.withClient(inside(fixture.aurora, 'write'), async (client) => {
      const { rows } = await client.query<{ pid: number }>({ text: 'select pg_catalog.pg_backend_pid() as pid' });
      await fixture.asLane(`select pg_catalog.pg_terminate_backend(${rows[0]?.pid})`);
      await until(async () => (await fixture.asLane(`select from pg_catalog.pg_stat_activity where pid = ${rows[0]?.pid}`)).length === 0);
      return 'never committed';
    });
    await expect(attempt).rejects.toBeInstanceOf(ConnectionLostError);
  });

  it('ends what it is doing for one tenant, and nothing else', async () => {
    await lanes.close();
    lanes = fixture.lanes({ connections: 2 });
    const [, pid] = await Promise.all([lanes.backend(fixture.aurora), lanes.backend(fixture.borealis)]);
    const doomed = sleeping(fixture.aurora);
    const spared = sleeping(fixture.borealis, 0.5);
    await until(isWaiting(pid ?? 0, 'PgSleep'));
    expect(await lanes.database.terminateTenant(fixture.aurora.id)).toBe(1);
    expect(await doomed).toBeInstanceOf(ConnectionLostError);
    expect(await spared).toHaveLength(1);
    expect(await lanes.database.terminateTenant('nobody')).toBe(0);
    expect(await lanes.backend(fixture.aurora)).toBeGreaterThan(0);
  });

  it('refuses everybody at once when the database cannot be reached', async () => {
    const endpoint = { ...fixture.endpoint, port: 1 };
    const limits = { connections: 1, waitTimeoutMs: 1_000, waitersPerTenant: 10 };
    const unreachable = createLanes({ ...fixture, endpoint, lanes: 1, lane: limits, operators: limits });
    const attempts = Array.from({ length: 5 }, () =>
      unreachable.withClient(inside(fixture.aurora), (client) => client.query({ text: 'select 1' })),
    );
    for (const attempt of attempts) await expect(attempt).rejects.toBeInstanceOf(UnavailableError);
    await unreachable.close();
  });

  it('finishes what is under way when it closes, and takes nothing new', async () => {
    const pid = await lanes.backend(fixture.aurora);
    const last = lanes.ask(fixture.aurora, 'select pg_catalog.pg_sleep(0.2)::text as slept');
    const waiter = lanes.ask(fixture.borealis, 'select 1').catch((error: unknown) => error);
    await until(isWaiting(pid, 'PgSleep'));
    await lanes.close();
    expect(await last).toEqual([{ slept: '' }]);
    expect(await waiter).toBeInstanceOf(UnavailableError);
    await expect(lanes.ask(fixture.aurora, 'select 1')).rejects.toBeInstanceOf(UnavailableError);
  });

  it('knows no lane beyond those of the installation', async () => {
    await expect(lanes.ask({ ...fixture.aurora, lane: 99 }, 'select 1')).rejects.toBeInstanceOf(RangeError);
  });
});
