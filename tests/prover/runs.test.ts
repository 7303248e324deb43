/** What a proof leaves behind, what it decides, and when it is made: runs, alerts, suspension, activation, the daily round, REST and the shell. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completeKeys } from '../../server/identity/keys.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from '../rest/api.ts';

const run = promisify(execFile);
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: true, tenants: ['aurora', 'borealis', 'strict', 'lenient', 'resumed'] });
});
afterAll(async () => {
  await server.close();
});

const owner = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => await server.db.withOwner(work);
const ask = async (sql: string, values: unknown[] = []) => await owner(async (client) => (await client.query(sql, values)).rows);
const operate = async (sql: string): Promise<string> =>
  await server.db.withOperator('operator', async (client) => await sqlstateOf(async () => await client.query(sql)));
const statusOf = async (id: string): Promise<string> => (await ask('select status from platform.tenants where id = $1', [id]))[0].status;
const prove = async (id: string) => await owner(async (client) => await server.db.prover.prove(client, id, 'demand'));

/** With a grant that no tenant may have, until the work is over. */
async function breached<T>(id: string, work: () => Promise<T>): Promise<T> {
  const role = server.db.tenantRole(id);
  await ask(`grant truncate on tenant_${id}.brands to ${role}`);
  try {
    return await work();
  } finally {
    await ask(`revoke truncate on tenant_${id}.brands from ${role}`);
  }
}

describe('a failed proof', () => {
  it('raises one alert, stands in the trail, and leaves the tenant open where its settings don’t say otherwise', async () => {
    const first = await breached('lenient', async () => await prove('lenient'));
    expect(first).toMatchObject({ status: 'failed', posture_failures: 2, attempt_failures: 1, broken: null });
    await breached('lenient', async () => await prove('lenient'));
    const alerts = await ask(`select id, kind, severity, message, count, acknowledged_at from platform.alerts where tenant_id = 'lenient'`);
    expect(alerts).toEqual([
      { id: expect.any(String), kind: 'isolation.breach', severity: 'critical', message: expect.stringContaining('lenient'), count: 2, acknowledged_at: null },
    ]);
    // Not sealed yet, or sealed by now.
    const trail = await ask(`select outcome from audit.buffer where tenant_id = 'lenient' and action = 'isolation.fail'
                             union all select outcome from audit.events where chain = 'lenient' and action = 'isolation.fail'`);
    expect(trail).toEqual([{ outcome: 'failed' }, { outcome: 'failed' }]);
    expect(await statusOf('lenient')).toBe('active');
    expect(await prove('lenient')).toMatchObject({ status: 'passed' });
    // What failed is kept, what passed only once.
    expect(await ask(`select status, count(*)::int from platform.isolation_runs where tenant_id = 'lenient' group by 1 order by 1`)).toEqual([
      { status: 'failed', count: 2 }, { status: 'passed', count: 1 },
    ]);

    expect(await operate(`select platform.acknowledge_alert('${alerts[0].id}')`)).toBe('ok');
    expect(await operate(`select platform.acknowledge_alert(gen_random_uuid())`)).toBe('TN003');
    const [seen] = await ask('select acknowledged_by, acknowledged_at from platform.alerts where id = $1', [alerts[0].id]);
    expect(seen).toEqual({ acknowledged_by: 'server', acknowledged_at: expect.any(Date) });
    await breached('lenient', async () => await prove('lenient'));
    expect(await ask(`select count(*)::int from platform.alerts where tenant_id = 'lenient'`)).toEqual([{ count: 2 }]);
  });

  it('suspends the tenant where its settings say so: for a breach, not for a broken prover', async () => {
    await ask('revoke usage on schema platform_probe from public');
    expect(await prove('strict')).toMatchObject({ status: 'failed', broken: expect.stringContaining('canary') });
    await ask('grant usage on schema platform_probe to public');
    await ask(`select platform.update_tenant('strict', '{"settings": {"security": {"suspendOnBreach": true}}}')`);
    // Without its canary the control plane is changed as well, which is more than a broken prover: here nothing else is wrong.
    const [run] = await ask(`select platform_private.begin_isolation_run('strict', 'demand') as id`);
    const broken = { checks: [{ kind: 'canary', tried: 1, failed: 0 }], failures: [], observed: [], broken: 'it saw no canary', ms: 1 };
    const [over] = await ask('select status, broken from platform_private.end_isolation_run($1, $2)', [run.id, JSON.stringify(broken)]);
    expect(over).toEqual({ status: 'failed', broken: 'it saw no canary' });
    expect(await statusOf('strict')).toBe('active');
    expect(await ask(`select kind, severity from platform.alerts where tenant_id = 'strict' order by kind`)).toEqual([
      { kind: 'isolation.breach', severity: 'critical' }, { kind: 'isolation.broken_prover', severity: 'warning' },
    ]);

    expect(await breached('strict', async () => await prove('strict'))).toMatchObject({ status: 'failed', broken: null });
    expect(await statusOf('strict')).toBe('suspended');
    const [transition] = await ask(`select reason from platform.tenant_transitions where tenant_id = 'strict' order by id desc limit 1`);
    expect(transition.reason).toMatch(/^isolation run .* failed$/);
    // Mended, it opens again: its posture is sound, and it was proven before.
    expect(await operate(`select platform.activate_tenant('strict')`)).toBe('ok');
  });
});

