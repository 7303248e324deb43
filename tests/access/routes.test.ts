import { readdir } from 'node:fs/promises';
import { createClient } from 'graphql-ws';
import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import type { GraphQLSchema, IntrospectionQuery } from 'graphql';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../server/rest/routes.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import { createLogger } from '../../server/observability/logger.ts';
import { logMailer } from '../../worker/mailer.ts';
import { startWorker } from '../../worker/worker.ts';
import { testPassword } from '../harness/database.ts';
import { startTestServer } from '../harness/server.ts';
import type { OperatorTitle, TestServer } from '../harness/server.ts';
import { graphqlMatrix, restMatrix, sqlMatrix } from '../platform/operator-matrix.ts';
import { call } from '../rest/api.ts';
import { nodeType, plainFields, requestFor } from './documents.ts';
import type { Row } from './documents.ts';
import { platformRoutes, tenantRoutes } from './graphql-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { personRoutes, restRoutes } from './rest-routes.ts';
import type { None } from './rows.ts';
import { sqlRoutes } from './sql-routes.ts';

let server: TestServer;
let platformSchema: GraphQLSchema;
let tenantSchema: GraphQLSchema;
/** One row of each table of aurora, and the texts that only aurora holds. */
const rows = new Map<string, Row>();
const secrets = new Set<string>();
const values: Record<string, string> = {};
const tokens: Record<string, string> = {};

beforeAll(async () => {
  server = await startTestServer();
  for (const id of ['aurora', 'borealis']) await server.db.provision(id, { template: 'demo' });
  await owner(async (client) => {
    await client.query(`insert into tenant_aurora.roles (name, description) values ('idle', 'Holds no permission.')`);
    await client.query(`insert into tenant_aurora.users (email, name, role, status) values ('idle@aurora.example', 'Ida', 'idle', 'active')`);
  });
  // Everybody has one password here; so has she, by the administrator's hash.
  await owner((client) => client.query(`insert into tenant_aurora.user_credentials (user_id, password_hash, must_change)
    select (select id from tenant_aurora.users where email = 'idle@aurora.example'), c.password_hash, false
      from tenant_aurora.user_credentials c join tenant_aurora.users u on u.id = c.user_id where u.email = 'admin@aurora.example'`));
  for (const title of ['admin', 'operator', 'security', 'developer'] as const) tokens[title] = await server.operatorToken(title);
  tokens['user'] = await server.tenantToken('aurora', 'admin');
  tokens['borealis'] = await server.tenantToken('borealis', 'admin');
  tokens['idle'] = await server.tenantToken('aurora', 'idle');
  await server.db.addOperator('limited@operators.example', 'admin');
  const signedIn = await call(server.url, 'POST', '/api/v1/auth/login', { body: { email: 'limited@operators.example', password: testPassword } });
  tokens['limited'] = String(signedIn.body['accessToken']);
  await owner((client) => client.query(`insert into platform.operator_tenants (operator_id, tenant_id)
    select id, 'borealis' from platform.operators where email = 'limited@operators.example'`));
  await server.db.addOperator('auroras@operators.example', 'developer');
  await owner((client) => client.query(`insert into platform.operator_tenants (operator_id, tenant_id)
    select id, 'aurora' from platform.operators where email = 'auroras@operators.example'`));

  await arrange();
  platformSchema = await schemaOf('/platform/graphql', 'admin');
  tenantSchema = await schemaOf('/graphql', 'user');
  await learn();
});
afterAll(async () => {
  await server.close();
});

