/** Provisioning as DBAs call it: whole or absent, with the reason, and repeatable. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withDatabase } from '../../database/logins.ts';
import { createTestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import type { TestDatabase } from '../harness/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

interface Traces {
  schemas: number;
  roles: number;
  keys: number;
}

/** What there is of a tenant beside its registry row. */
async function tracesOf(id: string): Promise<Traces> {
  return await database.withOwner(async (client) => {
    const { rows } = await client.query<Traces>(
      `select (select count(*)::int from pg_namespace where nspname = 'tenant_' || $1) as schemas,
              (select count(*)::int from pg_roles where rolname = $2) as roles,
              (select count(*)::int from platform_private.signing_keys where tenant_id = $1) as keys`,
      [id, database.tenantRole(id)],
    );
    return rows[0] ?? { schemas: -1, roles: -1, keys: -1 };
  });
}

async function create(id: string, name = `Tenant ${id}`): Promise<string> {
  return await sqlstateOf(
    async () =>
      await database.withOperator(
        'operator',
        async (client) => await client.query('select platform.create_tenant($1, $2)', [id, name]),
      ),
  );
}

async function provision(id: string) {
  return await database.withOperator('operator', async (client) => {
    const { rows } = await client.query<{
      status: string;
      failed_step: string | null;
      sqlstate: string | null;
      steps: { name: string; ms: number; at: string }[];
    }>('select status, failed_step, sqlstate, steps from platform.provision_tenant($1)', [id]);
    return rows[0];
  });
}

async function statusOf(id: string): Promise<string | undefined> {
  return await database.withOperator('developer', async (client) => {
    const { rows } = await client.query<{ status: string }>('select status from platform.tenants where id = $1', [id]);
    return rows[0]?.status;
  });
}