describe('activation', () => {
  const build = async (id: string, activate: boolean): Promise<void> => {
    await owner(async (client) => {
      await client.query('select platform.create_tenant($1, $1, activate => $2)', [id, activate]);
      await client.query(`delete from jobs.outbox where payload ->> 'tenantId' = $1`, [id]);
    });
  };

  it('needs a proof that passed, and the newest one', async () => {
    const id = 'unproven';
    await owner(async (client) => {
      await client.query('begin');
      await client.query('select platform.create_tenant($1, $1, activate => false)', [id]);
      // The worker would prove it: here it must not.
      await client.query(`delete from jobs.outbox where payload ->> 'tenantId' = $1`, [id]);
      await client.query('commit');
      await client.query('select platform.provision_tenant($1)', [id]);
      await completeKeys(client, localSealer(server.db.masterKey), id);
      await client.query('select platform_private.finish_provisioning($1, 0)', [id]);
    });
    expect(await statusOf(id)).toBe('ready');
    const activate = `select platform.activate_tenant('${id}')`;
    expect(await operate(activate)).toBe('TN040');
    const reply = await call(server.url, 'POST', `/api/v1/tenants/${id}/activate`, { token: await server.operatorToken('operator'), body: {} });
    expect(reply).toMatchObject({ status: 409, body: { code: 'NOT_PROVEN' } });
    expect(JSON.stringify(reply.body)).not.toContain('tenant_');

    await breached(id, async () => await prove(id));
    expect(await operate(activate)).toBe('TN040');
    expect(await prove(id)).toMatchObject({ status: 'passed' });
    await ask(`update platform.tenants set schema_version = schema_version - 1 where id = $1`, [id]);
    expect(await operate(activate)).not.toBe('ok');
    await ask(`update platform.tenants set schema_version = schema_version + 1 where id = $1`, [id]);
    expect(await operate(activate)).toBe('ok');
  });

  it('of a suspended tenant looks at its posture anew and orders a proof', async () => {
    expect(await operate(`select platform.suspend_tenant('resumed', 'r')`)).toBe('ok');
    await breached('resumed', async () => {
      expect(await operate(`select platform.activate_tenant('resumed')`)).toBe('TN005');
    });
    const role = server.db.tenantRole('resumed');
    await ask(`grant usage on schema identity to ${role}`);
    expect(await operate(`select platform.activate_tenant('resumed')`)).toBe('TN040');
    await ask(`revoke usage on schema identity from ${role}`);
    const before = await ask(`select id from platform.isolation_runs where tenant_id = 'resumed' and status = 'passed'`);
    expect(await operate(`select platform.activate_tenant('resumed')`)).toBe('ok');
    await expect
      .poll(async () => await ask(`select id from platform.isolation_runs where tenant_id = 'resumed' and status = 'passed'`), { timeout: 15_000 })
      .not.toEqual(before);
  });

  it('does not come of a provisioning whose proof failed: nothing of the tenant is left', async () => {
    await ask('grant create on schema tenantry_shared to public');
    await build('doomed', true);
    await ask(`select jobs.enqueue('tenant__provision', '{"tenantId": "doomed"}', 'provision:doomed')`);
    await expect.poll(async () => await statusOf('doomed'), { timeout: 15_000 }).toBe('failed');
    await ask('revoke create on schema tenantry_shared from public');
    expect(await ask(`select failed_step, sqlstate from platform.provisioning_runs where tenant_id = 'doomed'`)).toEqual([{ failed_step: 'activation', sqlstate: 'TN040' }]);
    const [evidence] = await ask(`select f.kind, f.seen from platform.isolation_failures f join platform.isolation_runs r on r.id = f.run_id
                                   where r.tenant_id = 'doomed' and f.kind = 'public-schemas'`);
    expect(evidence).toEqual({ kind: 'public-schemas', seen: 'PUBLIC may CREATE' });
  });
});