const owner = async <T>(work: (client: pg.Client) => Promise<T>) => await server.db.withOwner(work);
const nodeId = (...parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64');
const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
const send = async (path: string, who: string, body: unknown) => await call(server.url, 'POST', path, { token: tokens[who] ?? '', body });

async function schemaOf(path: string, who: string): Promise<GraphQLSchema> {
  const { body } = await send(path, who, { query: getIntrospectionQuery() });
  return buildClientSchema(body['data'] as IntrospectionQuery);
}

/** Puts into aurora what attempts reach for and templates don't hold: a webhook with a delivery, an agreement past its last day and one near it. */
async function arrange(): Promise<void> {
  const [row] = await owner(async (client) => {
    for (const id of ['aurora', 'borealis']) {
      await client.query(`update tenant_${id}.settings set value = $1 where section = 'integrations'`, [
        JSON.stringify({ webhooks: [{ id: 'erp', url: `https://${id}.example/erp`, events: ['agreement.activated'], enabled: true }] }),
      ]);
      await client.query(`insert into tenant_${id}.webhook_secrets (webhook, sealed) values ('erp', 'c2VhbGVk')`);
      await client.query(`insert into tenant_${id}.webhook_deliveries (webhook, event, subject_id) select 'erp', 'agreement.activated', id from tenant_${id}.agreements limit 1`);
    }
    // Terms of active agreements are fixed, and the other triggers expect the tenant's path.
    await client.query(`set search_path = tenant_aurora, tenantry_shared, pg_temp`);
    await client.query('alter table agreements disable trigger agreements_guard');
    await client.query(`update agreements set starts_on = current_date - 30, ends_on = current_date - 1
                         where id = (select id from agreements where status = 'active' and ends_on > current_date order by id limit 1)`);
    await client.query(`update agreements set starts_on = current_date - 30, ends_on = current_date + 7
                         where id = (select id from agreements where status = 'active' and ends_on > current_date order by id desc limit 1)`);
    await client.query('alter table agreements enable trigger agreements_guard');
    const gone = await client.query(`insert into users (email, name, role) values ('gone@aurora.example', 'Gone', 'viewer') returning id`);
    values['removed'] = String(gone.rows[0].id);
    await client.query('delete from users where id = $1', [values['removed']]);
    return (await client.query(
      `with change as (insert into platform.setting_changes (tenant_id, section, version, actor) values ('aurora', 'branding', 9, 'active') returning id)
       select (select id from change) as change,
              (select id from tenant_aurora.webhook_deliveries) as delivery,
              (select id from tenant_aurora.approvals where status = 'pending' limit 1) as asked,
              (select id from tenant_aurora.users where role = 'manager') as told,
              (select s.id from tenant_aurora.user_sessions s join tenant_aurora.users u on u.id = s.user_id and u.role = 'admin') as session,
              (select id from tenant_borealis.users where role = 'viewer' limit 1) as theirs`,
    )).rows;
  });
  Object.assign(values, row, { changeNode: nodeId('SettingChange', row.change), sectionNode: nodeId('SettingSection', 'branding') });
}

/** Columns whose values tell one tenant's row from another's. */
const TELLING = ['id', 'rowId', 'number', 'email'];

/** Reads a row of each table of aurora as its administrator, and finds what stands there and not in borealis. */
async function learn(): Promise<void> {
  const everything = async (who: string) => {
    const texts = new Set<string>();
    for (const field of Object.values(tenantSchema.getQueryType()?.getFields() ?? {})) {
      const type = nodeType(field);
      if (type === null) continue;
      const { body } = await send('/graphql', who, { query: `{ ${field.name}(first: 50) { nodes { ${plainFields(type).join(' ')} } } }` });
      const { nodes } = (body['data'] as Record<string, { nodes: Row[] }>)[field.name] ?? { nodes: [] };
      if (who === 'user' && nodes[0] !== undefined) rows.set(type.name, nodes[0]);
      for (const text of nodes.flatMap((node) => TELLING.map((name) => node[name]))) if (typeof text === 'string') texts.add(text);
    }
    return texts;
  };
  const theirs = await everything('borealis');
  for (const text of await everything('user')) if (!theirs.has(text)) secrets.add(text);
  const [row] = await owner(async (client) => (await client.query(
    `select (select max(id) from platform.tenant_transitions where tenant_id = 'aurora')::text as transition,
            (select id from platform.provisioning_runs where tenant_id = 'aurora') as run,
            (select id from platform.operators where email = 'developer@operators.example') as operator,
            (select id from platform.operators where email = 'auroras@operators.example') as me`,
  )).rows);
  const [inhabitants] = await owner(async (client) => (await client.query(
    `with account as (insert into platform.service_accounts (name) values ('robot of aurora') returning id),
          allowed as (insert into platform.service_account_grants (account_id, tenant_id, permissions) select id, 'aurora', '{active}' from account),
          visit as (insert into platform.tenant_visits (tenant_id, operator_id, reason, role, access, expires_at)
                    values ('aurora', $1, 'active', 'viewer', 'read', now() + interval '15 minutes') returning id),
          failure as (insert into platform.isolation_failures (run_id, half, kind, target, expected, seen)
                      select id, 'attempts', 'select', 'aurora', '42501', 'ok' from platform.isolation_runs where tenant_id = 'aurora' returning id, run_id),
          alert as (insert into platform.alerts (tenant_id, kind, severity, message) values ('aurora', 'k', 'info', 'M') returning id),
          issuer as (insert into platform.external_issuers (tenant_id, issuer, jwks_url, audience, role_claim, role_map)
                     values ('aurora', 'https://fresh_one.example', 'https://x.example/jwks', 'active', 'roles', '[]') returning id),
          attested as (insert into platform.attestations (tenant_id, run_id, at, passed, statement)
                       values ('aurora', gen_random_uuid(), now(), true, 'e30.eyJ0ZW5hbnQiOiJhdXJvcmEifQ.e30') returning id, run_id),
          -- Signed for as long as the test lasts: here is no worker.
          bundle as (insert into platform.evidence_bundles (tenant_id, since, until, status, signed_at, statement)
                     values ('aurora', '2026-01-01Z', '2026-02-01Z', 'signed', now() + interval '1 hour', 'e30.eyJ0ZW5hbnQiOiJhdXJvcmEifQ.e30') returning id),
          head as (insert into audit.heads (chain, seq, hash) values ('aurora', 1, sha256('aurora')) on conflict (chain) do nothing),
          stop as (insert into platform.lock_downs (scope, tenant_ids, reason, locked_by, lifted_at) values ('tenants', '{aurora}', 'active', 'm', now()) returning id),
          seen as (insert into platform.incidents (severity, tenant_ids, summary, reported_by) values ('low', '{aurora}', 'active', 'm') returning id)
     select (select id from attested) as attestation, (select run_id from attested) as "attestedRun", (select id from bundle) as bundle, (select id from failure) as failure, (select run_id from failure) as proof, (select id from alert) as alert, (select id from stop) as "lockDown", (select id from seen) as incident, (select id from issuer) as issuer, (select id from account) as account, (select id from visit) as visit, (select id from tenant_aurora.users where role = 'viewer' limit 1) as user, (select id from tenant_aurora.users where role = 'viewer' limit 1) as invited`,
    [row.operator],
  )).rows);
  await owner((client) => client.query(`insert into platform_private.second_factors (tenant_id, person_id, sealed) values ('aurora', $1, '')`, [inhabitants.user]));
  // What its own functions of evidence show of it alone.
  const [telling] = await owner(async (client) => (await client.query(
    `select (select kid from platform_private.signing_keys where tenant_id = 'aurora' and state = 'current') as kid,
            (select encode(hash, 'hex') from audit.heads where chain = 'aurora') as hash`)).rows);
  for (const text of [telling.kid, telling.hash, inhabitants.attestedRun, row.operator]) secrets.add(text);
  Object.assign(values, inhabitants, {
    attestationNode: nodeId('Attestation', inhabitants.attestation), bundleNode: nodeId('EvidenceBundle', inhabitants.bundle),
    failureNode: nodeId('IsolationFailure', inhabitants.failure), alertNode: nodeId('Alert', inhabitants.alert), proofNode: nodeId('IsolationRun', inhabitants.proof),
    issuerNode: nodeId('ExternalIssuer', inhabitants.issuer),
    lockDownNode: nodeId('LockDown', inhabitants.lockDown), incidentNode: nodeId('Incident', inhabitants.incident),
    accountNode: nodeId('ServiceAccount', inhabitants.account), grantNode: nodeId('ServiceAccountGrant', inhabitants.account, 'aurora'), visitNode: nodeId('TenantVisit', inhabitants.visit),
    id: 'aurora', fresh: 'fresh_one', operator: row.operator, me: row.me, transition: row.transition, run: row.run,
    tenantNode: nodeId('Tenant', 'aurora'), runNode: nodeId('ProvisioningRun', row.run), transitionNode: nodeId('TenantTransition', row.transition),
    migrationNode: nodeId('TenantMigration', 1), meNode: nodeId('Operator', row.me), operatorTenantNode: nodeId('OperatorTenant', row.me, 'aurora'),
  });
}

/** Everything of a tenant as one digest by table; what sign-in writes is left out. */
async function stateOf(tenantId: string): Promise<Record<string, string>> {
  return await owner(async (client) => {
    const tables = await client.query(
      `select relname from pg_class where relnamespace = $1::regnamespace and relkind = 'r' and relname not in ('user_sessions', 'sign_in_attempts', 'sign_in_locks')`,
      [`tenant_${tenantId}`],
    );
    const digests: Record<string, string> = {};
    for (const { relname } of tables.rows) {
      const { rows: [digest] } = await client.query(`select coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as md5 from tenant_${tenantId}.${relname} t`);
      digests[relname] = digest.md5;
    }
    const { rows: [registry] } = await client.query('select status, name, description, version from platform.tenants where id = $1', [tenantId]);
    return { ...digests, registry: JSON.stringify(registry) };
  });
}

const isNone = (what: unknown): what is None => typeof what === 'object' && what !== null && 'none' in what;

/** Fails with the row to add. */
function complete(running: readonly string[], listed: readonly string[], table: string, example: string): void {
  const missing = running.filter((name) => !listed.includes(name));
  expect(missing, `Say in ${table} of tests/access/*-routes.ts what a foreign tenant and a wrong role come to: ${missing.map((name) => `'${name}': ${example}`).join(', ')}`).toEqual([]);
  const stale = listed.filter((name) => !running.includes(name));
  expect(stale, `${table} of tests/access/*-routes.ts has rows for what is no longer there`).toEqual([]);
}

const rootFields = (schema: GraphQLSchema) =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) =>
    Object.values(root?.getFields() ?? {}).map((field) => ({ root, field, name: `${root?.name}.${field.name}` })));

