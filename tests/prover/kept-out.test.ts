/** Proofs whose tenant is locked down or suspended before they are over: given up and owed, but what was found is never hidden by it. */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: true, tenants: ['aurora', 'resumed'] });
});
afterAll(async () => {
  await server.close();
});

const owner = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => await server.db.withOwner(work);
const ask = async (sql: string, values: unknown[] = []) => await owner(async (client) => (await client.query(sql, values)).rows);
const prove = async (id: string) => await owner(async (client) => await server.db.prover.prove(client, id, 'demand'));

describe('a proof that could not be made because its tenant could not be entered', () => {
  const blind = JSON.stringify({ broken: 'the role could not be taken on (42501)', checks: [], failures: [] });
  const given = async (id: string) =>
    await ask(`select outcome, detail ->> 'why' as why from audit.buffer where action = 'isolation.give_up' and subject = $1
               union all select outcome, detail ->> 'why' from audit.events where action = 'isolation.give_up' and subject = $1`, [`isolation_runs:${id}`]);
  const alerts = async () => await ask(`select from platform.alerts where tenant_id = 'resumed' and kind = 'isolation.broken_prover'`);
  const begin = async (client: pg.Client): Promise<string> => (await client.query(`select platform_private.begin_isolation_run('resumed', 'demand') as id`)).rows[0].id;
  const end = async (client: pg.Client, id: string, result: string) =>
    (await client.query('select (e).id, (e).status, (e).broken from platform_private.end_isolation_run($1, $2) e', [id, result])).rows;
  const locked = async (client: pg.Client): Promise<string> => (await client.query(`select id from platform.lock_down('tenants', 'r', '{resumed}')`)).rows[0].id;
  const sound = JSON.stringify({ broken: null, checks: [{ half: 'attempts', kind: 'canary', tried: 1, failed: 0 }], failures: [] });
  const through = (seen: string, of: object = {}) => JSON.stringify({
    broken: null, checks: [{ kind: 'select', tried: 1, failed: 1 }], failures: [{ kind: 'select', target: 't', expected: '42P01', seen }], ...of,
  });
  /** Ten minutes after the last proof of it was begun or given up. */
  const later = async (client: pg.Client) => await client.query(`update platform_private.owed_proofs set tried_at = tried_at - interval '11 minutes'`);
  /** As if nobody had been kept out for an hour. */
  const long = async (client: pg.Client) => {
    await client.query(`update platform.lock_downs set locked_at = now() - interval '1 hour', lifted_at = now() - interval '1 hour' where lifted_at is not null`);
    await client.query(`update platform.tenant_transitions set created_at = now() - interval '1 hour' where tenant_id = 'resumed'`);
  };
  const lift = async (client: pg.Client, id: string) => await client.query('select platform.lift_lock_down($1)', [id]);

  // All in one transaction each that is taken back: the worker would prove in between.
  const alone = async (work: (client: pg.Client) => Promise<void>) => {
    await owner(async (client) => {
      await client.query('begin');
      await client.query('select platform_private.lock_tenant($1)', ['resumed']);
      await client.query('lock table jobs.outbox in share row exclusive mode');
      await work(client);
      await client.query('rollback');
    });
  };
  const here = async (client: pg.Client, id: string) => ({
    why: (await client.query(`select outcome, detail ->> 'why' as why from audit.buffer where action = 'isolation.give_up' and subject = $1`, [`isolation_runs:${id}`])).rows,
    runs: (await client.query('select status from platform.isolation_runs where id = $1', [id])).rows,
    alerts: (await client.query(`select from platform.alerts where tenant_id = 'resumed'`)).rowCount,
    owed: (await client.query(`select from platform_private.owed_proofs where tenant_id = 'resumed'`)).rowCount,
  });

  it.each([
    ['a lock-down', 'locked_down', locked, lift],
    ['a suspension', 'suspended',
      async (client: pg.Client) => (await client.query(`select id from platform.suspend_tenant('resumed', 'r')`)).rows[0].id,
      async (client: pg.Client) => await client.query(`select platform.activate_tenant('resumed')`)],
  ])('is given up, with no alert: %s of a moment', async (_what, why, close, open) => {
    await alone(async (client) => {
      const id = await begin(client);
      await open(client, await close(client));
      expect(await end(client, id, blind)).toEqual([{ id: null, status: null, broken: null }]);
      expect(await here(client, id)).toEqual({ why: [{ outcome: 'refused', why }], runs: [], alerts: 0, owed: 1 });
    });
  });

  it('is given up when its job comes again and finds the tenant locked down', async () => {
    await alone(async (client) => {
      const id = await begin(client);
      const lock = await locked(client);
      expect(await begin(client)).toBeNull();
      expect(await here(client, id)).toEqual({ why: [{ outcome: 'refused', why: 'locked_down' }], runs: [], alerts: 0, owed: 1 });
      const order = async () => {
        await client.query('delete from jobs.outbox');
        await client.query('select platform_private.order_isolation_runs()');
        return (await client.query(`select payload ->> 'tenantId' as tenant from jobs.outbox where task = 'isolation__prove'`)).rows;
      };
      await client.query(`update platform.isolation_runs set status = 'failed' where status = 'running'`);
      // Others' turn is not lost by it: nobody else is due here.
      expect(await order()).toEqual([]);
      await lift(client, lock);
      expect(await order(), 'not within ten minutes of the last one').toEqual([]);
      await later(client);
      expect(await order(), 'made first, once the lock-down is lifted').toEqual([{ tenant: 'resumed' }]);
      await long(client);
      const again = await begin(client);
      expect(await order(), 'nor while it is under way').toEqual([]);
      expect((await here(client, again)).owed, 'owed until one is over').toBe(1);
      expect(await end(client, again, sound)).toMatchObject([{ id: again, status: 'passed' }]);
      expect((await client.query(`select from platform_private.owed_proofs`)).rowCount).toBe(0);
    });
  });

  it('is a broken prover where nothing kept it out, and a breach is one whatever happened meanwhile', async () => {
    await alone(async (client) => {
      await long(client);
      const id = await begin(client);
      expect(await end(client, id, blind)).toMatchObject([{ id, status: 'failed', broken: expect.stringContaining('42501') }]);
      expect(await here(client, id)).toMatchObject({ why: [], alerts: 1 });
    });
    await alone(async (client) => {
      const id = await begin(client);
      await lift(client, await locked(client));
      const breach = { broken: null, checks: [{ kind: 'canary', tried: 1, failed: 1 }], failures: [{ kind: 'canary', target: 't', expected: '42501', seen: 'ok' }] };
      expect(await end(client, id, JSON.stringify(breach))).toMatchObject([{ id, status: 'failed', broken: null }]);
    });
  });

  // Locking down and lifting by turns must not keep to itself what was found.
  describe('is a failed proof all the same, with its alert, where something was found', () => {
    const suspend = async (client: pg.Client): Promise<string> => (await client.query(`select id from platform.suspend_tenant('resumed', 'r')`)).rows[0].id;
    const planted = async (client: pg.Client) => await client.query(`grant truncate on tenant_resumed.brands to ${server.db.tenantRole('resumed')}`);
    const posture = { posture: { checks: [{ kind: 'control-plane-release', tried: 1, failed: 1 }], failures: [{ kind: 'control-plane-release', target: 't', expected: 'as released', seen: 'changed' }] } };
    const critical = async (client: pg.Client) =>
      (await client.query(`select kind, severity from platform.alerts where tenant_id = 'resumed'`)).rows;

    it.each([['a lock-down', locked], ['a suspension', suspend]])('by its posture, under %s', async (_what, close) => {
      await alone(async (client) => {
        await planted(client);
        const id = await begin(client);
        await close(client);
        expect(await end(client, id, blind)).toMatchObject([{ id, status: 'failed' }]);
        expect(await critical(client)).toEqual([{ kind: 'isolation.breach', severity: 'critical' }]);
        expect((await client.query(`select kind from platform.isolation_failures where run_id = $1 and kind = 'grants-to-tenant'`, [id])).rowCount).toBe(1);
        expect(await here(client, id)).toMatchObject({ why: [], owed: 0 });
      });
    });

    it.each([
      ['an attempt that got through', through('ok')], ['one that got further than it may', through('0A000')],
      ['a control plane that is not the release’s', JSON.stringify({ ...JSON.parse(blind), ...posture })],
    ])('by %s', async (_what, result) => {
      await alone(async (client) => {
        const id = await begin(client);
        await locked(client);
        expect(await end(client, id, result)).toMatchObject([{ id, status: 'failed' }]);
        expect(await critical(client)).toEqual([{ kind: 'isolation.breach', severity: 'critical' }]);
      });
    });

    it.each(['42501', '25P02', '57P01', '08006', 'lost', 'nothing'])('and is given up where the lock-down itself was seen: %s', async (seen) => {
      await alone(async (client) => {
        const id = await begin(client);
        await locked(client);
        expect(await end(client, id, through(seen))).toEqual([{ id: null, status: null, broken: null }]);
        expect(await here(client, id)).toMatchObject({ runs: [], alerts: 0, owed: 1 });
      });
    });

    it('also when its job comes again and finds the tenant locked down', async () => {
      await alone(async (client) => {
        await planted(client);
        const id = await begin(client);
        await locked(client);
        expect(await begin(client)).toBeNull();
        expect(await here(client, id)).toMatchObject({ why: [], runs: [{ status: 'failed' }], owed: 0 });
        expect(await critical(client)).toEqual([{ kind: 'isolation.breach', severity: 'critical' }]);
      });
    });
  });

  it('is told from the third time in a row on, and keeps no other tenant from its turn', async () => {
    await alone(async (client) => {
      await client.query(`update platform.isolation_runs set status = 'failed' where status = 'running'`);
      await client.query(`update platform.isolation_runs set started_at = started_at - interval '13 hours' where tenant_id in ('aurora', 'resumed')`);
      await client.query(`update platform.isolation_runs set started_at = started_at - interval '1 hour' where tenant_id = 'resumed'`);
      const alerts = async () => (await client.query(`select kind, severity, message, count from platform.alerts where tenant_id = 'resumed'`)).rows;
      const keepOut = async () => {
        const id = await begin(client);
        await lift(client, await locked(client));
        await end(client, id, blind);
      };
      await keepOut();
      await client.query('delete from jobs.outbox');
      await client.query('select platform_private.order_isolation_runs()');
      expect((await client.query(`select payload ->> 'tenantId' as tenant from jobs.outbox where task = 'isolation__prove'`)).rows).toEqual([{ tenant: 'aurora' }]);
      await keepOut();
      expect(await alerts()).toEqual([]);
      await keepOut();
      await keepOut();
      expect(await alerts()).toEqual([
        { kind: 'isolation.kept_out', severity: 'warning', message: expect.stringMatching(/^Proofs of the isolation of tenant "resumed" were given up 4 times since 20.* UTC, /), count: 2 },
      ]);
      await long(client);
      expect(await end(client, await begin(client), sound)).toMatchObject([{ status: 'passed' }]);
      await keepOut();
      expect((await client.query('select times from platform_private.owed_proofs')).rows).toEqual([{ times: 1 }]);
    });
  });

  it('is made again by the worker once the lock-down is lifted', async () => {
    await ask(`delete from platform.isolation_runs where status = 'running'`);
    const [{ id: lock }] = await ask(`select id from platform.lock_down('tenants', 'r', '{resumed}')`);
    await ask(`insert into platform.isolation_runs (tenant_id, cause, started_at, schema_version, server_version, posture_checks, posture_failures)
               values ('resumed', 'demand', now(), 13, '18', 1, 0)`);
    const [{ id }] = await ask(`select id from platform.isolation_runs where tenant_id = 'resumed' and status = 'running'`);
    expect(await prove('resumed')).toBeNull();
    expect(await given(id)).toEqual([{ outcome: 'refused', why: 'locked_down' }]);
    await ask('select platform.lift_lock_down($1)', [lock]);
    await owner(later);
    const look = async () => {
      await server.db.withLogin(`${server.db.prefix}tenantry_worker`, async (client) => {
        await client.query(`select graphile_worker.add_job('isolation__sweep', job_key => 'sweep')`);
      });
      return await ask(`select from platform.isolation_runs where tenant_id = 'resumed' and status = 'passed' and started_at > now() - interval '20 seconds' and cause = 'schedule'`);
    };
    await expect.poll(async () => (await look()).length, { timeout: 20_000, interval: 300 }).toBe(1);
    expect(await alerts()).toEqual([]);
  });
});