describe('a proof on demand', () => {
  it('answers the posture at once, and the newest attempts with their age', async () => {
    const [answer] = await server.db.withOperator('security', async (client) => (await client.query(`select * from platform.verify_isolation('aurora')`)).rows);
    expect(answer).toMatchObject({ tenant_id: 'aurora', posture_failures: 0, failures: [], attempt_failures: 0 });
    expect(answer.posture_checks).toBeGreaterThan(800);
    expect(answer.attempts).toBeGreaterThan(100);
    expect(answer.attempts_age).toBeTruthy();
    await breached('aurora', async () => {
      const [red] = await server.db.withOperator('security', async (client) => (await client.query(`select * from platform.verify_isolation('aurora')`)).rows);
      expect(red.failures).toContainEqual({ kind: 'grants-to-tenant', target: 'brands', expected: 'allowed', seen: expect.stringMatching(/^TRUNCATE to /) });
    });
    expect(await operate(`select platform.suspend_tenant('borealis', 'r')`)).toBe('ok');
    expect(await operate(`select platform.verify_isolation('borealis')`)).toBe('TN004');
    expect(await operate(`select platform.activate_tenant('borealis')`)).toBe('ok');
  });

  it('is made by the worker for REST, and listed there', async () => {
    const token = await server.operatorToken('security');
    const made = await call(server.url, 'POST', '/api/v1/tenants/aurora/isolation-runs?wait=true', { token, body: {} });
    expect(made).toMatchObject({ status: 201, body: { status: 'passed', postureFailures: 0, attemptFailures: 0, broken: null, failures: [], cause: 'demand' } });
    expect(made.body['attempts']).toBeGreaterThan(200);
    const later = await call(server.url, 'POST', '/api/v1/tenants/aurora/isolation-runs', { token, body: {} });
    expect(later).toMatchObject({ status: 202, body: { postureFailures: 0 } });
    const list = await call(server.url, 'GET', '/api/v1/tenants/aurora/isolation-runs', { token });
    expect(list.status).toBe(200);
    expect((list.body['items'] as { startedAt: string }[]).map(({ startedAt }) => startedAt)).toEqual(
      (list.body['items'] as { startedAt: string }[]).map(({ startedAt }) => startedAt).toSorted().toReversed(),
    );
    expect(await call(server.url, 'GET', '/api/v1/tenants/nobody/isolation-runs', { token })).toMatchObject({ status: 404 });
    expect(await call(server.url, 'POST', '/api/v1/tenants/nobody/isolation-runs', { token, body: {} })).toMatchObject({ status: 404 });
  });

  it('of a tenant that is closed meanwhile leaves no run', async () => {
    await owner(async (client) => {
      await client.query('select platform.suspend_tenant($1, $2)', ['lenient', 'r']);
      expect(await server.db.prover.prove(client, 'lenient', 'schedule')).toBeNull();
      await client.query('select platform.activate_tenant($1)', ['lenient']);
      // In one transaction that has the tenant first: the worker, which proves what was activated, would end the run in between, or wait for it while it is waited for.
      await client.query('begin');
      await client.query('select platform_private.lock_tenant($1)', ['lenient']);
      const { rows } = await client.query(`select platform_private.begin_isolation_run('lenient', 'schedule') as id`);
      expect((await client.query('select from platform.isolation_runs where id = $1', [rows[0].id])).rowCount).toBe(1);
      await client.query('select platform.suspend_tenant($1, $2)', ['lenient', 'r']);
      expect((await client.query(`select (platform_private.end_isolation_run($1, '{"checks": [], "failures": []}')).id`, [rows[0].id])).rows).toEqual([{ id: null }]);
      expect((await client.query('select from platform.isolation_runs where id = $1', [rows[0].id])).rowCount).toBe(0);
      await client.query('select platform.activate_tenant($1)', ['lenient']);
      await client.query('commit');
    });
  });

  it('that another took over and ended meanwhile is over, and raises nothing', async () => {
    const events = async () => await ask(`select id from audit.buffer where action = 'isolation.fail' union all select seq from audit.events where action = 'isolation.fail'`);
    const before = await events();
    await owner(async (client) => {
      const { rows: [begun] } = await client.query(`select platform_private.begin_isolation_run('aurora', 'schedule') as id`);
      await client.query('begin');
      await client.query('select platform_private.lock_tenant($1)', ['aurora']);
      const late = owner(async (other) => {
        const ended = other.query(`select e.* from platform_private.end_isolation_run($1, '{"checks": [{"kind": "canary", "tried": 1, "failed": 0}], "failures": []}') e`, [begun.id]);
        return (await ended).rows;
      });
      const { rows: [self] } = await client.query('select pg_backend_pid() as pid');
      await expect.poll(async () => (await ask('select from pg_stat_activity a where $1 = any(pg_blocking_pids(a.pid))', [self.pid])).length).toBe(1);
      await client.query(`update platform.isolation_runs set status = 'failed', broken = 'ended by the other', finished_at = clock_timestamp() where id = $1`, [begun.id]);
      await client.query('commit');
      expect(await late).toMatchObject([{ id: begun.id, tenant_id: 'aurora', broken: 'ended by the other' }]);
    });
    expect(await events()).toEqual(before);
    expect(await ask('select from platform.alerts where tenant_id is null')).toEqual([]);
  });
});

