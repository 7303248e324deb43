/** The life of a tenant after it opened: the database itself closes and opens it. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import pg from 'pg';
import { laneRole, withDatabase } from '../../database/logins.ts';
import { createTestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import type { TestDatabase } from '../harness/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const id of ['aurora', 'borealis', 'cassini']) await database.provision(id);
});

afterAll(async () => {
  await database.drop();
});

async function call(role: 'admin' | 'operator', sql: string): Promise<string> {
  return await sqlstateOf(async () => await database.withOperator(role, async (client) => await client.query(sql)));
}

async function readBrands(id: string): Promise<string> {
  return await sqlstateOf(
    async () => await database.withUser(id, { role: 'viewer' }, async (client) => await client.query('select * from brands')),
  );
}

async function grantsOf(id: string): Promise<unknown> {
  return await database.withOwner(async (client) => {
    const { rows } = await client.query(
      `select (select nspacl::text from pg_namespace where nspname = 'tenant_' || $1) as schema,
              (select jsonb_agg(to_jsonb(m) - 'oid' order by m.member) from pg_auth_members m
                 join pg_roles r on r.oid = m.roleid where r.rolname = $2) as members`,
      [id, database.tenantRole(id)],
    );
    return rows[0];
  });
}

describe('the wall between tenants', () => {
  it('refuses a lane that became nobody', async () => {
    const lane = await database.withOwner(async (client) => {
      const { rows } = await client.query<{ lane: number }>(`select lane from platform.tenants where id = 'aurora'`);
      return rows[0]?.lane ?? 0;
    });
    await database.withLogin(laneRole(database.prefix, lane), async (client) => {
      expect(await sqlstateOf(async () => await client.query('select * from tenant_aurora.brands'))).toBe('42501');
      await client.query('begin');
      await client.query(`set local role ${database.tenantRole('aurora')}`);
      expect((await client.query('select count(*)::int as n from tenant_aurora.roles')).rowCount).toBe(1);
      expect(await sqlstateOf(async () => await client.query('select * from tenant_borealis.brands'))).toBe('42501');
      await client.query('rollback');
    });
  });

  it('refuses another lane the role', async () => {
    const lanes = await database.withOwner(
      async (client) =>
        (await client.query<{ id: string; lane: number }>('select id, lane from platform.tenants order by id')).rows,
    );
    const [aurora, borealis] = lanes;
    expect(aurora?.lane).not.toBe(borealis?.lane);
    await database.withLogin(laneRole(database.prefix, borealis?.lane ?? 0), async (client) => {
      expect(await sqlstateOf(async () => await client.query(`set role ${database.tenantRole('borealis')}`))).toBe('ok');
      expect(await sqlstateOf(async () => await client.query(`set role ${database.tenantRole('aurora')}`))).toBe('42501');
    });
  });

  it('leaves PUBLIC nothing on the database, and lanes nothing but it', async () => {
    const posture = await database.withOperator('developer', async (client) =>
      (await client.query('select ok, findings from platform.database_posture()')).rows[0],
    );
    expect(posture).toEqual({ ok: true, findings: [] });
    const lane = laneRole(database.prefix, 0);
    expect(
      await sqlstateOf(async () => await database.withLogin(lane, async (c) => await c.query('create temp table brands ()'))),
    ).toBe('42501');
    await database.withMigrator(
      async (client) => await client.query(`grant temporary on database "${database.endpoint.database}" to public`),
    );
    const opened = await database.withOperator('developer', async (client) =>
      (await client.query('select ok, findings from platform.database_posture()')).rows[0],
    );
    expect(opened).toEqual({ ok: false, findings: ['PUBLIC may TEMPORARY'] });
    await database.withMigrator(
      async (client) => await client.query(`revoke temporary on database "${database.endpoint.database}" from public`),
    );
  });
});

describe('a login', () => {
  it('that gave itself a role to start with is found', async () => {
    const posture = async () =>
      await database.withOperator('developer', async (client) =>
        (await client.query('select ok, findings from platform.database_posture()')).rows[0],
      );
    const lane = laneRole(database.prefix, 0);
    const setting = (verb: string) => `alter role ${lane} in database "${database.endpoint.database}" ${verb}`;
    await database.withLogin(lane, async (client) => await client.query(setting(`set role = '${database.tenantRole('aurora')}'`)));
    expect(await posture()).toEqual({ ok: false, findings: ['a login has settings of its own making'] });
    await database.withLogin(lane, async (client) => {
      await client.query('reset session authorization');
      await client.query('set role none');
      await client.query(setting('reset all'));
    });
    expect(await posture()).toEqual({ ok: true, findings: [] });
  });
});

describe('suspension', () => {
  it('is refused by the database, and resuming restores exactly the same grants', async () => {
    const before = await grantsOf('aurora');
    expect(await readBrands('aurora')).toBe('ok');
    for (const step of ['suspend_tenant', 'archive_tenant', 'delete_tenant']) {
      expect(await call('operator', `select platform.${step}('aurora', null)`)).toBe('TN002');
      expect(await call('operator', `select platform.${step}('aurora', ' ')`)).toBe('TN002');
    }
    expect(await call('operator', `select platform.suspend_tenant('aurora', 'unpaid')`)).toBe('ok');
    expect(await readBrands('aurora')).toBe('42501');
    expect(await readBrands('borealis')).toBe('ok');
    expect(await call('operator', `select platform.suspend_tenant('aurora', 'again')`)).toBe('TN004');
    expect(await call('operator', `select platform.activate_tenant('aurora', 'paid')`)).toBe('ok');
    expect(await readBrands('aurora')).toBe('ok');
    expect(await grantsOf('aurora')).toEqual(before);
    const transitions = await database.withOperator('security', async (client) =>
      (
        await client.query(
          `select from_status, to_status, reason from platform.tenant_transitions
            where tenant_id = 'aurora' order by id desc limit 2`,
        )
      ).rows,
    );
    expect(transitions).toEqual([
      { from_status: 'suspended', to_status: 'active', reason: 'paid' },
      { from_status: 'active', to_status: 'suspended', reason: 'unpaid' },
    ]);
  });

  it('keeps a tenant out although somebody else granted its role, and says so', async (context) => {
    const { superuserUrl } = inject('cluster');
    if (superuserUrl === null) {
      context.skip();
      return;
    }
    const superuser = new pg.Client({ connectionString: withDatabase(superuserUrl, database.endpoint.database) });
    await superuser.connect();
    const { rows } = await superuser.query<{ major: number; lane: number }>(
      `select current_setting('server_version_num')::int / 10000 as major, lane from platform.tenants where id = 'borealis'`,
    );
    const lane = laneRole(database.prefix, rows[0]?.lane ?? 0);
    await superuser.query(`grant ${database.tenantRole('borealis')} to ${lane}`);
    let read: string;
    try {
      expect(await call('operator', `select platform.suspend_tenant('borealis', 'test')`)).toBe('ok');
      read = await readBrands('borealis');
    } finally {
      // The lane is the cluster's: other files' proofs would see it too.
      await superuser.query(`revoke ${database.tenantRole('borealis')} from ${lane}`);
      await superuser.end();
    }
    const findings = await database.withOperator('security', async (client) =>
      (await client.query(`select findings from platform.tenant_transitions where to_status = 'suspended' order by id desc limit 1`))
        .rows[0],
    );
    if ((rows[0]?.major ?? 0) >= 16) {
      expect(findings).toEqual({ findings: [{ member: lane, grantor: 'postgres' }] });
      expect(read).toBe('42P01');
    } else {
      expect(findings).toEqual({ findings: null });
      expect(read).toBe('42501');
    }
  });
});

describe('the record', () => {
  it('believes claims from the server’s login only', async () => {
    await database.provision('recorded');
    const forged = '00000000-0000-4000-8000-00000000beef';
    await database.withOwner(async (client) => {
      await client.query(`set tenantry.operator_id = '${forged}'`);
      await client.query(`select platform.suspend_tenant('recorded', 'by hand')`);
    });
    await database.withOperator('operator', async (client) => {
      await client.query(`set tenantry.operator_id = '${forged}'`);
      await client.query(`select platform.activate_tenant('recorded', 'by server')`);
      const { rows } = await client.query<{ actor: string }>(
        `select actor from platform.tenant_transitions where tenant_id = 'recorded' order by id desc limit 2`,
      );
      // As the trail names them, so that one name finds all that somebody did.
      expect(rows[0]).toEqual({ actor: `operator:${forged}` });
      expect(rows[1]?.actor).toMatch(/^login:/);
      await client.query('reset role');
      await database.withOwner(async (owner) => {
        const { rows: trail } = await owner.query(
          `select actor from audit.buffer where action = 'tenants.status' and tenant_id = 'recorded' order by id desc limit 2`,
        );
        expect(trail).toEqual(rows);
      });
    });
  });
});

describe('the way out', () => {
  it('archives, deletes softly, restores closed, and purges only after its time', async () => {
    expect(await call('operator', `select platform.archive_tenant('cassini', 'season over')`)).toBe('ok');
    expect(await readBrands('cassini')).toBe('42501');
    expect(await call('operator', `select platform.delete_tenant('cassini', 'contract ended')`)).toBe('ok');
    expect(await call('operator', `select platform.restore_tenant('cassini', 'mistake')`)).toBe('42501');
    expect(await call('admin', `select platform.restore_tenant('cassini', 'mistake')`)).toBe('ok');
    expect(await readBrands('cassini')).toBe('42501');
    expect(await call('operator', `select platform.activate_tenant('cassini')`)).toBe('ok');
    expect(await readBrands('cassini')).toBe('ok');

    expect(await call('operator', `select platform.delete_tenant('cassini', 'really')`)).toBe('ok');
    expect(await call('admin', `select platform.purge_tenant('cassini')`)).toBe('TN004');
    await database.withOwner(
      async (client) => await client.query(`update platform.tenants set purge_after = now() where id = 'cassini'`),
    );
    expect(await call('operator', `select platform.purge_tenant('cassini')`)).toBe('42501');
    expect(await call('admin', `select platform.purge_tenant('cassini')`)).toBe('ok');
    const left = await database.withOwner(
      async (client) =>
        (
          await client.query(
            `select (select status from platform.tenants where id = 'cassini') as status,
                    (select count(*)::int from pg_namespace where nspname = 'tenant_cassini') as schemas,
                    (select count(*)::int from pg_roles where rolname = $1) as roles`,
            [database.tenantRole('cassini')],
          )
        ).rows[0],
    );
    expect(left).toEqual({ status: 'purged', schemas: 0, roles: 0 });
    expect(await call('operator', `select platform.create_tenant('cassini', 'Cassini')`)).toBe('TN001');
  });
});

describe('activation', () => {
  it('is refused to a tenant whose schema drifted', async () => {
    await database.provision('drifter');
    expect(await call('operator', `select platform.suspend_tenant('drifter', 'check')`)).toBe('ok');
    await database.withOwner(async (client) => await client.query('alter table tenant_drifter.brands add column rogue text'));
    expect(await call('operator', `select platform.activate_tenant('drifter')`)).toBe('TN005');
    expect(await readBrands('drifter')).toBe('42501');
    await database.withOwner(async (client) => await client.query('alter table tenant_drifter.brands drop column rogue'));
    expect(await call('operator', `select platform.activate_tenant('drifter')`)).toBe('ok');
  });
});

describe('changes of the registry', () => {
  it('are refused when somebody else was faster', async () => {
    await database.provision('edited');
    const version = await database.withOperator('operator', async (client) => {
      const { rows } = await client.query<{ version: number; name: string }>(
        `select version, name from platform.update_tenant('edited', '{"name": "Edited Once", "settings": {"features": {"a": true}, "security": {"encryptTokens": false}}}')`,
      );
      expect(rows[0]?.name).toBe('Edited Once');
      return rows[0]?.version ?? 0;
    });
    expect(await call('operator', `select platform.update_tenant('edited', '{"name": "Stale"}', ${version - 1})`)).toBe('TN006');
    expect(await call('operator', `select platform.update_tenant('edited', '{"settings": {"features": null}}', ${version})`)).toBe('ok');
    expect(await call('operator', `select platform.update_tenant('edited', '{"colour": "red"}')`)).toBe('TN002');
    expect(await call('operator', `select platform.update_tenant('edited', '{"name": null}')`)).toBe('TN002');
    expect(await call('operator', `select platform.update_tenant('edited', '{"domain": "not a domain"}')`)).toBe('TN002');
    expect(await call('operator', `select platform.update_tenant('edited', '{"tier": "dedicated"}')`)).toBe('TN002');
    expect(await call('operator', `select platform.update_tenant('edited', '{"name": "tenant aurora"}')`)).toBe('TN001');
    const settings = await database.withOperator('operator', async (client) =>
      (await client.query(`select settings from platform.tenants where id = 'edited'`)).rows[0],
    );
    expect(settings).toMatchObject({ settings: { features: {}, security: { encryptTokens: false } } });
  });

  it('answer a repeated request with the first one’s answer, to the same operator only', async () => {
    const remember = async (key: string, hash: string) =>
      await database.withOperator('operator', async (client) =>
        (await client.query('select fresh, response from platform.remember_request($1, $2)', [key, hash])).rows[0],
      );
    expect(await remember('k1', 'h1')).toEqual({ fresh: true, response: null });
    await database.withOperator('operator', async (client) => await client.query(`select platform.store_response('k1', '{"n": 1}')`));
    expect(await remember('k1', 'h1')).toEqual({ fresh: false, response: { n: 1 } });
    expect(await sqlstateOf(async () => await remember('k1', 'h2'))).toBe('TN002');
    const other = await database.withOperator('operator', async (client) => {
      await client.query(`select set_config('tenantry.operator_id', '00000000-0000-4000-8000-000000000001', false)`);
      return (await client.query(`select fresh from platform.remember_request('k1', 'h2')`)).rows[0];
    });
    expect(other).toEqual({ fresh: true });
  });
});
