/** The attempts half of the isolation proof: what it tries, that each kind of it goes red, and that a prover which sees nothing has failed. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { laneRole, loginConfig, withDatabase } from '../../database/logins.ts';
import type { Proof } from '../../prover/prover.ts';
import { attempt } from '../../prover/session.ts';
import { subjectShape } from '../../prover/subject.ts';
import { createTestDatabase } from '../harness/database.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import type { TestDatabase } from '../harness/database.ts';

interface Check {
  readonly half: string;
  readonly kind: string;
  readonly tried: number;
  readonly failed: number;
}

const superuserUrl = inject('cluster').superuserUrl;
let database: TestDatabase;
let role = '';
let lane = '';
const undone: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  // Four lanes: aurora and the fifth tenant share one.
  for (const id of ['aurora', 'borealis', 'cassini', 'delphin', 'europa']) await database.provision(id, { template: 'demo' });
  role = database.tenantRole('aurora');
  lane = laneRole(database.prefix, 0);
});

afterEach(async () => {
  for (const sql of undone.splice(0).toReversed()) await asSuperuser(sql);
});

afterAll(async () => {
  await database.drop();
});

const as = async (sql: string): Promise<void> => await database.withOwner(async (client) => void (await client.query(sql)));
const asMigrator = async (sql: string): Promise<void> => await database.withMigrator(async (client) => void (await client.query(sql)));

async function asSuperuser(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(superuserUrl ?? '', database.endpoint.database) });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Proves with the worker's login, as in production. */
async function prove(tenantId = 'aurora'): Promise<Proof> {
  return await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => {
    const proof = await database.prover.prove(client, tenantId, 'demand');
    if (proof === null) throw new Error('there was nothing to prove');
    return proof;
  });
}

async function checksOf(runId: string): Promise<Check[]> {
  return await database.withOwner(
    async (client) => (await client.query<{ checks: Check[] }>('select checks from platform.isolation_runs where id = $1', [runId])).rows[0]?.checks ?? [],
  );
}

async function failuresOf(runId: string): Promise<readonly { kind: string; target: string; expected: string; seen: string }[]> {
  return await database.withOwner(
    async (client) =>
      (await client.query(`select kind, target, expected, seen from platform.isolation_failures where run_id = $1 and half = 'attempts' order by id`, [runId])).rows,
  );
}

const redKinds = async (runId: string) => new Set((await failuresOf(runId)).map(({ kind }) => kind));