describe('the daily round', () => {
  it('orders whoever was proven longest ago, no more than its budget, and gives up on lost runs', async () => {
    await owner(async (client) => {
      // Orders are seen by the worker once this is committed, and it never is.
      await client.query('begin');
      await client.query('lock table jobs.outbox in share row exclusive mode');
      await client.query('delete from jobs.outbox');
      await client.query(`update platform.isolation_runs set status = 'failed' where status = 'running'`);
      const order = async (): Promise<number> => (await client.query('select platform_private.order_isolation_runs() as ordered')).rows[0].ordered;
      expect(await order()).toBe(0);
      await client.query(`update platform.isolation_runs set started_at = started_at - interval '13 hours'`);
      await client.query(`update platform.isolation_runs set started_at = started_at - interval '1 hour' where tenant_id = 'borealis'`);
      expect(await order()).toBe(1);
      expect((await client.query(`select payload from jobs.outbox where task = 'isolation__prove'`)).rows).toEqual([
        { payload: { tenantId: 'borealis', cause: 'schedule' } },
      ]);
      expect(await order()).toBe(0);
      // Nobody was kept out while it was under way.
      await client.query(`update platform.tenant_transitions set created_at = created_at - interval '3 hours' where tenant_id = 'borealis'`);
      await client.query(`insert into platform.isolation_runs (tenant_id, cause, started_at, schema_version, server_version, posture_checks, posture_failures)
                          values ('borealis', 'schedule', now() - interval '2 hours', 9, '18', 1, 0)`);
      await order();
      expect((await client.query(`select status, broken from platform.isolation_runs where tenant_id = 'borealis' and broken is not null`)).rows).toEqual([
        { status: 'failed', broken: 'its job was lost' },
      ]);
      await client.query('rollback');
    });
  });

  it('is begun by the worker', async () => {
    await ask(`update platform.isolation_runs set started_at = started_at - interval '13 hours' where tenant_id = 'borealis'`);
    const before = await ask(`select id from platform.isolation_runs where tenant_id = 'borealis' and cause = 'schedule' and status = 'passed'`);
    expect(before).toEqual([]);
    // While another proof is under way the round passes a small fleet by: it comes again every minute, and here at each look.
    const look = async () => {
      await server.db.withLogin(`${server.db.prefix}tenantry_worker`, async (client) => {
        await client.query(`select graphile_worker.add_job('isolation__sweep', job_key => 'sweep')`);
      });
      return await ask(`select attempt_failures from platform.isolation_runs where tenant_id = 'borealis' and cause = 'schedule' and status = 'passed'`);
    };
    await expect.poll(look, { timeout: 20_000, interval: 300 }).toEqual([{ attempt_failures: 0 }]);
  });
});

