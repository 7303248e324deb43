/** Compliance is computed: each status flips when its fact does, and the list in the documents is the list in the database. */
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localSealer } from '../../server/identity/sealer.ts';
import { attest } from '../../worker/evidence.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  await db.provision('aurora');
  await db.provision('borealis');
  await db.addOperator('somebody@operators.example', 'operator');
  await db.withOwner(async (client) => {
    const { rows } = await client.query(`select id from platform.isolation_runs where tenant_id = 'aurora'`);
    await db.withLogin(`${db.prefix}tenantry_worker`, async (worker) => await attest(worker, localSealer(db.masterKey), rows[0].id));
    // As the nightly and the minutely jobs leave it.
    await client.query(`insert into audit.heads (chain, seq, hash, verified_seq, verified_at, checkpoint_seq) values ('aurora', 7, sha256(''), 7, now(), 7)`);
    await client.query(`insert into audit.checkpoints (number, statement, outside) values (1, 'x', true)`);
    await client.query(`insert into jobs.workers (id, holders, tested, backend_pid, backend_start) values (gen_random_uuid(), '{}', true, 1, now())`);
    await client.query(`update platform.tenants set settings = settings || '{"security": {"requireSecondFactor": true}}' where id = 'aurora'`);
    await client.query(`insert into platform_private.second_factors (person_id, sealed, confirmed_at, last_step) select id, '', now(), 1 from platform.operators`);
  });
});
afterAll(async () => {
  await db.drop();
});

interface Status {
  readonly framework: string;
  readonly point: string;
  readonly status: 'met' | 'not met' | 'not assessable';
  readonly facts: Readonly<Record<string, { readonly met: boolean | null; readonly value: unknown }>>;
}

const statusOf = async (client: pg.Client, id = 'aurora') => (await client.query<Status>('select * from platform.compliance_status($1)', [id])).rows;

/** The status after a change that is taken back. */
async function after(change: string): Promise<Status[]> {
  return await db.withOwner(async (client) => {
    await client.query('begin');
    await client.query(change);
    const rows = await statusOf(client);
    await client.query('rollback');
    return rows;
  });
}

const factsOf = (rows: readonly Status[]) => new Map(rows.flatMap(({ facts }) => Object.entries(facts).map(([fact, { met }]) => [fact, met] as const)));

/** A change of a fact, and what it becomes by it. */
const CHANGES: Readonly<Record<string, readonly (readonly [change: string, becomes: boolean | null])[]>> = {
  proof_passed: [
    [`update platform.isolation_runs set status = 'failed' where tenant_id = 'aurora'`, false],
    [`delete from platform.isolation_runs where tenant_id = 'aurora'`, null],
  ],
  proof_fresh: [[`update platform.isolation_runs set finished_at = now() - interval '26 hours' where tenant_id = 'aurora'`, false]],
  posture_clean: [[`update platform.isolation_runs set posture_failures = 1 where tenant_id = 'aurora'`, false]],
  attested: [[`delete from platform.attestations where tenant_id = 'aurora'`, false]],
  schema_as_expected: [[`update platform.isolation_runs set fingerprint = 'another' where tenant_id = 'aurora'`, false]],
  chain_holds: [
    [`update audit.heads set flaw = 'event 3: changed' where chain = 'aurora'`, false],
    [`update audit.heads set verified_at = null where chain = 'aurora'`, null],
  ],
  chain_verified_lately: [[`update audit.heads set verified_at = now() - interval '27 hours' where chain = 'aurora'`, false]],
  checkpointed: [
    [`update audit.heads set checkpoint_seq = 6, sealed_at = now() - interval '11 minutes' where chain = 'aurora'`, false],
    [`with head as (update audit.heads set checkpoint_seq = 6, sealed_at = now() where chain = 'aurora')
      insert into audit.events (chain, seq, at, retention, source, action, outcome, actor, hash)
      values ('aurora', 7, now() - interval '11 minutes', '1y', 'database', 'test.done', 'ok', 'worker', sha256(''))`, false],
  ],
  checkpoints_outside: [[`update audit.checkpoints set outside = false`, false], ['delete from audit.checkpoints', null]],
  retention_a_year: [[`insert into audit.retention (tenant_id, class) values ('aurora', '90d')`, false]],
  key_young: [[`update platform_private.signing_keys set created_at = now() - interval '101 days' where tenant_id = 'aurora'`, false]],
  second_factor_required: [[`update platform.tenants set settings = settings - 'security' where id = 'aurora'`, false]],
  operators_second_factor: [['delete from platform_private.second_factors', false]],
  no_open_incident: [[`insert into platform.incidents (severity, summary, tenant_ids, reported_by) values ('low', 's', '{aurora}', 'm')`, false]],
  no_critical_alert: [[`insert into platform.alerts (tenant_id, kind, severity, message) values ('aurora', 'k', 'critical', 'm')`, false]],
  not_locked_down: [[`insert into platform.lock_downs (scope, tenant_ids, reason, locked_by) values ('tenants', '{aurora}', 'r', 'm')`, false]],
  visits_bounded: [
    [`insert into platform.tenant_visits (tenant_id, operator_id, reason, role, access, expires_at)
      select 'aurora', id, 'r', 'viewer', 'read', now() + interval '1 day' from platform.operators`, false],
  ],
  worker_alive: [[`update jobs.workers set seen_at = now() - interval '11 minutes'`, false]],
};

