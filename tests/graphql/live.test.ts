import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statementLogKey, stopStatementLog } from '../../database/statement-log.ts';
import { PAUSE_MS } from '../../server/graphql/feeds.ts';
import { startGraphql } from './graphql-server.ts';
import type { GraphqlServer } from './graphql-server.ts';

let server: GraphqlServer;
let clients: Client[] = [];

beforeAll(async () => {
  server = await startGraphql();
});
afterEach(async () => {
  for (const client of clients) await client.dispose();
  clients = [];
});
afterAll(async () => {
  await server.close();
});

const owned = async (sql: string, values: unknown[] = []) => (await server.database.withOwner((client) => client.query(sql, values))).rows;

// Events are compared by path.
// eslint-disable-next-line typescript/no-explicit-any
type Event = any;

/** Follows a subscription until `enough` of what it said; `then` is done once the first event is there. */
async function follow(who: string, query: string, enough: (events: readonly Event[]) => boolean, then?: () => Promise<unknown>): Promise<Event[]> {
  const client = createClient({ url: `${server.url.replace('http', 'ws')}/platform/graphql`, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${who}` } });
  clients.push(client);
  const events: Event[] = [];
  for await (const event of client.iterate({ query })) {
    events.push((event as Event).data ?? event);
    if (enough(events)) break;
    if (events.length === 1) await then?.();
  }
  return events;
}

describe('health', () => {
  it('is that of the server and of the database', async () => {
    const { body } = await server.ask('operator.developer', '{ systemHealth { ready failing version listening memoryBytes supportContact pools { lane open } status { lanes workerAlive storageBytes } } }');
    expect(body.errors).toBeUndefined();
    const [truth] = await owned('select lanes, (select sum(size_bytes)::text from platform.tenants) as bytes from platform.installation');
    expect(body.data.systemHealth).toMatchObject({ ready: true, failing: [], listening: true, supportContact: 'help@platform.example', status: { lanes: truth.lanes, workerAlive: false, storageBytes: truth.bytes } });
    expect(body.data.systemHealth.pools).toHaveLength(truth.lanes + 1);
    expect(body.data.systemHealth.pools[0].lane).toBeNull();
  });

  it('is told again, as it is then', async () => {
    const events = await follow('operator.security', 'subscription { systemHealth { status { at jobsWaiting } } }', (seen) => seen.length === 2, async () => {
      await owned(`select jobs.enqueue('worker__test', '{}', 'one more')`);
    });
    const [first, second] = events.map(({ systemHealth }) => systemHealth.status);
    expect(second.jobsWaiting).toBe(first.jobsWaiting + 1);
    expect(second.at > first.at).toBe(true);
  });
});

describe('changes of tenants', () => {
  const query = 'subscription { tenantChanges { many tenants { rowId status } } }';

  it('bring those that changed, once each', async () => {
    const events = await follow('operator.operator', query, (seen) => seen.length === 2, async () => {
      await owned(`select platform.suspend_tenant('aurora', 'r')`);
    });
    expect(events.map(({ tenantChanges }) => tenantChanges)).toEqual([{ many: false, tenants: [] }, { many: false, tenants: [{ rowId: 'aurora', status: 'suspended' }] }]);
    await owned(`select platform.activate_tenant('aurora', 'r')`);
  });

  it('say of very many only that there are', async () => {
    const [, crowd] = await follow('operator.operator', query, (seen) => seen.length === 2, async () => {
      await owned(`insert into platform.tenants (id, name, status, lane) select 'crowd_' || n, 'Crowd ' || n, 'failed', 0 from generate_series(1, 300) n`);
    });
    expect(crowd.tenantChanges.many).toBe(true);
    expect(crowd.tenantChanges.tenants).toHaveLength(100);
  });
});

describe('of a tenant beyond an operator’s limit', () => {
  const limited = '7c0c7a52-6c0e-4f66-8a44-3f1f4a1d4d10';
  beforeEach(async () => {
    await owned(`insert into platform.operators (id, email, name, role) values ($1, 'l@s.example', 'L', 'operator') on conflict do nothing`, [limited]);
    await owned(`insert into platform.operator_tenants (operator_id, tenant_id) values ($1, 'borealis')`, [limited]);
  });
  afterEach(async () => {
    await owned('delete from platform.operator_tenants');
  });

  /** Hints go out at most every quarter of a second: what is done one after the other with this between comes as one event each. */
  const settle = async () => await sleep(3 * PAUSE_MS);
  /** What is told when first `hidden` and then `own` is done; without the first event, which names nothing. */
  const told = async (query: string, hidden: () => Promise<unknown>, own: () => Promise<unknown>, count: number) =>
    (await follow('operator.operator', `subscription { ${query} }`, (seen) => seen.length > count, async () => {
      await settle();
      await hidden();
      await settle();
      await own();
    })).slice(1).map((event: Event) => Object.values(event)[0] as Event);
  const unlimited = async () => await owned('delete from platform.operator_tenants');
  const touch = (ids: string) => async () => await owned(`update platform.tenants set description = clock_timestamp()::text where ${ids}`);
  const raise = (id: string) => async () => await owned(`select platform_private.raise_alert($1, 'beyond.' || gen_random_uuid(), 'info', 'm')`, [id]);
  // A run announces itself whenever its row is written.
  const run = (id: string) => async () => await owned(`update platform.provisioning_runs set status = status where tenant_id = $1`, [id]);

  it('no change of the tenant is told', async () => {
    const query = 'tenantChanges { many tenants { rowId } }';
    const own = { many: false, tenants: [{ rowId: 'borealis' }] };
    expect(await told(query, touch(`id = 'aurora'`), touch(`id = 'borealis'`), 1)).toEqual([own]);
    // Nor does it count that very many changed.
    await owned(`insert into platform.tenants (id, name, status, lane) select 'hidden_' || n, 'Hidden ' || n, 'failed', 0 from generate_series(1, 300) n`);
    expect(await told(query, touch(`id <> 'borealis'`), touch(`true`), 1)).toEqual([own]);
    await unlimited();
    expect(await told(query, touch(`id = 'aurora'`), touch(`id = 'borealis'`), 2)).toEqual([{ many: false, tenants: [{ rowId: 'aurora' }] }, own]);
  });

  it('a flood of hints is told as that alone, so that the page is asked for again', async () => {
    const flood = async () =>
      await server.database.withMigrator((migrator) => migrator.query(`select pg_notify('tenantry_tenant', 'flood_' || n) from generate_series(1, 12000) n`));
    const query = 'tenantChanges { many tenants { rowId } }';
    // What stood behind ten thousand others is not named; that something is missing is said to everybody alike, and tells nobody of whom.
    const behind = async () => {
      await flood();
      await touch(`id = 'borealis'`)();
    };
    const [crowd] = await told(query, behind, async () => undefined, 1);
    // A slow reader of the channel has them as several events, and then none is missing.
    expect([{ many: true, tenants: [] }, { many: true, tenants: [{ rowId: 'borealis' }] }, { many: false, tenants: [{ rowId: 'borealis' }] }]).toContainEqual(crowd);
    // It is over with that.
    const own = { many: false, tenants: [{ rowId: 'borealis' }] };
    const isOwn = (event: Event): boolean => JSON.stringify(event.tenantChanges) === JSON.stringify(own);
    const events = await follow('operator.operator', `subscription { ${query} }`, (seen) => isOwn(seen.at(-1)), async () => {
      await flood();
      await settle();
      await touch(`id = 'borealis'`)();
    });
    expect(events.at(-1)).toEqual({ tenantChanges: own });
  });

  it('no alert is told', async () => {
    const query = 'alertChanges { many alerts { tenantId } }';
    const own = { many: false, alerts: [{ tenantId: 'borealis' }] };
    const forged = async () => {
      await raise('aurora')();
      await server.database.withMigrator((migrator) => migrator.query(`select pg_notify('tenantry_alert', 'no such id')`));
    };
    expect(await told(query, forged, raise('borealis'), 1)).toEqual([own]);
    await unlimited();
    expect(await told(query, forged, raise('borealis'), 2)).toEqual([{ many: false, alerts: [{ tenantId: 'aurora' }] }, own]);
  });

  it.each(['isolationProgress', 'provisioningProgress'])('%s tells nothing after its first event, as of a tenant that is not there', async (field) => {
    const events = async (id: string) => {
      const client = createClient({ url: `${server.url.replace('http', 'ws')}/platform/graphql`, retryAttempts: 0, connectionParams: { Authorization: 'Bearer operator.operator' } });
      clients.push(client);
      const heard: Event[] = [];
      client.subscribe({ query: `subscription { ${field}(tenantId: "${id}") { run { tenantId } } }` }, {
        next: ({ data }) => heard.push((data as Event)[field].run), error: (error) => heard.push(error), complete: () => undefined,
      });
      await expect.poll(() => heard.length).toBe(1);
      await settle();
      await run(id)();
      await settle();
      return heard;
    };
    expect(await events('aurora')).toEqual([null]);
    expect((await events('borealis')).length).toBe(2);
    await unlimited();
    expect((await events('aurora')).length).toBe(2);
  });
});

it('an operator who is limited counts, hears and reads of its own tenants alone', async () => {
  await owned(`insert into platform.operators (id, email, name, role) values ('7c0c7a52-6c0e-4f66-8a44-3f1f4a1d4d10', 'l@s.example', 'L', 'operator') on conflict do nothing`);
  const ask = async () => {
    const { body } = await server.ask('operator.security', '{ tenantCounts { total active } isolationSummary { tenants } isolationKinds { nodes { tenants } } }');
    return { ...body.data.tenantCounts, proofs: body.data.isolationSummary.tenants, most: Math.max(0, ...body.data.isolationKinds.nodes.map(({ tenants }: Event) => tenants as number)) };
  };
  for (const id of ['aurora', 'borealis']) await server.database.withOwner((owner) => server.database.prover.prove(owner, id, 'demand'));
  const all = await ask();
  expect(all).toMatchObject({ active: 2, proofs: 2, most: 2 });
  await owned(`insert into platform.operator_tenants (operator_id, tenant_id) values ('7c0c7a52-6c0e-4f66-8a44-3f1f4a1d4d10', 'borealis')`);
  expect(await ask()).toEqual({ total: 1, active: 1, proofs: 1, most: 1 });

  const [, alerts] = await follow('operator.security', 'subscription { alertChanges { alerts { tenantId } } }', (seen) => seen.length === 2, async () => {
    await owned(`select platform_private.raise_alert(id, 'limited.test', 'info', 'm') from platform.tenants where id in ('aurora', 'borealis')`);
  });
  expect(alerts.alertChanges.alerts).toEqual([{ tenantId: 'borealis' }]);
  const accesses = await follow('operator.security', 'subscription { accesses { accesses { tenant action } } }', (seen) => seen.flatMap((event) => event.accesses.accesses).length > 0, async () => {
    await owned(`insert into audit.buffer (source, action, tenant_id, actor) select 'server', 'call.query', id, 'user:x' from unnest(array['aurora', 'borealis', null]) as t (id)`);
  });
  expect(accesses.at(-1).accesses.accesses).toEqual([{ tenant: 'borealis', action: 'call.query' }]);
  await owned('delete from platform.operator_tenants');
});

it('alerts come as they are raised, and again when they are acknowledged', async () => {
  const events = await follow('operator.operator', 'subscription { alertChanges { alerts { kind acknowledgedAt } } }', (seen) => seen.length === 3 || seen.at(-1)?.alertChanges.alerts[0]?.acknowledgedAt, async () => {
    await owned(`select platform_private.raise_alert('aurora', 'a.test', 'critical', 'm')`);
    setTimeout(() => void owned(`update platform.alerts set acknowledged_at = now(), acknowledged_by = 'm' where kind = 'a.test'`), 600);
  });
  expect(events[1].alertChanges.alerts).toEqual([{ kind: 'a.test', acknowledgedAt: null }]);
  expect(events.at(-1).alertChanges.alerts).toEqual([{ kind: 'a.test', acknowledgedAt: expect.any(String) }]);
});

it('a proof of isolation is told when it begins and when it ends, and those of other tenants are not', async () => {
  const [before] = await owned(`select id from platform.isolation_runs where tenant_id = 'aurora' order by started_at desc limit 1`);
  const query = 'subscription { isolationProgress(tenantId: "aurora") { run { rowId status postureChecks attempts checks } } }';
  const events = await follow('operator.developer', query, (seen) => seen.length > 1 && seen.at(-1).isolationProgress.run.status === 'passed' && seen.at(-1).isolationProgress.run.rowId !== before?.id, async () => {
    await server.database.withOwner((owner) => server.database.prover.prove(owner, 'borealis', 'demand'));
    await server.database.withOwner((owner) => server.database.prover.prove(owner, 'aurora', 'demand'));
  });
  const last = events.at(-1).isolationProgress.run;
  expect(last.attempts).toBeGreaterThan(50);
  expect(last.checks.filter(({ half }: Event) => half === 'attempts').reduce((sum: number, { tried }: Event) => sum + tried, 0)).toBe(last.attempts);
  const [truth] = await owned('select tenant_id from platform.isolation_runs where id = $1', [last.rowId]);
  expect(truth.tenant_id).toBe('aurora');
});

describe('the feed of accesses', () => {
  it('brings what is new, with verdicts that come from the events', async () => {
    const query = 'subscription { accesses { since until accesses { tenant action actor verdict detail } } }';
    const events = await follow('operator.security', query, (seen) => seen.flatMap(({ accesses }) => accesses.accesses).some(({ action }) => action === 'a.last'), async () => {
      await owned(`insert into audit.buffer (source, action, tenant_id, actor, outcome, detail) values
        ('server', 'request.refuse', 'borealis', 'user:x', 'refused', '{"code": "TENANT_FORBIDDEN"}'),
        ('database', 'brands.update', 'borealis', 'user:x', 'ok', '{"statedTenant": "aurora"}'),
        ('server', 'call.query', 'borealis', 'user:x', 'ok', '{}'),
        ('database', 'tenants.update', 'borealis', 'operator:x', 'ok', '{}'),
        ('database', 'a.last', null, 'worker', 'ok', '{}')`);
    });
    expect(events[0].accesses.accesses).toEqual([]);
    const told = events.flatMap(({ accesses }) => accesses.accesses);
    const verdicts = new Map(told.map(({ action, verdict }: Event) => [action, verdict]));
    expect(Object.fromEntries(verdicts)).toMatchObject({
      'request.refuse': 'refused', 'brands.update': 'mismatch', 'call.query': 'match', 'tenants.update': 'operator', 'a.last': 'system',
    });
    // The one mismatch is what the counter counts, and what is older than a day is not.
    await owned(`insert into audit.buffer (source, action, tenant_id, actor, outcome, at, detail)
                 values ('database', 'brands.update', 'borealis', 'user:x', 'ok', now() - interval '25 hours', '{"statedTenant": "aurora"}')`);
    expect(await owned('select platform.foreign_contexts() as count')).toEqual([{ count: 1 }]);
    // Each stretch begins where the one before ended: nothing twice, nothing left out.
    for (const [place, { accesses }] of events.entries()) if (place > 0) expect(accesses.since).toBe(events[place - 1].accesses.until);
    const since = events[0].accesses.until as string;
    const [truth] = await owned(`select count(*)::int as count from audit.buffer where at >= $1 and at < $2`, [since, events.at(-1).accesses.until]);
    expect(told).toHaveLength(truth.count);
  });

  it('is of one tenant where one is named', async () => {
    const query = 'subscription { accesses(tenantId: "aurora") { accesses { tenant action } } }';
    const events = await follow('operator.admin', query, (seen) => seen.flatMap(({ accesses }) => accesses.accesses).length > 0, async () => {
      await owned(`insert into audit.buffer (source, action, tenant_id, actor) values ('server', 'call.query', 'borealis', 'user:x'), ('server', 'call.query', 'aurora', 'user:x')`);
    });
    expect(events.at(-1).accesses.accesses).toEqual([{ tenant: 'aurora', action: 'call.query' }]);
  });

  it('is the database’s own comparison: a row changed where another tenant is stated is a mismatch', async () => {
    const stated = async (tenant: string) =>
      await server.database.withLogin(`${server.database.prefix}tenantry_api`, async (client) => {
        await stopStatementLog(client, statementLogKey(server.database.masterKey));
        await client.query('begin');
        await client.query(`select set_config('role', $1, true), set_config('tenantry.tenant_id', $2, true), set_config('tenantry.operator_id', '7c0c7a52-6c0e-4f66-8a44-3f1f4a1d4d10', true)`, [
          `${server.database.prefix}tenantry_operator`, tenant,
        ]);
        await client.query(`select platform.update_tenant('borealis', '{"description": "stated ${tenant}"}')`);
        await client.query('commit');
      });
    await stated('borealis');
    await stated('aurora');
    await stated('');
    const rows = await owned(`select detail ->> 'statedTenant' as stated from audit.buffer where action = 'tenants.update' and source = 'database' and actor = 'operator:7c0c7a52-6c0e-4f66-8a44-3f1f4a1d4d10' order by id`);
    expect(rows.map(({ stated: tenant }) => tenant)).toEqual([null, 'aurora', null]);
  });
});

it('a socket on which nothing happens is closed when its session ends, and others stay', async () => {
  const still = follow('operator.security', 'subscription { alertChanges { many } }', (seen) => seen.length === 2);
  const since = performance.now();
  const ended = follow('operator.developer', 'subscription { alertChanges { many } }', () => false, async () => {
    server.revoke('operator.developer');
    await owned(`select pg_notify('tenantry_session', '/00000000-0000-4000-8000-000000000000')`);
  });
  await expect(ended).rejects.toMatchObject({ code: 4403 });
  // By the hint, that is, and not by the look that is taken every few seconds anyhow.
  expect(performance.now() - since).toBeLessThan(5_000);
  await owned(`select platform_private.raise_alert(null, 'still.here', 'info', 'm')`);
  expect(await still).toHaveLength(2);
});