describe('a sound tenant', () => {
  it('passes, with the counts of what was tried and a sample of rivals of its lane and of another', async () => {
    const proof = await prove();
    expect(proof).toMatchObject({ status: 'passed', posture_failures: 0, attempt_failures: 0, broken: null });
    expect(proof.attempts).toBeGreaterThan(300);
    const [run] = await database.withOwner(async (client) => (await client.query('select * from platform.isolation_runs where id = $1', [proof.id])).rows);
    expect(run).toMatchObject({ tenant_id: 'aurora', cause: 'demand', sampled: 2, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(run.rivals).toContain('europa');
    expect(run.rivals).not.toContain('aurora');
    const kinds = new Map((run.checks as Check[]).filter(({ half }) => half === 'attempts').map(({ kind, tried }) => [kind, tried]));
    for (const kind of ['canary', 'own-table', 'usage', 'select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'copy-out', 'execute',
      'create-table', 'temporary-table', 'sequence', 'lock', 'set-role', 'become-role', 'do-block', 'create-database', 'read-file', 'copy-program']) {
      expect([kind, kinds.get(kind) ?? 0]).toEqual([kind, expect.toSatisfy((tried: number) => tried > 0)]);
    }
  });

  it('reaches for two rivals, at least one on its own lane and one on another where there are such', async () => {
    await database.withOwner(async (client) => {
      await client.query('begin');
      const lanes = async (others: string) => {
        await client.query(`update platform.tenants set lane = case id when 'aurora' then 0 else ${others} end`);
        const { rows } = await client.query(`select platform_private.isolation_subject(platform_private.begin_isolation_run('aurora', 'demand')) as subject`);
        return subjectShape.parse(rows[0].subject).rivals.map((rival) => rival.lane).toSorted((a, b) => a - b);
      };
      expect(await lanes('0')).toEqual([0, 0]);
      expect(await lanes('1')).toEqual([1, 1]);
      expect(await lanes(`case id when 'europa' then 0 else 1 end`)).toEqual([0, 1]);
      expect(await lanes(`case id when 'europa' then 1 else 0 end`)).toEqual([0, 1]);
      await client.query('rollback');
    });
  });

  it('states what PostgreSQL can’t refuse, counted', async () => {
    const { id } = await prove();
    const [run] = await database.withOwner(async (client) => (await client.query('select observed from platform.isolation_runs where id = $1', [id])).rows);
    const observed = new Map<string, unknown>(run.observed.map((each: { kind: string }) => [each.kind, each]));
    expect(observed.get('names-of-tenants')).toEqual({ kind: 'names-of-tenants', open: true, count: 4 });
    for (const kind of ['sizes', 'statistics', 'listen', 'notify', 'advisory-locks', 'large-objects', 'roles-of-the-same-lane', 'sources-of-functions']) {
      expect(observed.get(kind)).toMatchObject({ open: true });
    }
  });

  it('is left as it was, and keeps the newest proof that passed', async () => {
    const state = async () =>
      await database.withOwner(async (client) => {
        const { rows } = await client.query(
          `select (select md5(string_agg(b::text, ',' order by id)) from tenant_aurora.brands b) as own,
                  (select md5(string_agg(b::text, ',' order by id)) from tenant_borealis.brands b) as rival,
                  (select count(*)::int from pg_largeobject_metadata) as objects,
                  (select count(*)::int from pg_db_role_setting where setrole = $1::regrole) as settings,
                  (select count(*)::int from audit.buffer where tenant_id = 'aurora') as events,
                  (select count(*)::int from platform.isolation_runs where tenant_id = 'aurora') as runs`,
          [role],
        );
        return rows[0];
      });
    await prove();
    const before = await state();
    await prove();
    expect(await state()).toEqual(before);
    expect(before.runs).toBe(1);
  });
});

describe('every kind of attempt', () => {
  it('goes red for a role that may do everything; nothing comes of it', async () => {
    if (superuserUrl === null) return;
    undone.push(`alter role ${role} nosuperuser`);
    await asSuperuser(`alter role ${role} superuser`);
    const proof = await prove();
    expect(proof).toMatchObject({ status: 'failed', broken: null });
    const red = await redKinds(proof.id);
    // Who may become whom is decided by the login of the session: the next test.
    const byLogin = ['set-role', 'become-role', 'become-session'];
    const tried = (await checksOf(proof.id)).filter(({ half }) => half === 'attempts').map(({ kind }) => kind);
    expect(tried.filter((kind) => !red.has(kind)).toSorted()).toEqual([...byLogin, 'canary', 'own-table'].toSorted());
    expect(await database.withOwner(async (client) => (await client.query('select from tenant_borealis.brands')).rowCount)).toBe(24);
    expect(await sqlstateOf(async () => await as(`select 'tenantry_probe'::regnamespace`))).toBe('3F000');
  });

  // Lanes are shared by all databases of a test run, so none of them is made mighty: another login stands in for it.
  it('goes red for a login that may become everybody', async () => {
    if (superuserUrl === null) return;
    const subject = await database.withOwner(async (client) => {
      await client.query('begin');
      const { rows } = await client.query(
        `select platform_private.isolation_subject(platform_private.begin_isolation_run('aurora', 'demand')) as subject`,
      );
      await client.query('rollback');
      return subjectShape.parse(rows[0].subject);
    });
    const login = {
      ...loginConfig(database.endpoint, lane, database.masterKey), user: undefined, password: undefined,
      connectionString: withDatabase(superuserUrl, database.endpoint.database),
    };
    const { broken, failures } = await attempt(login, subject, database.prefix);
    expect(broken).toBeNull();
    expect(new Set(failures.map(({ kind }) => kind))).toEqual(new Set(['set-role', 'become-role', 'become-session']));
    const sound = await attempt(loginConfig(database.endpoint, lane, database.masterKey), subject, database.prefix);
    expect(sound).toMatchObject({ broken: null, failures: [] });
  });
});

describe('a planted fault', () => {
  it('is named: a grant on a rival’s table', async () => {
    undone.push(`revoke usage on schema tenant_europa from ${role}; revoke select on tenant_europa.brands from ${role}`);
    await as(`grant usage on schema tenant_europa to ${role}; grant select on tenant_europa.brands to ${role}`);
    const proof = await prove();
    expect(proof).toMatchObject({ status: 'failed', broken: null });
    const failures = await failuresOf(proof.id);
    expect(failures).toContainEqual({ kind: 'select', target: 'tenant_europa.brands', expected: '42501', seen: 'ok' });
    expect(failures).toContainEqual({ kind: 'copy-out', target: 'tenant_europa.brands', expected: '42501', seen: 'ok' });
    expect(failures).toContainEqual({ kind: 'path', target: 'tenant_europa.brands', expected: '42P01', seen: '42501' });
    expect(failures.map(({ kind }) => kind)).not.toContain('delete');
    // Row security hides the rows of a rival even then: what was reached is the table.
    undone.splice(0);
    await as(`revoke usage on schema tenant_europa from ${role}; revoke select on tenant_europa.brands from ${role}`);
    expect(await prove()).toMatchObject({ status: 'passed' });
  });

  it.each([
    ['temporary-table', 'temporary tables for PUBLIC', (db: string) => [`grant temporary on database "${db}" to public`, `revoke temporary on database "${db}" from public`]],
  ])('is named: %s, %s', async (kind, _what, statements) => {
    const [plant = '', undo = ''] = statements(database.endpoint.database);
    undone.push(undo);
    await asMigrator(plant);
    expect(await redKinds((await prove()).id)).toContain(kind);
  });

  it.each([
    ['own-create', `grant create on schema tenant_aurora to {r}`, `revoke create on schema tenant_aurora from {r}`],
    ['own-truncate', `grant truncate on tenant_aurora.webhook_secrets, tenant_aurora.brands to {r}`, `revoke truncate on tenant_aurora.webhook_secrets, tenant_aurora.brands from {r}`],
    ['own-secrets', `grant select on tenant_aurora.user_credentials to public`, `revoke select on tenant_aurora.user_credentials from public`],
    ['control-execute', 'grant usage on schema identity to {r}; grant execute on function identity.tenant_route(text) to {r}', 'revoke usage on schema identity from {r}; revoke execute on function identity.tenant_route(text) from {r}'],
    ['control-select', 'grant usage on schema jobs to public; grant select on jobs.outbox to public', 'revoke usage on schema jobs from public; revoke select on jobs.outbox from public'],
    ['control-sequence', 'grant usage on sequence platform.tenant_transitions_id_seq to {r}', 'revoke usage on sequence platform.tenant_transitions_id_seq from {r}'],
    ['usage', 'grant usage on schema tenant_europa to public', 'revoke usage on schema tenant_europa from public'],
  ])('is named: %s after %s', async (kind, plant, undo) => {
    undone.push(undo.replaceAll('{r}', role));
    await as(plant.replaceAll('{r}', role));
    const proof = await prove();
    expect(proof.status).toBe('failed');
    expect(await redKinds(proof.id)).toContain(kind);
  });

  it('is named: a lane that was given another lane’s tenant', async () => {
    if (superuserUrl === null) return;
    for (const id of ['borealis', 'cassini', 'delphin']) {
      undone.push(`revoke ${database.tenantRole(id)} from ${lane}`);
      await asSuperuser(`grant ${database.tenantRole(id)} to ${lane}`);
    }
    const proof = await prove();
    expect((await failuresOf(proof.id)).filter(({ kind }) => kind === 'set-role')).toEqual([
      { kind: 'set-role', target: expect.stringMatching(/^tenant_(?!aurora|europa)/), expected: '42501', seen: 'ok' },
    ]);
  });
});

describe('a prover that could not have seen anything', () => {
  const broken = async (sql: string, undo: string, tenantId = 'aurora'): Promise<Proof> => {
    await as(sql);
    try {
      return await prove(tenantId);
    } finally {
      await as(undo);
    }
  };

  it.each([
    ['no canary', 'revoke usage on schema platform_probe from public', 'grant usage on schema platform_probe to public', /canary was not reached \(42501\)/],
    ['no right to write', 'revoke insert on tenant_aurora.brands from {r}', 'grant insert (name, description, category, trademark_number, status) on tenant_aurora.brands to {r}', /verb insert does not work.*42501/],
    ['no right to read', 'revoke select on tenant_aurora.licensees, tenant_aurora.brands from {r}', 'grant select on tenant_aurora.licensees, tenant_aurora.brands to {r}', /verb insert|could not be read|verb update/],
    ['no policy for its own rows', 'alter policy brands_change on tenant_aurora.brands using (false)', `alter policy brands_change on tenant_aurora.brands using ((select tenantry_shared.has_permission('brands.write')))`, /verb update does not work.*no row/],
    ['no way into the role', `select platform_private.close_lane('aurora')`, `select platform_private.open_lane('aurora')`, /role could not be taken on \(42501\)/],
    ['no way into the schema', 'revoke usage on schema tenant_aurora from {r}', 'grant usage on schema tenant_aurora to {r}', /path is not|could not be read|verb insert/],
  ])('has failed, not passed: %s', async (_what, sql, undo, why) => {
    const proof = await broken(sql.replaceAll('{r}', role), undo.replaceAll('{r}', role));
    expect(proof.status).toBe('failed');
    expect(proof.broken).toMatch(why);
    expect(proof.attempt_failures).toBe(0);
    expect(await failuresOf(proof.id)).toEqual([]);
    expect(await prove()).toMatchObject({ status: 'passed', broken: null });
  });

  it('leaves its run open when the lane can’t be reached, and the next takes it over', async () => {
    await database.withLogin(`${database.prefix}tenantry_worker`, async (client) => {
      const { createProver } = await import('../../prover/prover.ts');
      const lost = createProver({ endpoint: database.endpoint, prefix: database.prefix, masterKey: Buffer.alloc(32, 7) });
      expect(await sqlstateOf(async () => await lost.prove(client, 'aurora', 'demand'))).toBe('28P01');
    });
    const open = await database.withOwner(
      async (client) => (await client.query(`select id, status from platform.isolation_runs where tenant_id = 'aurora' and status = 'running'`)).rows,
    );
    expect(open).toHaveLength(1);
    expect(await prove()).toMatchObject({ id: open[0].id, status: 'passed' });
  });
});

// Last: until here aurora shares its lane with europa alone.
describe('an awkward name', () => {
  it.each([['a'.repeat(48)], ['select'], ['user'], ['table']])('passes under the name %s', async (id) => {
    await database.provision(id);
    expect(await prove(id)).toMatchObject({ status: 'passed', attempts: expect.toSatisfy((count: number) => count > 300) });
    expect(await prove()).toMatchObject({ status: 'passed' });
  });
});