describe('a new tenant', () => {
  it('is built in named, timed steps and matches the blueprint', async () => {
    expect(await create('north')).toBe('ok');
    const run = await provision('north');
    expect(run?.status).toBe('running');
    expect(run?.steps.map((step) => step.name)).toEqual(['role', 'schema', 'administrator', 'fingerprint']);
    expect(run?.steps.every((step) => step.ms >= 0 && !Number.isNaN(Date.parse(step.at)))).toBe(true);
    expect(await tracesOf('north')).toEqual({ schemas: 1, roles: 1, keys: 0 });
    const drift = await database.withOperator('security', async (client) =>
      (await client.query('select * from platform.tenant_drift($1)', ['north'])).rows[0],
    );
    expect(drift).toMatchObject({ drifted: false, expected: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('becomes active only with a key, and ready when activation was not asked for', async () => {
    expect(
      await sqlstateOf(
        async () =>
          await database.withOwner(
            async (client) => await client.query('select platform_private.finish_provisioning($1, 0)', ['north']),
          ),
      ),
    ).toBe('TN004');
    await database.provision('south');
    expect(await statusOf('south')).toBe('active');
    await database.withOwner(async (client) => {
      await client.query(`select platform.create_tenant('waiting', 'Waiting', activate => false)`);
      await client.query(`select platform.provision_tenant('waiting')`);
      await client.query(`select platform_private.store_signing_key('waiting', 'kid-waiting', 'ES256', '{}', '\\x00')`);
      await client.query(`select platform_private.finish_provisioning('waiting', 1.5)`);
    });
    expect(await statusOf('waiting')).toBe('ready');
  });

  it('holds its first administrator as an invited user', async () => {
    await database.withOwner(async (client) => {
      await client.query(
        `select platform.create_tenant('invited', 'Invited', admin_email => 'Anna@invited.example', admin_name => 'Anna')`,
      );
      await client.query(`select platform.provision_tenant('invited')`);
      const { rows } = await client.query(
        `select u.email, u.name, u.role, u.status, i.accepted_at is null as open
           from tenant_invited.users u join tenant_invited.user_invitations i on i.user_id = u.id`,
      );
      expect(rows).toEqual([{ email: 'Anna@invited.example', name: 'Anna', role: 'admin', status: 'invited', open: true }]);
    });
  });

  it.each([
    ['too long', 'a'.repeat(49)],
    ['too short', 'a'],
    ['upper case', 'Aurora'],
    ['with a quote', "au'rora"],
    ['with a double quote', 'au"rora'],
    ['unicode', 'çelik'],
    ['a homoglyph', 'аurora'],
    ['empty', ''],
    ['a space', 'au rora'],
    ['a digit first', '1aurora'],
    ['SQL', 'a;drop'],
  ])('is refused with an id that is %s', async (_what, id) => {
    expect(await create(id, `Name ${id}`)).toBe('TN002');
    expect(await statusOf(id)).toBeUndefined();
  });

  it.each(['pg_x', 'tenantry_owner', 'select', 'lane_00', 'x'.repeat(48), 'blueprint', 'a_b', 'ab_'])(
    'may be called %s',
    async (id) => {
      await database.provision(id);
      const seen = await database.withUser(id, { role: 'admin' }, async (client) =>
        (await client.query('select current_user::text as role, count(*)::int as roles from roles')).rows[0],
      );
      expect(seen).toEqual({ role: database.tenantRole(id), roles: 5 });
    },
  );

  it('is refused when id, name or domain is taken, also folded', async () => {
    expect(await create('taken', 'The  Taken One')).toBe('ok');
    expect(await create('taken', 'Another')).toBe('TN001');
    expect(await create('taken_too', ' the taken ONE ')).toBe('TN001');
    await database.withOwner(async (client) => {
      await client.query(`select platform.create_tenant('domain_a', 'Domain A', domain => 'Licensing.Example')`);
      expect(
        await sqlstateOf(
          async () => await client.query(`select platform.create_tenant('domain_b', 'B', domain => 'licensing.example')`),
        ),
      ).toBe('TN001');
    });
  });

  it('is created once when ten ask at the same moment', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => create('race')));
    expect(outcomes.toSorted()).toEqual(['TN001', 'TN001', 'TN001', 'TN001', 'TN001', 'TN001', 'TN001', 'TN001', 'TN001', 'ok']);
    const runs = await Promise.all(Array.from({ length: 4 }, () => provision('race')));
    expect(runs.map((run) => run?.status)).toEqual(['running', 'running', 'running', 'running']);
    expect(await tracesOf('race')).toMatchObject({ schemas: 1, roles: 1 });
  });

  it('is not provisioned a second time once active', async () => {
    expect(await sqlstateOf(async () => await provision('south'))).toBe('TN004');
    expect(await sqlstateOf(async () => await provision('nobody'))).toBe('TN003');
  });

  it('is refused to a developer and a security officer', async () => {
    for (const role of ['developer', 'security'] as const) {
      expect(
        await sqlstateOf(
          async () =>
            await database.withOperator(role, async (client) => await client.query(`select platform.create_tenant('no', 'No')`)),
        ),
      ).toBe('42501');
    }
  });
});

describe('a failed provisioning', () => {
  it('leaves nothing, says where and why, and succeeds when repeated', async () => {
    const broken = async (sql: string) =>
      await database.withOwner(
        async (client) =>
          await client.query('update platform_private.tenant_baselines set baseline_sql = baseline_sql || $1', [sql]),
      );
    await create('unlucky');
    await broken('\nselect 1 / 0;');
    const run = await provision('unlucky');
    expect(run).toMatchObject({ status: 'failed', failed_step: 'schema', sqlstate: '22012' });
    expect(await statusOf('unlucky')).toBe('failed');
    expect(await tracesOf('unlucky')).toEqual({ schemas: 0, roles: 0, keys: 0 });

    await database.withOwner(
      async (client) =>
        await client.query(
          `update platform_private.tenant_baselines set baseline_sql = replace(baseline_sql, E'\\nselect 1 / 0;', '')`,
        ),
    );
    expect((await provision('unlucky'))?.status).toBe('running');
    expect(await tracesOf('unlucky')).toMatchObject({ schemas: 1, roles: 1 });
  });

  it('is what becomes of a schema that differs from the blueprint', async () => {
    await create('crooked');
    await database.withOwner(async (client) => {
      await client.query('begin');
      await client.query(
        `update platform_private.tenant_baselines set baseline_sql = baseline_sql || E'\\ngrant delete on licensees to :TENANT;'`,
      );
      const { rows } = await client.query(`select status, failed_step, sqlstate from platform.provision_tenant('crooked')`);
      expect(rows[0]).toEqual({ status: 'failed', failed_step: 'fingerprint', sqlstate: 'TN007' });
      await client.query('rollback');
    });
    expect((await provision('crooked'))?.status).toBe('running');
  });

  it('is what a lost job comes to after five minutes, and not before', async () => {
    await create('lost');
    await create('fresh');
    await database.withOwner(async (client) => {
      await client.query(`update platform.tenants set updated_at = now() - interval '6 minutes' where id = 'lost'`);
    });
    await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => {
      const fail = async (keys: string[]) =>
        (await client.query<{ n: number }>('select platform_private.fail_stale_provisioning($1) as n', [keys])).rows[0]?.n;
      expect(await fail([])).toBe(0);
      await client.query(`delete from jobs.outbox where job_key in ('provision:lost', 'provision:fresh')`);
      expect(await fail(['provision:lost'])).toBe(0);
      expect(await fail([])).toBe(1);
    });
    expect([await statusOf('lost'), await statusOf('fresh')]).toEqual(['failed', 'provisioning']);
  });

  it('is what comes of a name that somebody else took, and says so', async (context) => {
    const { superuserUrl } = inject('cluster');
    if (superuserUrl === null) {
      context.skip();
      return;
    }
    const superuser = new pg.Client({ connectionString: withDatabase(superuserUrl, database.endpoint.database) });
    await superuser.connect();
    await superuser.query('create schema tenant_clash');
    await create('clash');
    expect(await provision('clash')).toMatchObject({ status: 'failed', failed_step: 'schema', sqlstate: '42P06' });
    expect(await statusOf('clash')).toBe('failed');
    await superuser.query('drop schema tenant_clash');
    await superuser.end();
    expect((await provision('clash'))?.status).toBe('running');
  });

  it('is ended by the worker after its last attempt', async () => {
    await create('hopeless');
    await provision('hopeless');
    await database.withLogin(
      `${database.prefix}tenantry_worker`,
      async (client) =>
        await client.query(`select platform_private.abandon_provisioning('hopeless', 'keys', 'XX000', 'no key')`),
    );
    expect(await statusOf('hopeless')).toBe('failed');
    expect(await tracesOf('hopeless')).toEqual({ schemas: 0, roles: 0, keys: 0 });
  });
});

describe('cancelling', () => {
  it('removes everything before activation and frees the name, never the id', async () => {
    await create('regret', 'Regret');
    await provision('regret');
    await database.withOperator('operator', async (client) => {
      const { rows } = await client.query(`select status from platform.cancel_provisioning('regret', 'changed our minds')`);
      expect(rows[0]).toEqual({ status: 'cancelled' });
    });
    const late = await sqlstateOf(
      async () =>
        await database.withOwner(
          async (c) => await c.query(`select platform_private.store_signing_key('regret', 'late', 'ES256', '{}', '\\x00')`),
        ),
    );
    expect(late).toBe('TN004');
    expect(await tracesOf('regret')).toEqual({ schemas: 0, roles: 0, keys: 0 });
    expect(await create('regret', 'Anything')).toBe('TN001');
    expect(await create('regret_2', 'Regret')).toBe('ok');
  });

  it('is refused once the tenant is active', async () => {
    expect(
      await sqlstateOf(
        async () =>
          await database.withOperator('operator', async (c) => await c.query(`select platform.cancel_provisioning('south')`)),
      ),
    ).toBe('TN004');
    expect(await tracesOf('south')).toEqual({ schemas: 1, roles: 1, keys: 2 });
  });
});
