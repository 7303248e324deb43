import { createClient } from 'graphql-ws';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { completeKeys } from '../../server/identity/keys.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { ROUTES } from '../../server/rest/routes.ts';
import { sqlstateOf } from '../harness/outcome.ts';
import { startTestServer } from '../harness/server.ts';
import type { OperatorTitle, TestServer } from '../harness/server.ts';
import { call } from '../rest/api.ts';
import { everybody, graphqlMatrix, restMatrix, sqlMatrix, tableMatrix, withoutEvent } from './operator-matrix.ts';
import type { Standing } from './operator-matrix.ts';

/** How the tables are completed; part of every failure, so that whoever adds a way in knows what is missing. */
const REMEDY = 'Add a row to tests/platform/operator-matrix.ts';

let server: TestServer;
/** One connection for all that the owner does here, and one an operator role: thousands of attempts would spend half their time connecting. */
let ownerClient: pg.Client;
const operatorClients = new Map<OperatorTitle, pg.Client>();
let letGo = (): void => undefined;
const closed: Promise<void>[] = [];
let operatorId = '';
const ids = new Map<OperatorTitle, string>();
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const hold = async (open: (keep: (client: pg.Client) => Promise<void>) => Promise<void>): Promise<pg.Client> =>
    await new Promise((resolve, reject) => {
      closed.push(open(async (client) => {
        resolve(client);
        await held;
      }).catch(reject));
    });
  ownerClient = await hold((keep) => server.db.withOwner(keep));
  for (const title of everybody) operatorClients.set(title, await hold((keep) => server.db.withOperator(title, keep)));
  await server.db.addOperator('somebody@operators.example', 'developer');
  operatorId = await idOf('somebody@operators.example');
  for (const title of everybody) {
    await server.operatorToken(title);
    ids.set(title, await idOf(`${title}@operators.example`));
  }
});
afterAll(async () => {
  letGo();
  await Promise.all(closed);
  await server.close();
});
beforeEach(async () => {
  // The object of operators' management is as it was, whatever the attempt before did to it.
  await owner(async (client) => {
    await client.query(`update platform.operators set role = 'developer', status = 'active' where id = $1`, [operatorId]);
    await client.query('delete from platform.operator_tenants; select platform.lift_lock_down()');
    await client.query(`insert into platform_private.second_factors (person_id, sealed) values ($1, '') on conflict do nothing`, [operatorId]);
  });
});

const owner = async <T>(work: (client: pg.Client) => Promise<T>) => await work(ownerClient);

async function idOf(email: string): Promise<string> {
  return await owner(async (client) => (await client.query('select id from platform.operators where email = $1', [email])).rows[0].id);
}

