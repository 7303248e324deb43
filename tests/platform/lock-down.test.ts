/** Lock-downs and incidents as the database knows them: what is stopped, what is not, and what is there again afterwards. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { migratorConfig } from '../../database/logins.ts';
import { workerTend } from '../../worker/tasks/worker__tend.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  // By turns: aurora and dorado share lane 0, borealis and cygnus have lanes of their own.
  for (const id of ['aurora', 'borealis', 'cygnus']) await database.provision(id, { template: 'demo' });
  await database.provision('dorado', { template: 'demo' });
  await owner(`select platform_private.move_to_lane('dorado', 0)`);
});
afterEach(async () => {
  await owner('select platform.lift_lock_down()');
});
afterAll(async () => {
  await database.drop();
});

async function owner<T extends object = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> {
  return await database.withOwner(async (client) => (await client.query<T>(sql, values)).rows);
}

/** Runs as a DBA who is a member of that role. */
async function as<T extends object = Record<string, unknown>>(role: 'admin' | 'operator' | 'security' | 'developer', sql: string, values: unknown[] = []): Promise<T[]> {
  return await database.withOperator(role, async (client) => (await client.query<T>(sql, values)).rows);
}

/** What a tenant's own request over its lane comes to. */
async function knock(id: string): Promise<string> {
  return await sqlstateOf(async () => await database.withUser(id, { role: 'viewer' }, async (client) => await client.query('select from brands')));
}

async function knockAll(): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  for (const id of ['aurora', 'borealis', 'cygnus', 'dorado']) outcomes[id] = await knock(id);
  return outcomes;
}

const OPEN = { aurora: 'ok', borealis: 'ok', cygnus: 'ok', dorado: 'ok' };

/** Every access list and every membership of this database, as sorted text. */
async function grants(): Promise<unknown> {
  return (
    await owner(
      `select (select jsonb_agg(format('%s %s %s', n.nspname, a.grantee::regrole, a.privilege_type) order by n.nspname, a.grantee, a.privilege_type)
                 from pg_namespace n, aclexplode(n.nspacl) a where n.nspname ^@ 'tenant') as schemas,
              (select jsonb_agg(format('%s %s', c.oid::regclass, c.relacl::text) order by c.oid::regclass::text) from pg_class c
                where c.relnamespace::regnamespace::text ^@ 'tenant') as relations,
              (select jsonb_agg(to_jsonb(m) - 'oid' || jsonb_build_object('role', r.rolname) order by r.rolname, m.member, m.grantor) from pg_auth_members m
                 join pg_roles r on r.oid = m.roleid where r.rolname ^@ $1) as members`,
      [`${database.prefix}${database.ns}`],
    )
  )[0];
}

const gate = () => `${database.prefix}${database.ns}tenantry_gate_00`;

