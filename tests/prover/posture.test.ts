/** The posture half of the isolation proof: sound as it is, and red by name for every fault that is planted. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { differencesFrom, readManifest } from '../../database/manifest.ts';
import { fixedRole, migratorConfig, withDatabase } from '../../database/logins.ts';
import { createProver } from '../../prover/prover.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';
import { FAULTS, REPLACED_POSTURE } from './faults.ts';
import type { Fault } from './faults.ts';

interface Posture {
  readonly tried: number;
  readonly failed: number;
  readonly checks: readonly { readonly kind: string; readonly tried: number; readonly failed: number }[];
  readonly failures: readonly { readonly kind: string; readonly target: string; readonly expected: string; readonly seen: string }[];
}

const superuserUrl = inject('cluster').superuserUrl;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.provision('aurora', { template: 'demo' });
  // One tenant a lane, so that every gate is there.
  for (const id of ['borealis', 'cassini', 'delphin']) await database.provision(id, { template: 'demo' });
});

afterAll(async () => {
  await database.drop();
});

const fill = (text: string): string =>
  text
    .replaceAll('{a}', 'tenant_aurora')
    .replaceAll('{b}', 'tenant_borealis')
    .replaceAll('{ra}', database.tenantRole('aurora'))
    .replaceAll('{rb}', database.tenantRole('borealis'))
    .replaceAll('{g}', `${database.prefix}${database.ns}tenantry_gate_`)
    .replaceAll('{p}', database.prefix)
    .replaceAll('{db}', database.endpoint.database);

async function postureOf(client: pg.Client, tenantId = 'aurora'): Promise<Posture> {
  const { rows } = await client.query<Posture>('select * from platform_private.isolation_posture($1)', [tenantId]);
  if (rows[0] === undefined) throw new Error('no posture');
  return rows[0];
}

/** The posture with a fault planted, in a transaction that is taken back. */
async function postureWith({ by, sql }: Pick<Fault, 'by' | 'sql'>): Promise<Posture> {
  const config = by === 'superuser' ? { connectionString: withDatabase(superuserUrl ?? '', database.endpoint.database) } : migratorConfig(database.url, null);
  const client = new pg.Client(config);
  await client.connect();
  const owner = `set local role ${pg.escapeIdentifier(fixedRole(database.prefix, 'tenantry_owner'))}`;
  try {
    await client.query('begin');
    if (by === 'owner') await client.query(owner);
    await client.query(fill(sql));
    // A superuser looks with the owner's eyes, unless the fault took those away.
    if (by === 'migrator') await client.query(owner);
    return await postureOf(client);
  } finally {
    await client.query('rollback');
    await client.end();
  }
}