const nodeId = (...parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64');

/** How a tenant of each standing is known. */
const KNOWN_BY: Readonly<Record<Standing, string>> = {
  new: `status = 'provisioning' and schema_version is null`,
  failed: `status = 'failed'`,
  active: `status = 'active' and not exists (select from audit.retention r where r.tenant_id = id and r.held_at is not null)`,
  suspended: `status = 'suspended'`,
  deleted: `status = 'deleted' and purge_after > now()`,
  expired: `status = 'deleted' and purge_after < now()`,
  held: `status = 'active' and exists (select from audit.retention r where r.tenant_id = id and r.held_at is not null)`,
};
const subjects = new Map<Standing, string>();

/** A tenant in a standing: the one of the attempt before, unless that one changed it. */
async function subject(standing: Standing): Promise<string> {
  return await owner(async (client) => {
    const kept = await client.query(`select id from platform.tenants where id = $1 and ${KNOWN_BY[standing]}`, [subjects.get(standing)]);
    if (kept.rows.length > 0) return kept.rows[0].id;
    const id = `subject_${count}`;
    subjects.set(standing, id);
    if (standing === 'new' || standing === 'failed') {
      await client.query('select platform.create_tenant($1, $1)', [id]);
      if (standing === 'failed') await client.query(`select platform_private.fail_run($1, 'role', '58000', 'full', '[]')`, [id]);
      return id;
    }
    await server.db.provision(id);
    if (standing === 'suspended') await client.query(`select platform.suspend_tenant($1, 'r')`, [id]);
    if (standing === 'deleted' || standing === 'expired') await client.query(`select platform.delete_tenant($1, 'r')`, [id]);
    if (standing === 'held') await client.query(`select platform.hold_audit($1, 'r')`, [id]);
    if (standing === 'expired') await client.query(`update platform.tenants set purge_after = now() - interval '1 day' where id = $1`, [id]);
    return id;
  });
}

/** A statement of the form of a signed one: what is asked here is who may read it. */
const SIGNED = `e30.${Buffer.from('{"tenant": "one"}').toString('base64url')}.e30`;

/** A user, a service account and a visit of the operator, new for every attempt. */
async function populate(id: string, me: string): Promise<Record<string, string>> {
  return await owner(async (client) => {
    const make = async (sql: string, values: readonly unknown[]): Promise<string> => (await client.query(sql, values.slice())).rows[0].id;
    // A tenant has so many open invitations and no more, and one subject serves many attempts.
    await client.query(`delete from tenant_${id}.users where email ~ '^i[0-9]+@brand.example$'`);
    const user = await make(`insert into tenant_${id}.users (email, name, role, status) values ($1, 'M', 'viewer', 'active') returning id`, [`m${count}@brand.example`]);
    // More people are entered here than a tenant enters in a day.
    await client.query('delete from platform_private.invitation_counts where tenant_id = $1', [id]);
    await client.query(`insert into platform_private.second_factors (tenant_id, person_id, sealed) values ($1, $2, '')`, [id, user]);
    // Keys as a tenant has them that was not made just now.
    await completeKeys(client, localSealer(server.db.masterKey), id);
    await client.query(`update platform_private.signing_keys set state_since = now() - interval '1 hour' where state = 'next'`);
    const invited = await make(`insert into tenant_${id}.users (email, name, role) values ($1, 'I', 'viewer') returning id`, [`i${count}@brand.example`]);
    const removed = await make(`insert into tenant_${id}.users (email, name, role) values ($1, 'R', 'viewer') returning id`, [`r${count}@brand.example`]);
    await client.query(`delete from tenant_${id}.users where id = $1`, [removed]);
    const account = await make('insert into platform.service_accounts (name) values ($1) returning id', [`robot ${count}`]);
    await client.query(`insert into platform.service_account_grants (account_id, tenant_id, permissions) values ($1, $2, '{}')`, [account, id]);
    const issuer = await make(
      `insert into platform.external_issuers (tenant_id, issuer, jwks_url, audience, role_claim, role_map)
       values ($1, $2, 'https://x.example/jwks', 'a', 'roles', '[]') returning id`, [id, `https://fresh_${count}.example`]);
    const visit = await make(
      `insert into platform.tenant_visits (tenant_id, operator_id, reason, role, access, expires_at)
       values ($1, $2, 'r', 'viewer', 'read', now() + interval '15 minutes') returning id`, [id, me]);
    const failure = await make(
      `insert into platform.isolation_failures (run_id, half, kind, target, expected, seen)
       select id, 'attempts', 'select', tenant_id, '42501', 'ok' from platform.isolation_runs where tenant_id = $1 limit 1 returning id`, [id]);
    const alert = await make(`insert into platform.alerts (tenant_id, kind, severity, message) values ($1, $2, 'info', 'M') returning id`, [id, `kind ${count}`]);
    const proof = await make('select id from platform.isolation_runs where tenant_id = $1 limit 1', [id]);
    const { id: attestation, run_id: attestedRun } = (await client.query(
      `insert into platform.attestations (tenant_id, run_id, at, passed, statement) values ($1, gen_random_uuid(), now(), true, $2) returning id, run_id`, [id, SIGNED])).rows[0];
    const bundle = await make(
      `insert into platform.evidence_bundles (tenant_id, since, until, status, signed_at, statement) values ($1, '2026-01-01Z', '2026-02-01Z', 'signed', now(), $2) returning id`,
      [id, SIGNED]);
    const customRole = `custom_${count}`;
    await client.query(`insert into tenant_${id}.roles (name, description) values ($1, 'C')`, [customRole]);
    const change = await make(`insert into platform.setting_changes (tenant_id, section, version, actor) values ($1, 'branding', 2, 'user:m') returning id`, [id]);
    // Names nobody who is there: what else is tried of the subject must find it open.
    const lockDown = await make(`insert into platform.lock_downs (scope, tenant_ids, reason, locked_by) values ('tenants', '{elsewhere}', 'r', 'm') returning id`, []);
    const incident = await make(`insert into platform.incidents (severity, summary, tenant_ids, reported_by) values ('low', 's', array[$1], 'm') returning id`, [id]);
    return {
      customRole, lockDown, incident, lockDownNode: nodeId('LockDown', lockDown), incidentNode: nodeId('Incident', incident),
      attestation, attestedRun, bundle, attestationNode: nodeId('Attestation', attestation), bundleNode: nodeId('EvidenceBundle', bundle),
      failure, alert, proof, failureNode: nodeId('IsolationFailure', failure), alertNode: nodeId('Alert', alert), proofNode: nodeId('IsolationRun', proof),
      user, invited, removed, account, visit, issuer, change, issuerNode: nodeId('ExternalIssuer', issuer), visitNode: nodeId('TenantVisit', visit), accountNode: nodeId('ServiceAccount', account),
      grantNode: nodeId('ServiceAccountGrant', account, id), changeNode: nodeId('SettingChange', change), sectionNode: nodeId('SettingSection', 'branding'),
    };
  });
}

/** Brings about what a cell asks for. @returns what fills the places in an attempt's text */
async function prepare(cell: { standing?: Standing; listed?: true }, title: OperatorTitle): Promise<(text: string) => string> {
  count += 1;
  const id = await subject(cell.standing ?? 'active');
  const [row] = await owner(async (client) => (await client.query(
    `select (select max(id) from platform.tenant_transitions where tenant_id = $1)::text as transition,
            (select id from platform.provisioning_runs where tenant_id = $1 order by created_at desc limit 1) as run,
            (select max(schema_version) from platform.column_classes) as classed`,
    [id],
  )).rows);
  const me = ids.get(title) ?? '';
  if (cell.listed) await owner((client) => client.query('insert into platform.operator_tenants (operator_id, tenant_id) values ($1, $2)', [me, id]));
  const inhabitants = (cell.standing ?? 'active') === 'active' ? await populate(id, me) : {};
  const values: Record<string, string> = {
    ...inhabitants,
    id, fresh: `fresh_${count}`, classed: String(row.classed), operator: operatorId, me, transition: row.transition, run: row.run,
    tenantNode: nodeId('Tenant', id), runNode: nodeId('ProvisioningRun', row.run), transitionNode: nodeId('TenantTransition', row.transition),
    migrationNode: nodeId('TenantMigration', 1), classNode: nodeId('ColumnClass', 'users', 'email', row.classed), meNode: nodeId('Operator', me), operatorTenantNode: nodeId('OperatorTenant', me, id),
  };
  return (text) => text.replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

const cells = <Row extends { readonly roles: readonly OperatorTitle[] }>(matrix: Readonly<Record<string, Row>>) =>
  Object.entries(matrix).flatMap(([name, row]) =>
    everybody.map((title) => [title, row.roles.includes(title) ? 'may' : 'may not', name, row] as const));

/** Names that one side has and the other lacks. */
function compare(running: readonly string[], rows: readonly string[], table: string): void {
  const missing = running.filter((name) => !rows.includes(name));
  expect(missing, `${REMEDY}, ${table}: ${missing.map((name) => `'${name}': { roles: […], … }`).join('; ')}`).toEqual([]);
  const stale = rows.filter((name) => !running.includes(name));
  expect(stale, `${table} in tests/platform/operator-matrix.ts has rows for what is no longer there: ${stale.join(', ')}`).toEqual([]);
}

describe('over REST', () => {
  const routes = ROUTES.filter(({ roles }) => typeof roles !== 'string');

  test('every call has a row, and says of itself what the row says', () => {
    compare(routes.map(({ name }) => name), Object.keys(restMatrix), 'restMatrix');
    for (const { name, roles } of routes) {
      expect(typeof roles === 'string' ? [] : roles.toSorted(), `the roles that ${name} declares for its documentation are not those of restMatrix`).toEqual((restMatrix[name]?.roles ?? []).toSorted());
    }
  });

  test.each(cells(restMatrix))('%s %s %s', async (title, verdict, name, row) => {
    const route = routes.find((candidate) => candidate.name === name);
    const fill = await prepare(row, title);
    const reply = await call(server.url, (route?.method ?? '').toUpperCase(), `/api/v1${fill(row.path)}`, {
      token: await server.operatorToken(title),
      ...(row.body !== undefined && { raw: fill(JSON.stringify(row.body)) }),
    });
    if (verdict === 'may') expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
    else expect([reply.status, reply.body.code]).toEqual([403, 'FORBIDDEN']);
  });
});

interface GraphqlReply {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** What an attempt came to: `ok` if something was answered, or the codes of its errors. */
const outcome = ({ data, errors }: GraphqlReply): string => {
  if (errors !== undefined) return [...new Set(errors.map(({ message, extensions }) => extensions?.code ?? message))].join(', ');
  const values = Object.values(data ?? {});
  return values.length > 0 && !values.includes(null) ? 'ok' : 'nothing';
};

async function ask(title: OperatorTitle, query: string): Promise<GraphqlReply> {
  const { body } = await call(server.url, 'POST', '/platform/graphql', { token: await server.operatorToken(title), body: { query } });
  return body;
}

/** The first event of a subscription. */
async function subscribe(title: OperatorTitle, query: string): Promise<GraphqlReply> {
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/platform/graphql`,
    retryAttempts: 0,
    connectionParams: { Authorization: `Bearer ${await server.operatorToken(title)}` },
  });
  try {
    for await (const event of client.iterate({ query })) return event as unknown as GraphqlReply;
    return {};
  } finally {
    await client.dispose();
  }
}

describe('over GraphQL', () => {
  test('every root field has a row', async () => {
    const names = 'fields { name }';
    const { data } = await ask('admin', `{ __schema { queryType { ${names} } mutationType { ${names} } subscriptionType { ${names} } } }`);
    const schema = data?.['__schema'] as Record<string, { fields: { name: string }[] }>;
    const fields = [['Query', 'queryType'], ['Mutation', 'mutationType'], ['Subscription', 'subscriptionType']]
      .flatMap(([type = '', key = '']) => (schema[key]?.fields ?? []).map(({ name }) => `${type}.${name}`));
    compare(fields, Object.keys(graphqlMatrix), 'graphqlMatrix');
  });

  test.each(cells(graphqlMatrix))('%s %s %s', async (title, verdict, name, row) => {
    const document = (await prepare(row, title))(row.document);
    const reply = name.startsWith('Subscription.') ? await subscribe(title, document) : await ask(title, document);
    expect(outcome(reply)).toBe(verdict === 'may' ? (row.outcome ?? 'ok') : 'FORBIDDEN');
  });
});

/** The last event that a database function wrote, as those may see it who read the trail. */
async function lastEvent(client: pg.Client): Promise<number> {
  await client.query(`select set_config('role', $1, true), set_config('tenantry.operator_id', $2, true)`, [`${server.db.prefix}tenantry_admin`, ids.get('admin')]);
  return (await client.query<{ id: number }>(`select coalesce(max(split_part(id, '/', 2)::int), 0) as id from platform.audit_events where source = 'database' and seq is null`)).rows[0]?.id ?? 0;
}

/** Runs a statement as an operator over a connection that an operator's request has, and takes it back; `then` looks at what it left. */
async function attempt(title: OperatorTitle, sql: string, then: (client: pg.Client) => Promise<void> = async () => undefined): Promise<string> {
  const [session] = await owner(async (client) =>
    (await client.query('select id from platform_private.operator_sessions where operator_id = $1 and ended_at is null limit 1', [ids.get(title)])).rows);
  const client = operatorClients.get(title);
  if (client === undefined) throw new Error(`no connection for ${title}`);
  await client.query('begin');
  await client.query(`select set_config('tenantry.operator_id', $1, true), set_config('tenantry.session_id', $2, true)`, [ids.get(title), session?.id]);
  const state = await sqlstateOf(() => client.query(sql));
  if (state === 'ok') await then(client);
  await client.query('rollback');
  return state;
}

const OUR_SCHEMAS = ['platform', 'platform_private', 'identity', 'audit', 'jobs', 'graphile_worker', 'graphile_migrate'];

describe('in SQL', () => {
  test('every function of the schemas that operators may use has a row, and no other schema is theirs', async () => {
    const { rows } = await owner((client) => client.query(
      `select n.nspname || '.' || p.proname || '(' || replace(oidvectortypes(p.proargtypes), ', ', ',') || ')' as name
         from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = any ($1)
          and exists (select from unnest($2::text[]) as role where has_schema_privilege($3 || 'tenantry_' || role, n.oid, 'usage'))`,
      [OUR_SCHEMAS, everybody, server.db.prefix],
    ));
    compare(rows.map(({ name }) => name), Object.keys(sqlMatrix), 'sqlMatrix');
  });

  test.each(cells(sqlMatrix))('%s %s %s', async (title, verdict, _name, row) => {
    const fill = await prepare(row, title);
    expect(await attempt(title, `select ${fill(row.call)}`)).toBe(verdict === 'may' ? 'ok' : '42501');
  });

  test('what an operator changes by a function is in the trail, in the same transaction, whoever calls it', async () => {
    const { rows } = await owner((client) => client.query(
      `select n.nspname || '.' || p.proname || '(' || replace(oidvectortypes(p.proargtypes), ', ', ',') || ')' as name
         from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = any ($1) and p.provolatile = 'v'`, [OUR_SCHEMAS],
    ));
    const silent: string[] = [];
    let loud = 0;
    for (const { name } of rows) {
      const row = sqlMatrix[name];
      const [title] = row?.roles ?? [];
      if (row === undefined || title === undefined) continue;
      const fill = await prepare(row, title);
      const before = await owner(async (client) => (await client.query<{ id: number }>('select coalesce(max(id), 0)::int as id from audit.buffer')).rows[0]?.id ?? 0);
      const state = await attempt(title, `select ${fill(row.call)}`, async (client) => {
        if ((await lastEvent(client)) <= before) silent.push(name);
        else loud += 1;
      });
      expect([name, state]).toEqual([name, 'ok']);
    }
    expect(silent.filter((name) => withoutEvent[name] === undefined)).toEqual([]);
    expect(Object.keys(withoutEvent).filter((name) => sqlMatrix[name] === undefined)).toEqual([]);
    expect(loud).toBeGreaterThan(20);
  });

  test('every table of those schemas has a row', async () => {
    const { rows } = await owner((client) => client.query(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('platform', 'audit') and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition`,
    ));
    compare(rows.map(({ name }) => name), Object.keys(tableMatrix), 'tableMatrix');
  });

  test.each(cells(tableMatrix))('%s %s read %s, and writes nothing there', async (title, verdict, table, row) => {
    const hidden = Object.keys(row.hidden ?? {});
    const { rows } = await owner((client) => client.query(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`, [table],
    ));
    const columns = rows.map(({ name }): string => name);
    const open = columns.filter((column) => !hidden.includes(column));
    expect(await attempt(title, `select ${open.join(', ')} from ${table}`)).toBe(verdict === 'may' ? 'ok' : '42501');
    for (const column of hidden) {
      expect(await attempt(title, `select ${column} from ${table}`)).toBe(row.hidden?.[column]?.includes(title) === true ? 'ok' : '42501');
    }
    // A view of several tables can't be written at all, which PostgreSQL says first.
    const refused = row.compound === true ? '55000' : '42501';
    expect(await attempt(title, `delete from ${table}`)).toBe(refused);
    expect(await attempt(title, `insert into ${table} default values`)).toBe(refused);
    expect(await attempt(title, `update ${table} set ${columns.at(-1)} = ${columns.at(-1)}`)).toBe(refused);
  });
});