describe('npm run verify', () => {
  const verify = async (...args: readonly string[]) => {
    const script = fileURLToPath(new URL('../../scripts/verify.ts', import.meta.url));
    const env = {
      ...process.env, DATABASE_URL: server.db.url, TENANTRY_PREFIX: server.db.prefix, LANES: String(server.db.lanes),
      TENANTRY_MASTER_KEY: server.db.masterKey.toString('base64'), NODE_ENV: 'test',
    };
    try {
      return { code: 0, ...(await run(process.execPath, [script, ...args], { env })) };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, stdout, stderr };
    }
  };

  it('proves every open tenant, and one by name', async () => {
    const all = await verify();
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout).toMatch(/^proven {2}aurora {2}\d+ checks, \d+ attempts, [\d.]+ ms$/m);
    expect(all.stdout).toMatch(/^\d+ proven, 0 failed$/m);
    const { stdout } = await verify('aurora', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ proven: 1, failed: 0, tenants: [{ tenant: 'aurora', proven: true, failures: [] }] });
  });

  it('exits 1 on a breach and names it', async () => {
    const { code, stdout } = await breached('aurora', async () => await verify('aurora'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED {2}aurora/m);
    expect(stdout).toMatch(/posture grants-to-tenant: brands: expected allowed, seen TRUNCATE/);
    expect(stdout).toMatch(/attempts own-truncate: brands: expected 42501, seen /);
    const json = await breached('aurora', async () => await verify('aurora', '--json'));
    expect([json.code, JSON.parse(json.stdout).failed]).toEqual([1, 1]);
  });

  it('says under a lock-down that it is one, and which statement lifts it', async () => {
    const [{ id }] = await ask(`select id from platform.lock_down('tenants', 'r', '{aurora}')`);
    const { code, stdout } = await verify('aurora');
    await ask('select platform.lift_lock_down($1)', [id]);
    expect(code).toBe(1);
    expect(stdout).toContain(`FAILED  aurora  it is locked down, and the prover is kept out as everybody is. To prove it, lift the lock-down first: select platform.lift_lock_down(${id}, 'reason');`);
    expect(await verify('aurora')).toMatchObject({ code: 0 });
    await ask(`select platform.suspend_tenant('aurora', 'r')`);
    const closed = await verify('aurora');
    await ask(`select platform.activate_tenant('aurora')`);
    expect(closed).toMatchObject({ code: 1, stdout: expect.stringContaining('it is suspended: only tenants that are ready or active can be attempted') });
  });

  it('says what is wrong with a name', async () => {
    expect(await verify('--help')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: npm run verify/) });
    expect(await verify('nobody')).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no tenant "nobody"') });
    expect(await verify('a', 'b')).toMatchObject({ code: 1, stderr: expect.stringContaining('Usage') });
  });
});