describe('REST calls', () => {
  const operatorRow = `{ foreign: 'refused', wrongRole: 'developer' }`;
  test('all have both cases', () => {
    complete(ROUTES.filter(({ roles }) => typeof roles !== 'string').map(({ name }) => name), Object.keys(restRoutes), 'restRoutes', operatorRow);
    complete(ROUTES.filter(({ roles }) => typeof roles === 'string').map(({ name }) => name), Object.keys(personRoutes), 'personRoutes', `{ method, path, body }`);
  });

  const ask = async (name: string, who: string, tenantId: string) => {
    const route = ROUTES.find((candidate) => candidate.name === name);
    const cell = restMatrix[name];
    const at = (text: string) => fill(text.replaceAll('{id}', tenantId));
    return await call(server.url, (route?.method ?? '').toUpperCase(), `/api/v1${at(cell?.path ?? '')}`, {
      token: tokens[who] ?? '', ...(cell?.body !== undefined && { raw: at(JSON.stringify(cell.body)) }),
    });
  };

  test.each(Object.entries(restRoutes).filter(([, row]) => !isNone(row.foreign)))('%s does not reach a foreign tenant', async (name, { foreign }) => {
    const before = await stateOf('aurora');
    const reply = await ask(name, 'limited', 'aurora');
    if (foreign === 'hidden') {
      expect(reply.status).toBe(200);
      expect(JSON.stringify(reply.body)).not.toContain('"aurora"');
      expect(JSON.stringify((await ask(name, 'admin', 'aurora')).body)).toContain('"aurora"');
    } else if (foreign === 'forbidden') {
      expect(reply).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    } else {
      const absent = await ask(name, 'limited', 'nowhere');
      expect([reply.status, reply.body.code]).toEqual([absent.status, absent.body.code]);
      expect([403, 404]).toContain(reply.status);
    }
    expect(await stateOf('aurora')).toEqual(before);
  });

  test.each(Object.entries(restRoutes))('%s is refused to the wrong role', async (name, { wrongRole }) => {
    expect(await ask(name, wrongRole, 'aurora')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  test.each(Object.entries(personRoutes).filter(([, attempt]) => !isNone(attempt)))('%s, which is no operator’s, lets nobody across', async (_name, attempt) => {
    if (isNone(attempt)) return;
    const before = await stateOf('aurora');
    for (const path of [attempt.path, attempt.also].filter((one) => one !== undefined)) {
      const reply = await call(server.url, attempt.method, `/api/v1${fill(path)}`, {
        ...(attempt.as !== undefined && { token: tokens[attempt.as] ?? '' }),
        ...(attempt.body !== undefined && { raw: JSON.stringify(attempt.body).replace('{password}', testPassword) }),
      });
      expect(reply.status, JSON.stringify(reply.body)).toBeGreaterThanOrEqual(400);
      expect(reply.status).toBeLessThan(500);
    }
    expect(await stateOf('aurora')).toEqual(before);
  });

  test.each(Object.entries(personRoutes).flatMap(([name, attempt]) => (isNone(attempt) || attempt.wrongRole === undefined ? [] : [[name, attempt.method, attempt.wrongRole] as const])))(
    '%s is refused to a role without the permission, and to nobody else',
    async (_name, method, path) => {
      const ask = async (who: string) => await call(server.url, method, `/api/v1${fill(path)}`, { token: tokens[who] ?? '' });
      const before = await stateOf('aurora');
      expect(await ask('idle')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      expect(await stateOf('aurora')).toEqual(before);
      // The same by the administrator goes at least as far as the question whether there is something to do.
      expect([200, 201, 409]).toContain((await ask('user')).status);
    },
  );
});

describe('fields of operators’ GraphQL', () => {
  test('all have both cases', () => {
    complete(rootFields(platformSchema).map(({ name }) => name), Object.keys(platformRoutes), 'platformRoutes', `{ foreign: 'refused', wrongRole: 'developer' }`);
  });

  const ask = async (name: string, who: string): Promise<string> => {
    const query = fill(graphqlMatrix[name]?.document ?? '');
    if (!name.startsWith('Subscription.')) return JSON.stringify((await send('/platform/graphql', who, { query })).body);
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/platform/graphql`, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${tokens[who]}` },
    });
    try {
      for await (const event of client.iterate({ query })) return JSON.stringify(event);
    } catch (error) {
      // A socket that isn't let in closes with the code of the refusal as its reason.
      return JSON.stringify(error instanceof Error ? error.message : { code: (error as { code: number }).code === 4403 ? 'FORBIDDEN' : '?' });
    } finally {
      await client.dispose();
    }
    return '';
  };

  test.each(Object.entries(platformRoutes).filter(([, row]) => !isNone(row.foreign)))('%s does not reach a foreign tenant', async (name, { foreign }) => {
    const before = await stateOf('aurora');
    const answer = await ask(name, 'limited');
    if (foreign === 'refused') expect(answer).toContain('NOT_FOUND');
    else if (foreign === 'forbidden') expect(answer).toContain('FORBIDDEN');
    else {
      expect(answer).toContain('"data"');
      const shown = name.endsWith('s') && !name.endsWith('Progress') ? /aurora/ : /"(active|succeeded|aurora)"/;
      expect(answer).not.toMatch(shown);
      // The same document shows it to whoever is not limited.
      expect(await ask(name, 'admin')).toMatch(shown);
    }
    expect(await stateOf('aurora')).toEqual(before);
  });

  test.each(Object.entries(platformRoutes))('%s is refused to the wrong role', async (name, { wrongRole }) => {
    expect(await ask(name, wrongRole)).toContain('FORBIDDEN');
  });
});

describe('fields of tenants’ GraphQL', () => {
  test('all have both cases', () => {
    complete(rootFields(tenantSchema).map(({ name }) => name), Object.keys(tenantRoutes), 'tenantRoutes', `{ foreign: 'kept', wrongRole: 'kept' }`);
  });

  const ask = async (name: string, who: string) => {
    const { root, field } = rootFields(tenantSchema).find((candidate) => candidate.name === name) ?? {};
    if (root === undefined || root === null || field === undefined) throw new Error(`there is no ${name}`);
    const reply = await send('/graphql', who, requestFor(tenantSchema, root, field, rows, 'reached across'));
    expect(reply.status, `the attempt on ${name} must be a document that is accepted: ${JSON.stringify(reply.body)}`).toBe(200);
    return JSON.stringify(reply.body);
  };
  // What an attempt has sent itself comes back in the trail of the tenant it was sent to.
  const sent = JSON.stringify(personRoutes);
  const leaks = (answer: string) => [...secrets].filter((text) => !sent.includes(text) && answer.includes(JSON.stringify(text).slice(1, -1)));

  test('there is something to learn', () => {
    expect(secrets.size).toBeGreaterThan(50);
    for (const kind of ['Brand', 'Licensee', 'Agreement', 'Approval', 'User', 'Role']) expect([...rows.keys()]).toContain(kind);
  });

  test.each(Object.entries(tenantRoutes))('%s keeps what is aurora’s from others', async (name, row) => {
    for (const [who, what] of [['borealis', row.foreign], ['idle', row.wrongRole]] as const) {
      const before = await stateOf('aurora');
      const answer = await ask(name, who);
      if (!isNone(what)) expect(leaks(answer), `${who} learns of aurora by ${name}: ${answer.slice(0, 500)}`).toEqual([]);
      expect(await stateOf('aurora'), `${who} changes aurora by ${name}`).toEqual(before);
    }
    // The same document shows a row to whoever may see it.
    if (name.startsWith('Query.') && row.foreign === 'kept' && !/ermission|etting|ole/.test(name)) expect(leaks(await ask(name, 'user'))).not.toEqual([]);
  });
});

describe('SQL functions', () => {
  const LOGINS = ['tenantry_auth', 'tenantry_api', 'tenantry_audit', 'tenantry_worker', 'tenantry_maintenance', 'tenantry_monitor', 'tenantry_lane_00', 'tenantry_lane_01'];
  const SIGNATURE = `n.nspname || '.' || p.proname || '(' || replace(oidvectortypes(p.proargtypes), ', ', ',') || ')'`;

  test('that a login or a tenant’s role may call all have both cases, and belong to whom the row says', async () => {
    const { rows: found } = await owner((client) => client.query(
      `select ${SIGNATURE} as name, array_agg(distinct l.title order by l.title) as logins
         from (select $1 || title as role, title from unnest($2::text[]) as title union all select $3, 'tenant') as l
         join pg_proc p on has_function_privilege(l.role, p.oid, 'execute')
         join pg_namespace n on n.oid = p.pronamespace and has_schema_privilege(l.role, n.oid, 'usage')
        where n.nspname in ('platform', 'platform_private', 'identity', 'audit', 'jobs', 'tenantry_shared', 'platform_probe', 'graphile_migrate') or n.nspname ~ '^tenant_'
        group by 1`,
      [server.db.prefix, LOGINS, server.db.tenantRole('aurora')],
    ));
    complete(found.map(({ name }) => name), Object.keys(sqlRoutes), 'sqlRoutes', `{ logins: ['tenantry_…'], foreign: { sql, expect } }`);
    for (const { name, logins } of found) {
      const who = logins.length === LOGINS.length + 1 ? ['public'] : logins;
      expect(who, `who may call ${name}`).toEqual([...(sqlRoutes[name]?.logins ?? [])].sort());
    }
  });

  /** Runs a statement as a login, or as the role of a tenant over its lane; taken back. */
  const attempt = async (who: string, sql: string): Promise<string> => {
    if (who === 'tenant' || who === 'borealis') {
      return await server.db.withUser(who === 'tenant' ? 'aurora' : 'borealis', { role: 'admin' }, (client) => sqlstateOf(() => client.query(sql)));
    }
    return await server.db.withLogin(`${server.db.prefix}${who}`, async (client) => {
      await client.query('begin');
      let answer: unknown;
      const state = await sqlstateOf(async () => {
        answer = Object.values((await client.query({ text: sql, rowMode: 'array' })).rows[0] ?? {})[0];
      });
      await client.query('rollback');
      return state === 'ok' ? String(answer) : state;
    });
  };

  const guarded = Object.entries(sqlRoutes).filter(([, { logins }]) => !logins.includes('public'));
  test.each(guarded)('%s is refused to every other login and to other tenants', async (name, { logins }) => {
    const [, path = '', types = ''] = /^([^(]+)\((.*)\)$/.exec(name) ?? [];
    const sql = `select ${path}(${types === '' ? '' : types.split(',').map((type) => `null::${type}`).join(', ')})`;
    for (const who of [...LOGINS, 'tenant', 'borealis'].filter((candidate) => !logins.includes(candidate))) {
      expect(await attempt(who, sql), `${who} calls ${name}`).toBe('42501');
    }
  });

  test.each(Object.entries(sqlRoutes).filter(([, row]) => !isNone(row.foreign)))('%s does not reach across tenants', async (_name, { logins, foreign }) => {
    if (isNone(foreign)) return;
    expect(await attempt(logins[0] ?? '', fill(foreign.sql))).toBe(foreign.expect);
    if (foreign.within !== undefined) expect(await attempt(logins[0] ?? '', fill(foreign.within))).not.toBe(foreign.expect);
  });

  // These two are about the limit itself: see tests/platform/{operators,console}.test.ts.
  const bound = Object.entries(sqlMatrix).filter(([, { call: text }]) => /'\{(id|visit|issuer|account)\}'/.test(text) && !/limit_operator|note_boundary/.test(text));
  test.each(bound)('%s finds no tenant that its operator is limited to be without', async (_name, cell) => {
    const title: OperatorTitle = 'admin';
    const [limited] = await owner(async (client) => (await client.query(
      `select o.id, s.id as session from platform.operators o join platform_private.operator_sessions s on s.operator_id = o.id and s.ended_at is null
        where o.email = 'limited@operators.example'`)).rows);
    const state = await server.db.withOperator(title, async (client) => {
      await client.query(
        `select set_config('tenantry.operator_id', $1, false), set_config('tenantry.session_id', $2, false), set_config('tenantry.role', 'tenantry_admin', false)`,
        [limited.id, limited.session]);
      let found = 0;
      const outcome = await sqlstateOf(async () => {
        found = (await client.query(`select ${fill(cell.call)}`)).rows.length;
      });
      // A function that lists shows nothing of a tenant that isn't there for its caller.
      return outcome === 'ok' && found === 0 ? 'TN003' : outcome;
    });
    // An account may have been granted any tenant, so it is for those who are not limited.
    expect(state).toBe(cell.call.includes('{id}') || !cell.call.includes('{account}') ? 'TN003' : 'TN009');
  });
});

describe('jobs', () => {
  test('all have both cases', async () => {
    const tasks = (await readdir(new URL('../../worker/tasks', import.meta.url))).map((file) => file.replace(/\.ts$/, ''));
    complete(tasks, Object.keys(jobRoutes), 'jobRoutes', `{ foreign: { payload: { tenantId: 'aurora' } }, wrongRole: notTheWorker }`);
  });

  test.each(Object.entries(jobRoutes))('%s is ordered by nobody but the owner’s functions and the worker', async (task, { wrongRole }) => {
    for (const who of wrongRole) {
      const order = async (client: pg.Client) => [
        await sqlstateOf(() => client.query(`select jobs.enqueue($1, '{"tenantId": "aurora"}', 'k')`, [task])),
        await sqlstateOf(() => client.query(`select graphile_worker.add_job($1)`, [task])),
      ];
      const states = who === 'tenant'
        ? [await server.db.withUser('borealis', { role: 'admin' }, (client) => sqlstateOf(() => client.query(`select jobs.enqueue($1, '{}', 'k')`, [task])))]
        : await server.db.withLogin(`${server.db.prefix}${who}`, order);
      expect(new Set(states), `${who} orders ${task}`).toEqual(new Set(['42501']));
    }
  });

  test.each(Object.entries(jobRoutes).filter(([, row]) => !isNone(row.foreign)))('%s leaves a tenant alone that is none of its business', async (task, { foreign }) => {
    if (isNone(foreign)) return;
    const logger = createLogger('silent', { write: () => undefined });
    const worker = await startWorker({
      endpoint: server.db.endpoint, prefix: server.db.prefix, masterKey: server.db.masterKey, logger, mailer: logMailer(logger), publicUrl: server.url,
    });
    const before = [await stateOf('aurora'), await stateOf('borealis')];
    await owner((client) => client.query('select jobs.enqueue($1, $2, $3)', [task, fill(JSON.stringify(foreign.payload)), 'access-test']));
    await expect
      .poll(async () => await server.db.withLogin(`${server.db.prefix}tenantry_worker`, async (client) => (await client.query(
        `select (select count(*) from jobs.outbox)::int + (select count(*) from graphile_worker.jobs where key = 'access-test')::int as open`,
      )).rows[0].open), { timeout: 10_000 })
      .toBe(0);
    await worker.stop();
    expect([await stateOf('aurora'), await stateOf('borealis')]).toEqual(before);
  });
});