describe('a lock-down', () => {
  it('is told beforehand whom it would stop: tenants that it covers, those that are open, visits besides', async () => {
    const reach = async (args: string) => (await as('security', `select * from platform.lock_down_reach(${args})`))[0];
    expect(await reach(`'all'`)).toEqual({ tenants: 4, open: 4, visits: 0 });
    expect(await reach(`'lane', lane => 0`)).toEqual({ tenants: 2, open: 2, visits: 0 });
    expect(await reach(`'tenants', array['aurora', 'cygnus']`)).toEqual({ tenants: 2, open: 2, visits: 0 });
    expect(await reach(`'tenants', '{}'`)).toEqual({ tenants: 0, open: 0, visits: 0 });
    await owner(`insert into platform.tenant_visits (tenant_id, operator_id, reason, role, access, expires_at)
                 select id, (select id from platform.operators limit 1), 'r', 'viewer', 'read', now() + age
                   from (values ('aurora', interval '15 minutes'), ('aurora', '-1 minute'), ('borealis', '15 minutes')) v (id, age)`);
    expect(await reach(`'tenants', array['aurora']`)).toEqual({ tenants: 1, open: 1, visits: 1 });
    expect(await reach(`'all'`)).toEqual({ tenants: 4, open: 4, visits: 2 });
    // What is stopped already loses nothing more.
    await as('security', `select platform.lock_down('lane', 'r', lane => 0)`);
    expect(await reach(`'all'`)).toEqual({ tenants: 4, open: 2, visits: 2 });
    expect(await sqlstateOf(() => reach(`'tenants', array['nobody']`))).toBe('TN003');
    expect(await sqlstateOf(() => reach(`'most'`))).toBe('TN002');
    await owner('delete from platform.tenant_visits');
  });

  it('is told beforehand to one who is limited to tenants for those alone', async () => {
    await database.addOperator('limited@operators.example', 'security');
    const [limited] = await owner<{ id: string }>(`insert into platform.operator_tenants (operator_id, tenant_id)
      select id, 'aurora' from platform.operators where email = 'limited@operators.example' returning operator_id::text as id`);
    const reach = async (args: string) => await database.withOperator('security', async (client) => {
      await client.query(`select set_config('tenantry.operator_id', $1, false)`, [limited?.id]);
      return await sqlstateOf(() => client.query(`select * from platform.lock_down_reach(${args})`));
    });
    expect(await reach(`'tenants', array['aurora']`)).toBe('ok');
    expect([await reach(`'tenants', array['aurora', 'borealis']`), await reach(`'lane', lane => 0`), await reach(`'all'`)]).toEqual(['TN003', 'TN009', 'TN009']);
  });

  it.each([
    ['of named tenants', `platform.lock_down('tenants', 'seen on the dark web', array['aurora', 'cygnus'])`, { ...OPEN, aurora: '42501', cygnus: '42501' }],
    ['of a lane', `platform.lock_down('lane', 'odd queries', lane => 0)`, { ...OPEN, aurora: '42501', dorado: '42501' }],
    ['of all', `platform.lock_down('all', 'the worst')`, { aurora: '42501', borealis: '42501', cygnus: '42501', dorado: '42501' }],
  ])('%s stops what it covers in the database itself, nobody else, and lifting restores the same grants', async (_what, call, stopped) => {
    const before = await grants();
    expect(await knockAll()).toEqual(OPEN);
    await as('security', `select ${call}`);
    expect(await knockAll()).toEqual(stopped);
    expect(await grants()).not.toEqual(before);
    expect(await as('security', 'select id from platform.lift_lock_down()')).toHaveLength(1);
    expect(await knockAll()).toEqual(OPEN);
    expect(await grants()).toEqual(before);
  });

  it('stops a session that was open before, at its next transaction', async () => {
    await database.withLogin(`${database.prefix}tenantry_lane_00`, async (session) => {
      const become = async () => await sqlstateOf(async () => {
        await session.query('begin');
        try {
          await session.query(`select set_config('role', $1, true)`, [database.tenantRole('aurora')]);
        } finally {
          await session.query('rollback');
        }
      });
      expect(await become()).toBe('ok');
      await as('admin', `select platform.lock_down('all', 'the worst')`);
      expect(await become()).toBe('42501');
      await as('admin', 'select platform.lift_lock_down()');
      expect(await become()).toBe('ok');
    });
  });

  it('ends sessions that had taken a role before, by the worker too, every minute, and lists those that would not end', async () => {
    const tend = workerTend({ endpoint: database.endpoint, prefix: database.prefix, masterKey: database.masterKey });
    const run = async () =>
      await database.withLogin(`${database.prefix}tenantry_worker`, async (client) =>
        await tend({}, { query: async (text: string, values?: unknown[]) => await client.query(text, values), logger: { warn: () => undefined } } as never),
      );
    await database.withLogin(`${database.prefix}tenantry_lane_00`, async (session) => {
      const read = async () => await sqlstateOf(async () => await session.query('select from brands')).catch(() => 'ended');
      await session.query(`set role ${database.tenantRole('aurora')}`);
      await session.query('set search_path = tenant_aurora, tenantry_shared, pg_temp');
      await run();
      expect(await read()).toBe('ok');
      await as('admin', `select platform.lock_down('lane', 'odd', lane => 0)`);
      await run();
      expect(await read()).toBe('ended');
    });
    const findings = async () => (await as('security', 'select findings from platform.lock_downs where lifted_at is null'))[0]?.['findings'];
    expect(await findings()).toBeNull();
    const note = async (lane: number, pids: number[]) =>
      await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => await client.query('select platform_private.note_lane_sessions($1, $2)', [lane, pids]));
    await note(0, [4711, 4712]);
    await note(1, [4713]);
    const session = (pid: number) => ({ member: `${database.prefix}tenantry_lane_00`, session: pid });
    expect(await findings()).toEqual([session(4711), session(4712)]);
    await note(0, [4712]);
    expect(await findings()).toEqual([session(4712)]);
    await note(0, []);
    expect(await findings()).toBeNull();
  });

  it('stops what does not pass the lane: sign-in, routes, visits, jobs', async () => {
    const ways = async () => ({
      route: (await database.withLogin(`${database.prefix}tenantry_auth`, async (client) => (await client.query(`select status from identity.tenant_route('aurora')`)).rows))[0]?.status,
      signIn: await sqlstateOf(async () => await database.withLogin(`${database.prefix}tenantry_auth`, async (client) => await client.query(`select identity.begin_sign_in('aurora', 'viewer@aurora.example')`))),
      job: await sqlstateOf(async () => await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => await client.query(`select platform_private.expire_agreements('aurora')`))),
      delivery: await sqlstateOf(async () => await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => await client.query(`select platform_private.begin_webhook_delivery('aurora', gen_random_uuid())`))),
      fleet: (await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => (await client.query(`select array_agg(id) as ids from platform_private.active_tenants('', 10) as id`)).rows))[0]?.ids,
    });
    const open = { route: 'active', signIn: 'ok', job: 'ok', delivery: 'ok', fleet: ['aurora', 'borealis', 'cygnus', 'dorado'] };
    expect(await ways()).toEqual(open);
    await as('security', `select platform.lock_down('lane', 'odd', lane => 0)`);
    expect(await ways()).toEqual({ route: 'locked_down', signIn: 'TN010', job: 'TN010', delivery: 'TN010', fleet: ['borealis', 'cygnus'] });
    expect(await database.withLogin(`${database.prefix}tenantry_auth`, async (client) => (await client.query('select * from identity.locked_scope()')).rows)).toEqual([
      { lanes: [0], tenant_ids: [] },
    ]);
    await as('security', 'select platform.lift_lock_down()');
    expect(await ways()).toEqual(open);
  });

  it('that overlaps others is lifted alone: what another still covers stays stopped', async () => {
    const before = await grants();
    const [lane] = await as('security', `select id from platform.lock_down('lane', 'a', lane => 0)`);
    const [named] = await as('security', `select id from platform.lock_down('tenants', 'b', array['aurora', 'borealis'])`);
    const [again] = await as('security', `select id from platform.lock_down('tenants', 'c', array['borealis'])`);
    const lift = async (row: Record<string, unknown> | undefined) => await as('security', 'select platform.lift_lock_down($1)', [row?.['id']]);
    expect(await knockAll()).toEqual({ aurora: '42501', borealis: '42501', cygnus: 'ok', dorado: '42501' });
    await lift(lane);
    expect(await knockAll()).toEqual({ aurora: '42501', borealis: '42501', cygnus: 'ok', dorado: 'ok' });
    await lift(named);
    expect(await knockAll()).toEqual({ ...OPEN, borealis: '42501' });
    expect(await sqlstateOf(() => lift(named))).toBe('TN004');
    await lift(again);
    expect(await knockAll()).toEqual(OPEN);
    expect(await grants()).toEqual(before);
  });

  it('leaves to operators what they decide meanwhile: it ends as they decided', async () => {
    await owner(`select platform.suspend_tenant('cygnus', 'unpaid')`);
    const before = await grants();
    await as('security', `select platform.lock_down('tenants', 'a', array['aurora', 'borealis', 'cygnus'])`);
    await as('security', `select platform.lock_down('all', 'b')`);
    await owner(`select platform.suspend_tenant('borealis', 'unpaid')`);
    await owner(`select platform.activate_tenant('cygnus')`);
    expect(await knockAll()).toEqual({ aurora: '42501', borealis: '42501', cygnus: '42501', dorado: '42501' });
    await as('security', 'select platform.lift_lock_down()');
    expect(await knockAll()).toEqual({ ...OPEN, borealis: '42501' });
    await owner(`select platform.activate_tenant('borealis')`);
    await owner(`select platform.suspend_tenant('cygnus', 'unpaid')`);
    expect(await grants()).toEqual(before);
    await owner(`select platform.activate_tenant('cygnus')`);
  });

  it('stops a tenant that is made under it, which can be proven and opened only when it is over', async () => {
    await as('security', `select platform.lock_down('all', 'b')`);
    expect(await sqlstateOf(async () => await database.provision('eridanus'))).toBe('TN040');
    expect(await knock('eridanus')).toBe('42501');
    await as('security', 'select platform.lift_lock_down()');
    expect(await knock('eridanus')).toBe('ok');
    await database.withOwner(async (client) => {
      await database.prover.prove(client, 'eridanus', 'provision');
      const { rows } = await client.query(`select platform_private.finish_provisioning('eridanus', 0) as status`);
      expect(rows).toEqual([{ status: 'active' }]);
    });
    await owner(`select platform.delete_tenant('eridanus', 'end')`);
  });

  it.each([
    ['a tenant’s membership', () => `revoke ${database.tenantRole('aurora')} from ${gate()}`, `platform.lock_down('tenants', 'a', array['aurora'])`],
    ['a tenant’s schema', () => `revoke usage on schema tenant_aurora from ${database.tenantRole('aurora')}`, `platform.lock_down('tenants', 'a', array['aurora'])`],
    ['a lane’s gate', () => `revoke ${gate()} from ${database.prefix}tenantry_lane_00`, `platform.lock_down('lane', 'a', lane => 0)`],
  ])('gives nothing back that a DBA had revoked by hand before: %s', async (_what, revoke, call) => {
    const whole = await grants();
    await database.withMigrator(async (client) => {
      await client.query(`set role ${database.prefix}tenantry_provisioner`);
      await client.query(revoke());
    });
    const before = await grants();
    expect(before).not.toEqual(whole);
    await as('security', `select ${call}`);
    // A second one, that finds nothing any more, does not make the first forget.
    await as('security', `select ${call}`);
    expect(await as('security', 'select id from platform.lift_lock_down()')).toHaveLength(2);
    expect(await grants()).toEqual(before);
    expect(await knock('aurora')).not.toBe('ok');
    // Closed and opened by an operator, under a lock-down too, it is whole again.
    await as('security', `select platform.lock_down('tenants', 'b', array['aurora'])`);
    await owner(`select platform.suspend_tenant('aurora', 'unpaid'), platform.activate_tenant('aurora')`);
    await as('security', 'select platform.lift_lock_down()');
    await owner('select platform_private.settle_gate(0)');
    expect(await grants()).toEqual(whole);
    expect(await owner('select from platform_private.withheld_grants')).toHaveLength(0);
    expect(await knock('aurora')).toBe('ok');
  });

  it('keeps a suspended tenant suspended through it', async () => {
    await owner(`select platform.suspend_tenant('cygnus', 'unpaid')`);
    await as('security', `select platform.lock_down('tenants', 'a', array['cygnus'])`);
    await as('security', `select platform.lock_down('all', 'b')`);
    await as('security', 'select platform.lift_lock_down()');
    expect(await knockAll()).toEqual({ ...OPEN, cygnus: '42501' });
    await owner(`select platform.activate_tenant('cygnus')`);
    expect(await knockAll()).toEqual(OPEN);
  });

  it('moves a lane’s tenants with it, and a gate that appears under it is shut', async () => {
    await as('security', `select platform.lock_down('tenants', 'a', array['dorado'])`);
    await owner(`select platform_private.move_to_lane('dorado', 1)`);
    expect(await knockAll()).toEqual({ ...OPEN, dorado: '42501' });
    await as('security', 'select platform.lift_lock_down()');
    expect(await knockAll()).toEqual(OPEN);
    await as('security', `select platform.lock_down('lane', 'b', lane => 3)`);
    await owner(`select platform_private.move_to_lane('dorado', 3)`);
    expect(await knockAll()).toEqual({ ...OPEN, dorado: '42501' });
    await as('security', 'select platform.lift_lock_down()');
    expect(await knockAll()).toEqual(OPEN);
    await owner(`select platform_private.move_to_lane('dorado', 0)`);
  });

  it('finds a tenant that was granted to a lane’s login before there were gates, once it is put behind its own', async () => {
    const before = await grants();
    await database.withMigrator(async (client) => {
      await client.query(`set role ${database.prefix}tenantry_provisioner`);
      const options = Number((await client.query('show server_version_num')).rows[0].server_version_num) >= 160000 ? 'with inherit false, set true' : '';
      await client.query(`grant ${database.tenantRole('aurora')} to ${database.prefix}tenantry_lane_00 ${options}`);
    });
    const [stopped] = await as('security', `select findings from platform.lock_down('lane', 'a', lane => 0)`);
    expect(stopped).toEqual({ findings: [{ role: database.tenantRole('aurora'), member: `${database.prefix}tenantry_lane_00`, grantor: expect.any(String) }] });
    expect(await knock('aurora')).toBe('ok');
    expect(await owner(`select platform_private.gate_tenants('', 10) as last`)).toEqual([{ last: 'aurora' }]);
    expect(await owner(`select platform_private.gate_tenants('aurora', 10) as last`)).toEqual([{ last: null }]);
    expect(await knock('aurora')).toBe('42501');
    await as('security', 'select platform.lift_lock_down()');
    expect(await grants()).toEqual(before);
  });

  it.each([
    [`platform.lock_down('all', ' ')`, 'TN002'],
    [`platform.lock_down('some', 'r')`, 'TN002'],
    [`platform.lock_down(null, 'r')`, 'TN002'],
    [`platform.lock_down('lane', 'r')`, 'TN002'],
    [`platform.lock_down('lane', 'r', lane => 4)`, 'TN002'],
    [`platform.lock_down('lane', 'r', lane => -1)`, 'TN002'],
    [`platform.lock_down('all', 'r', lane => 1)`, 'TN002'],
    [`platform.lock_down('tenants', 'r')`, 'TN002'],
    [`platform.lock_down('tenants', 'r', '{}')`, 'TN002'],
    [`platform.lock_down('tenants', 'r', '{aurora,null}')`, 'TN002'],
    [`platform.lock_down('all', 'r', '{aurora}')`, 'TN002'],
    [`platform.lock_down('lane', 'r', '{aurora}', 1)`, 'TN002'],
    [`platform.lock_down('tenants', 'r', '{aurora,nowhere}')`, 'TN003'],
    ['platform.lift_lock_down(0)', 'TN003'],
  ])('refuses %s with %s, and stops nothing', async (call, state) => {
    expect(await sqlstateOf(() => as('security', `select ${call}`))).toBe(state);
    expect(await knock('aurora')).toBe('ok');
  });

  it('is for admins and security officers; nobody writes its table', async () => {
    for (const role of ['operator', 'developer'] as const) {
      expect(await sqlstateOf(() => as(role, `select platform.lock_down('all', 'r')`))).toBe('42501');
      expect(await sqlstateOf(() => as(role, 'select platform.lift_lock_down()'))).toBe('42501');
    }
    expect(await sqlstateOf(() => as('admin', `update platform.lock_downs set lifted_at = now()`))).toBe('42501');
    for (const role of ['admin', 'security'] as const) {
      expect(await sqlstateOf(() => as(role, `select platform.lock_down('tenants', 'r', '{aurora}')`))).toBe('ok');
      expect(await sqlstateOf(() => as(role, 'select platform.lift_lock_down()'))).toBe('ok');
    }
  });

  it('stands in the trail of the platform with its reason, and in that of each tenant it stopped without', async () => {
    const since = (await owner('select coalesce(max(id), 0) as id from audit.buffer'))[0]?.['id'];
    await as('security', `select platform.lock_down('lane', 'borealis saw rows of aurora', lane => 0)`);
    await as('security', `select platform.lift_lock_down(reason => 'a false alarm')`);
    await as('security', `select platform.lock_down('tenants', 'seen', '{cygnus}')`);
    await as('security', 'select platform.lift_lock_down()');
    const events = await owner(`select action, tenant_id, detail ->> 'reason' as reason from audit.buffer where id > $1 and action ^@ 'lock_down' order by id`, [since]);
    expect(events.map(({ action, tenant_id, reason }) => [action, tenant_id, reason])).toEqual([
      ['lock_down.begin', null, 'borealis saw rows of aurora'],
      ['lock_down.lift', null, 'a false alarm'],
      ['lock_down.lift', 'aurora', null],
      ['lock_down.lift', 'dorado', null],
      ['lock_down.begin', null, 'seen'],
      ['lock_down.begin', 'cygnus', null],
      ['lock_down.lift', null, null],
      ['lock_down.lift', 'cygnus', null],
    ]);
    const seen = await database.withUser('aurora', { role: 'auditor' }, async (client) => (await client.query(`select action, detail from audit_trail(size => 1, about => 'tenants:aurora')`)).rows);
    expect(seen).toEqual([{ action: 'lock_down.lift', detail: { lockedAt: expect.any(String) } }]);
  });

  it('names what somebody else granted, which on PostgreSQL 16 and later only they can revoke', async () => {
    const { superuserUrl } = inject('cluster');
    if (superuserUrl === null) throw new Error('this test needs SUPERUSER_URL');
    const gate = `${database.prefix}${database.ns}tenantry_gate_01`;
    const superuser = new pg.Client(migratorConfig(superuserUrl, null));
    await superuser.connect();
    try {
      const modern = Number((await superuser.query('show server_version_num')).rows[0].server_version_num) >= 160000;
      await superuser.query(`grant ${gate} to ${database.prefix}tenantry_lane_01`);
      const [stopped] = await as<{ findings: unknown }>('security', `select findings from platform.lock_down('lane', 'r', lane => 1)`);
      if (modern) expect(stopped?.findings).toEqual([{ role: gate, member: `${database.prefix}tenantry_lane_01`, grantor: expect.any(String) }]);
      else expect(stopped?.findings).toBeNull();
      if (modern) await superuser.query(`revoke ${gate} from ${database.prefix}tenantry_lane_01`);
      expect(await knock('borealis')).toBe('42501');
    } finally {
      await superuser.end();
    }
    await as('security', 'select platform.lift_lock_down()');
    expect(await knockAll()).toEqual(OPEN);
  });
});