describe('a sound installation', () => {
  it('fails no check, and every kind looked at something', async () => {
    const posture = await database.withOwner(async (client) => await postureOf(client));
    expect(posture.failures).toEqual([]);
    expect(posture.failed).toBe(0);
    expect(posture.tried).toBeGreaterThan(800);
    expect(posture.checks.every(({ tried, failed }) => tried > 0 && failed === 0)).toBe(true);
  });

  it.each([['a'.repeat(48)], ['select'], ['user'], ['tenant'], ['public'], ['a_'], ['x__y']])('is sound for the tenant %s too', async (id) => {
    await database.provision(id);
    const { failures, tried } = await database.withOwner(async (client) => await postureOf(client, id));
    expect(failures).toEqual([]);
    expect(tried).toBeGreaterThan(800);
  });

  it('stays sound while the tenant is suspended', async () => {
    await database.provision('resting');
    await database.withOwner(async (client) => await client.query(`select platform.suspend_tenant('resting', 'r')`));
    expect((await database.withOwner(async (client) => await postureOf(client, 'resting'))).failures).toEqual([]);
  });

  it('lists what it lets pass, and why', async () => {
    const exceptions = await database.withOwner(
      async (client) => (await client.query('select rule, name, why from platform_private.posture_exceptions()')).rows,
    );
    expect(exceptions).toContainEqual({ rule: 'owner-rights', name: expect.stringMatching(/^audit_trail\(/), why: expect.any(String) });
    expect(exceptions.every(({ why }) => why.length > 10)).toBe(true);
  });
});

describe('a planted fault', () => {
  it('is listed for every kind of check', async () => {
    const { checks } = await database.withOwner(async (client) => await postureOf(client));
    const planted = new Set(FAULTS.map(({ kind }) => kind));
    // Grants to nobody are no row, so these kinds show only when there is something wrong.
    const always = checks.map(({ kind }) => kind);
    expect(always.filter((kind) => !planted.has(kind)), 'kinds of check without a fault in tests/prover/faults.ts').toEqual([]);
  });

  it.each(FAULTS.map((fault) => [fault.kind, fault.sql.replaceAll(/\s+/g, ' ').slice(0, 90), fault] as const))(
    '%s finds: %s',
    async (_kind, _sql, fault) => {
      if (fault.by === 'superuser' && superuserUrl === null) return;
      if (fault.kind === 'extensions' && !(await isAvailable('dblink'))) return;
      const { failures, failed } = await postureWith(fault);
      expect(failed).toBeGreaterThan(0);
      const found = failures.filter(({ kind, target }) => kind === fault.kind && target.includes(fill(fault.target)));
      expect(found, `found instead: ${JSON.stringify(failures)}`).not.toEqual([]);
    },
  );
});

describe('the control plane, asked from outside', () => {
  const differences = async (client: pg.Client) => await differencesFrom(await readManifest(), client, database.prefix);
  const HIDDEN = `create or replace function platform_private.shared_posture() returns jsonb language sql
    as $$ select '{"checks": [{"kind": "create", "tried": 1, "failed": 0}], "failures": [], "digest": ""}'::jsonb $$`;

  it('is what this checkout says (after a change: npm run snapshots)', async () => {
    expect(await database.withOwner(differences)).toEqual([]);
  });

  it('is seen by every login that proves', async () => {
    expect(await database.withLogin(fixedRole(database.prefix, 'tenantry_worker'), differences)).toEqual([]);
  });

  it('names what was replaced, added or dropped, whatever the database says of itself', async () => {
    await database.withOwner(async (client) => {
      await client.query('begin');
      await client.query(HIDDEN);
      await client.query(REPLACED_POSTURE);
      expect((await postureOf(client)).failures).toEqual([]);
      await client.query('create table platform.spare (); drop table platform_private.kept_posture');
      expect(await differences(client)).toEqual([
        { object: 'function platform_private.posture_grants(text)', seen: 'changed' },
        { object: 'function platform_private.shared_posture()', seen: 'changed' },
        { object: 'relation platform.spare', seen: 'there' },
        { object: 'relation platform_private.kept_posture', seen: 'gone' },
      ]);
      await client.query('rollback');
    });
  });

  it('fails a proof whose functions were replaced', async () => {
    const { endpoint, prefix, masterKey } = database;
    const failures = async (manifest: Awaited<ReturnType<typeof readManifest>> | null) =>
      await database.withOwner(async (client) => {
        const run = await createProver({ endpoint, prefix, masterKey, manifest }).prove(client, 'aurora', 'demand');
        const { rows } = await client.query('select kind, target from platform.isolation_failures where run_id = $1', [run?.id]);
        return { status: run?.status, rows, attempts: run?.attempts, checks: run?.posture_checks };
      });
    const whole = await database.withOwner(
      async (client) => (await client.query<{ sql: string }>(`select pg_get_functiondef('platform_private.shared_posture'::regproc) as sql`)).rows[0]?.sql ?? '',
    );
    const released = await readManifest();
    const own = await failures(null);
    expect(own).toMatchObject({ status: 'passed', rows: [] });
    // What is compared with the release is looked at, and not attempted.
    expect(await failures(released)).toEqual({ ...own, checks: (own.checks ?? 0) + released.size });
    await database.withOwner(async (client) => await client.query(HIDDEN));
    try {
      expect(await failures(null)).toMatchObject({ status: 'passed', rows: [] });
      expect(await failures(released)).toMatchObject({
        status: 'failed', rows: [{ kind: 'control-plane-release', target: 'function platform_private.shared_posture()' }],
      });
    } finally {
      await database.withOwner(async (client) => await client.query(whole));
    }
  });
});

describe('the half that all tenants share', () => {
  // Whoever it belongs to gets no proof: every other tenant's has to say so, by name.
  it.each(['suspended', 'archived', 'deleted', 'purged', 'failed', 'cancelled'])('finds who else may read a tenant that is %s', async (status) => {
    await database.withOwner(async (client) => {
      const found = async () => (await postureOf(client)).failures.map(({ kind, target, seen }) => `${kind} ${target}: ${seen}`);
      await client.query('begin');
      await client.query(`select platform.suspend_tenant('borealis', 'r')`);
      await client.query('update platform.tenants set status = $1 where id = $2', [status, 'borealis']);
      expect((await found()).filter((line) => /^(tenant-schemas|closed-tenants) /.test(line))).toEqual([]);
      await client.query('grant usage on schema tenant_borealis to public');
      expect(await found()).toContain('tenant-schemas tenant_borealis: USAGE to PUBLIC');
      await client.query('grant select, update on tenant_borealis.brands to public');
      expect(await found()).toContain('closed-tenants tenant_borealis: SELECT on brands to PUBLIC and 1 more');
      await client.query('rollback');
    });
  });

  it('is a minute old at most, and never when somebody asks', async () => {
    await database.withOwner(async (client) => {
      const failures = async (cause: string) => {
        const { rows } = await client.query<{ id: string }>('select platform_private.begin_isolation_run($1, $2) as id', ['borealis', cause]);
        return (await client.query<{ kind: string }>('select distinct kind from platform.isolation_failures where run_id = $1 order by kind', [rows[0]?.id])).rows.map(({ kind }) => kind);
      };
      await client.query('begin');
      await client.query('delete from platform_private.kept_posture');
      expect(await failures('schedule')).toEqual([]);
      await client.query('grant usage on schema identity to public');
      expect(await failures('schedule')).toEqual([]);
      expect(await failures('demand')).toContain('public-schemas');
      await client.query(`update platform_private.kept_posture set made_at = made_at - interval '61 seconds'`);
      expect(await failures('schedule')).toContain('public-schemas');
      // What is not sound is not kept.
      expect((await client.query('select from platform_private.kept_posture')).rowCount).toBe(0);
      await client.query('revoke usage on schema identity from public');
      expect(await failures('provision')).toEqual([]);
      await client.query('rollback');
    });
  });
});

async function isAvailable(extension: string): Promise<boolean> {
  return await database.withOwner(
    async (client) => (await client.query('select from pg_available_extensions where name = $1', [extension])).rowCount === 1,
  );
}