/** What can't be changed in a transaction, or is tried apart. */
const APART = ['database_encrypted', 'tables_audited'];

describe('each fact', () => {
  test('is there, and is met where all is as it should be', async () => {
    const facts = factsOf(await after('select'));
    expect([...facts.keys()].toSorted()).toEqual([...Object.keys(CHANGES), ...APART].toSorted());
    expect([...facts].filter(([fact, met]) => met !== true && fact !== 'tables_audited')).toEqual([]);
  });

  test.each(Object.entries(CHANGES).flatMap(([fact, changes]) => changes.map(([change, becomes]) => [fact, becomes, change] as const)))(
    '%s becomes %s, and with it the status of each point that hangs on it',
    async (fact, becomes, change) => {
      const before = await after('select');
      const rows = await after(change);
      expect(factsOf(rows).get(fact)).toBe(becomes);
      const concerned = rows.filter(({ facts }) => fact in facts);
      expect(concerned.length).toBeGreaterThan(0);
      for (const { point, facts, status } of concerned) {
        // Another fact may be false by the same change, or on its own.
        const values = Object.values(facts).map(({ met }) => met);
        expect(status, point).toBe(values.includes(false) ? 'not met' : values.includes(null) ? 'not assessable' : 'met');
        if (becomes === false) expect(status, point).toBe('not met');
      }
      expect(rows).not.toEqual(before);
    },
  );

  test('tables_audited is false for a table whose changes nobody records, and names it', async () => {
    const row = (rows: readonly Status[]) => rows.find(({ point }) => point === 'CC6.2')?.facts['tables_audited'] ?? { met: null, value: {} };
    const unrecorded = (rows: readonly Status[]) => (row(rows).value as { without: string[] }).without;
    const before = await after('select');
    expect(unrecorded(before)).not.toContain('users');
    const broken = await after('drop trigger users_audit on tenant_aurora.users');
    expect(row(broken).met).toBe(false);
    expect(unrecorded(broken)).toContain('users');
    expect(unrecorded(await after('alter table tenant_aurora.users disable trigger users_audit'))).toContain('users');
  });

  test('of a tenant that was never looked at is unknown, not met', async () => {
    await db.withOwner(async (client) => {
      await client.query('begin');
      await client.query(`delete from platform.isolation_runs where tenant_id = 'borealis'`);
      const rows = await statusOf(client, 'borealis');
      expect(rows.find(({ point }) => point === 'C1.1')).toMatchObject({ status: 'not assessable', facts: { proof_passed: { met: null } } });
      await client.query('rollback');
    });
  });
});

test('a point that no software can assess is not assessable, whatever the facts', async () => {
  const rows = await after('select');
  const without = rows.filter(({ facts }) => Object.keys(facts).length === 0);
  expect(without.map(({ point }) => point)).toEqual(expect.arrayContaining(['CC6.4', 'A1.2', '20']));
  expect(new Set(without.map(({ status }) => status))).toEqual(new Set(['not assessable']));
  expect(rows.find(({ point }) => point === 'C1.1')?.status).toBe('met');
});

test('no point of a tenant is judged by another’s', async () => {
  const rows = await db.withOwner(async (client) => {
    await client.query('begin');
    await client.query(`insert into platform.incidents (severity, summary, tenant_ids, reported_by) values ('low', 's', '{borealis}', 'm')`);
    const found = [factsOf(await statusOf(client)).get('no_open_incident'), factsOf(await statusOf(client, 'borealis')).get('no_open_incident')];
    await client.query('rollback');
    return found;
  });
  expect(rows).toEqual([true, false]);
});

test('a tenant that is not there has none', async () => {
  await expect(db.withOperator('security', async (client) => await statusOf(client, 'nowhere'))).rejects.toMatchObject({ code: 'TN003' });
  expect((await db.withOperator('security', async (client) => await statusOf(client))).length).toBeGreaterThan(20);
});

describe('docs/explanation/compliance.md', () => {
  const root = new URL('../../', import.meta.url);
  const controls = async () => await db.withOwner(async (client) =>
    (await client.query<{ framework: string; point: string; title: string; code: string; facts: string[] }>(
      'select framework, point, title, code, facts from platform_private.compliance_controls() order by place')).rows);

  test('lists the points and facts of the database, in its order, and no others', async () => {
    const text = await readFile(new URL('docs/explanation/compliance.md', root), 'utf8');
    const listed = [...text.matchAll(/^\| (CC\d\.\d|A1\.\d|C1\.\d|P\d\.\d|\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
      ([, point, title, , , facts = '']) => ({ point, title, facts: [...facts.matchAll(/`(\w+)`/g)].map(([, fact]) => fact) }));
    expect(listed).toEqual((await controls()).map(({ point, title, facts }) => ({ point, title, facts })));
    const explained = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, fact = '']) => fact);
    expect(explained.toSorted()).toEqual([...Object.keys(CHANGES), ...APART].toSorted());
  });

  test('names code that is there', async () => {
    for (const path of (await controls()).flatMap(({ code }) => code.split(', ').filter((part) => part !== ''))) {
      expect(existsSync(fileURLToPath(new URL(path, root))), path).toBe(true);
    }
  });
});