describe('an incident', () => {
  it('is reported, listed and closed; its tenants read of it in their own trails, and nothing of each other', async () => {
    const [incident] = await as('developer', `select * from platform.report_incident('high', 'borealis saw rows of aurora', '{borealis,aurora}', 'Rows were shown to somebody else.', 'request-0001', '{aurora/1,/2}')`);
    expect(incident).toMatchObject({ severity: 'high', status: 'open', tenant_ids: ['aurora', 'borealis'], about_request: 'request-0001', events: ['aurora/1', '/2'], resolution: null });
    expect(await as('security', 'select id, status from audit.incident')).toEqual([{ id: incident?.['id'], status: 'open' }]);
    const [closed] = await as('security', `select * from platform.close_incident($1, 'a test account', 'It was a test.')`, [incident?.['id']]);
    expect(closed).toMatchObject({ status: 'closed', resolution: 'a test account', closed_by: expect.any(String) });
    expect(await sqlstateOf(() => as('security', `select platform.close_incident($1, 'again')`, [incident?.['id']]))).toBe('TN004');
    const trail = async (id: string) => await database.withUser(id, { role: 'auditor' }, async (client) =>
      (await client.query(`select action, subject, detail from audit_trail(size => 200) where action ^@ 'incident'`)).rows);
    const told = [
      { action: 'incident.close', subject: `incidents:${String(incident?.['id'])}`, detail: { severity: 'high', notice: 'It was a test.' } },
      { action: 'incident.report', subject: `incidents:${String(incident?.['id'])}`, detail: { severity: 'high', notice: 'Rows were shown to somebody else.' } },
    ];
    expect(await trail('aurora')).toEqual(told);
    expect(await trail('borealis')).toEqual(told);
    expect(JSON.stringify(await trail('aurora'))).not.toContain('borealis');
    expect(await trail('cygnus')).toEqual([]);
  });

  it.each([
    [`platform.report_incident('awful', 's')`, 'TN002'],
    [`platform.report_incident(null, 's')`, 'TN002'],
    [`platform.report_incident('low', ' ')`, 'TN002'],
    [`platform.report_incident('low', 's', '{nowhere}')`, 'TN003'],
    [`platform.report_incident('low', 's', notice => repeat('x', 2001))`, 'TN002'],
    [`platform.report_incident('low', 's', about_request => repeat('x', 129))`, 'TN002'],
    [`platform.report_incident('low', 's', events => array_fill('/1'::text, array[1001]))`, 'TN002'],
    [`platform.report_incident('low', 's', events => '{17}')`, 'TN002'],
    ['platform.close_incident(gen_random_uuid(), $$r$$)', 'TN003'],
    ['platform.close_incident(gen_random_uuid(), $$ $$)', 'TN002'],
  ])('refuses %s with %s', async (call, state) => {
    const count = async () => (await owner('select count(*)::int as n from platform.incidents'))[0]?.['n'];
    const before = await count();
    expect(await sqlstateOf(() => as('admin', `select ${call}`))).toBe(state);
    expect(await count()).toBe(before);
  });

  it('is read by whoever watches; developers report and read none', async () => {
    expect(await sqlstateOf(() => as('developer', 'select * from platform.incidents'))).toBe('42501');
    expect(await sqlstateOf(() => as('operator', 'select * from audit.incident'))).toBe('42501');
    expect((await as('operator', 'select id from platform.incidents')).length).toBeGreaterThan(0);
    expect(await sqlstateOf(() => as('operator', `select platform.close_incident(gen_random_uuid(), 'r')`))).toBe('42501');
  });
});
