/**
 * What the console hides from a role, called directly. Every operation of the console has a row with the right that shows it. Each role signs in for
 * real and sends the console's own documents to /platform/graphql: those that its rights hide are refused, those that they show are answered.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from 'graphql-ws';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_ROUTINE } from '../../admin/features/security/components/feed.ts';
import { ROLES, mayRole, rights } from '../../admin/session/rights.ts';
import type { Right, Role } from '../../admin/session/rights.ts';
import { filesBelow } from '../../scripts/check/files.ts';
import { completeKeys } from '../../server/identity/keys.ts';
import { localSealer } from '../../server/identity/sealer.ts';
import { startTestServer } from '../harness/server.ts';
import type { TestServer } from '../harness/server.ts';
import { call } from '../rest/api.ts';

/** What one role's calls are about; nothing of it is another role's. */
type Facts = Readonly<Record<
  | 'id' | 'life' | 'gone' | 'ordered' | 'ordered2' | 'failed' | 'fresh' | 'me' | 'user' | 'leaver' | 'invited' | 'alert' | 'incident' | 'lockDown' | 'visit' | 'othersVisit' | 'run' | 'role',
  string
>> & {
  /** Of the tenant, at this moment. */
  readonly version: number;
};

interface Row {
  /** What shows it. */
  readonly right: Right;
  readonly with?: (facts: Facts) => Readonly<Record<string, unknown>>;
  /** What those without the right are answered. */
  readonly refusal?: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const reason = 'tried by a test';
const page = { first: 5, offset: 0 };
const ofTenant = ({ id }: Facts) => ({ id });
const since = '2026-01-01T00:00:00Z';

/** By operation, in the order in which one role does them. `Name: words` is the same operation again, with other variables. */
const OPERATIONS: Readonly<Record<string, Row>> = {
  // Frame
  TenantCounts: { right: 'tenants.read' },
  CurrentTenant: { right: 'tenants.read', with: ofTenant },
  TenantChangesSeen: { right: 'tenants.read' },
  SystemHealth: { right: 'tenants.read' },
  OwnLimits: { right: 'tenants.read' },
  NoteBoundary: { right: 'tenants.read', with: ({ id }) => ({ tenantId: id }) },
  NotePage: { right: 'tenants.read', with: () => ({ address: '/security/audit' }) },
  SearchTenants: { right: 'tenants.read', with: () => ({ term: 'a', size: 3 }) },
  NewestTenants: { right: 'tenants.read', with: () => ({ size: 3 }) },
  OperatorNames: { right: 'tenants.read' },
  ColumnClasses: { right: 'tenants.read', with: () => ({ table: 'users' }) },
  // Tenants
  Tenants: { right: 'tenants.read', with: () => page },
  TenantFigures: { right: 'tenants.read' },
  TenantChanges: { right: 'tenants.read' },
  Tenant: { right: 'tenants.read', with: ofTenant },
  TenantState: { right: 'tenants.read', with: ofTenant },
  TenantClasses: { right: 'tenants.read', with: () => ({ version: 13 }) },
  SettingSections: { right: 'tenants.read' },
  TenantTransitions: { right: 'history.read', with: ({ id }) => ({ id, ...page }) },
  SettingHistory: { right: 'history.read', with: ({ id }) => ({ id, ...page }) },
  TenantChain: { right: 'chains.read', with: ofTenant },
  ChangeTenant: { right: 'tenants.change', with: ({ id, version }) => ({ id, patch: { description: 'changed' }, expectedVersion: version }) },
  'ChangeTenant: what the tenant decides': {
    right: 'tenants.decide', with: ({ id, version }) => ({ id, patch: { settings: { businessRules: { approvalsRequired: 2 } } }, expectedVersion: version }),
  },
  // Onboarding
  SuggestTenantId: { right: 'tenants.create', with: () => ({ name: 'Delphi' }) },
  CheckTenant: { right: 'tenants.create', with: () => ({ id: 'delphi', name: 'Delphi' }) },
  TenantStart: { right: 'tenants.read' },
  ProvisioningEstimate: { right: 'tenants.read' },
  SupportContact: { right: 'tenants.read' },
  CreateTenant: { right: 'tenants.create', with: ({ fresh }) => ({ id: fresh, name: fresh }) },
  ProvisioningProgress: { right: 'tenants.read', with: ({ id }) => ({ tenantId: id }) },
  RetryProvisioning: { right: 'tenants.create', with: ({ failed }) => ({ id: failed }) },
  CancelProvisioning: { right: 'tenants.delete', with: ({ ordered }) => ({ id: ordered, reason }) },
  CancelTenant: { right: 'tenants.delete', with: ({ ordered2 }) => ({ id: ordered2, reason }) },
  // People
  TenantPeople: { right: 'users.read', with: ({ id }) => ({ id, ...page }) },
  PersonSessions: { right: 'users.read', with: ({ id, user }) => ({ id, userId: user }) },
  TenantRoleTable: { right: 'users.read', with: ofTenant },
  InviteUser: { right: 'users.manage', with: ({ id }) => ({ id, email: 'nora@brand.example', name: 'Nora', role: 'viewer' }) },
  ChangeUser: { right: 'users.manage', with: ({ id, user }) => ({ id, userId: user, patch: { name: 'Changed' } }) },
  SendUserToken: { right: 'users.manage', with: ({ id, invited }) => ({ id, userId: invited, purpose: 'invitation' }) },
  RemoveUserSecondFactor: { right: 'users.manage', with: ({ id, user }) => ({ id, userId: user }) },
  UnlockUser: { right: 'users.unlock', with: ({ id, user }) => ({ id, userId: user }) },
  EndUserSessions: { right: 'users.unlock', with: ({ id, user }) => ({ id, userId: user }) },
  RemoveUser: { right: 'users.manage', with: ({ id, leaver }) => ({ id, userId: leaver }) },
  SetTenantRole: { right: 'roles.manage', with: ({ id }) => ({ id, name: 'legal', permissions: ['brands.read'] }) },
  RemoveTenantRole: { right: 'roles.manage', with: ({ id, role }) => ({ id, name: role }) },
  // Protection of a tenant
  TenantProof: { right: 'security.read', with: ofTenant },
  TenantProofProgress: { right: 'security.read', with: ofTenant },
  ProveTenant: { right: 'security.verify', with: ofTenant },
  TenantKeys: { right: 'keys.read', with: ofTenant },
  RotateTenantKeys: { right: 'keys.rotate', with: ({ id }) => ({ id, reason }) },
  TenantVisits: { right: 'visits.read', with: ({ id }) => ({ id, ...page }) },
  OwnVisit: { right: 'visits.read', with: ({ id, me }) => ({ id, operatorId: me }) },
  EnterTenant: { right: 'tenants.enter', with: ({ id }) => ({ id, reason }) },
  EnterTenantAs: { right: 'tenants.enterAs', with: ({ id }) => ({ id, reason, role: 'manager', access: 'write' }) },
  LeaveTenant: { right: 'visits.read', with: ({ visit }) => ({ visitId: visit }) },
  // Whose visit it is says nobody: there is none of theirs.
  'LeaveTenant: somebody else’s': { right: 'visits.end', with: ({ othersVisit }) => ({ visitId: othersVisit }), refusal: 'FORBIDDEN or NOT_FOUND' },
  RevokeTenantKeys: { right: 'keys.revoke', with: ({ id }) => ({ id, reason }) },
  // Security
  IsolationSummary: { right: 'security.read' },
  IsolationMatrix: { right: 'security.read', with: () => page },
  IsolationRun: { right: 'security.read', with: ({ run }) => ({ id: run }) },
  VerifyIsolation: { right: 'security.verify', with: ofTenant },
  IsolationProgress: { right: 'security.read', with: ({ id }) => ({ tenantId: id }) },
  ForeignContexts: { right: 'accesses.read' },
  Alerts: { right: 'security.read', with: () => page },
  AcknowledgeAlert: { right: 'alerts.acknowledge', with: ({ alert }) => ({ id: alert }) },
  AlertChanges: { right: 'security.read' },
  RecentAccesses: { right: 'accesses.read', with: () => ({ since, size: 5, others: NO_ROUTINE }) },
  AccessFeed: { right: 'accesses.read' },
  SecurityTenants: { right: 'security.read', with: () => page },
  ChainStatus: { right: 'chains.read', with: ofTenant },
  VerifyChain: { right: 'chains.read', with: ofTenant },
  ChainVerification: { right: 'chains.read', with: ofTenant },
  ComplianceStatus: { right: 'compliance.read', with: ofTenant },
  AuditEvents: { right: 'audit.read', with: () => ({ first: 5 }) },
  Incidents: { right: 'incidents.read', with: () => page },
  ReportIncident: { right: 'incidents.report', with: ({ id }) => ({ severity: 'low', summary: reason, tenantIds: [id] }) },
  CloseIncident: { right: 'incidents.close', with: ({ incident }) => ({ id: incident, resolution: reason }) },
  LockDowns: { right: 'lockdowns.read', with: () => page },
  LockDownReach: { right: 'tenants.read' },
  LockDownPreview: { right: 'security.lockdown', with: ({ id }) => ({ scope: 'tenants', tenantIds: [id] }) },
  StartLockDown: { right: 'security.lockdown', with: ({ id }) => ({ scope: 'tenants', reason, tenantIds: [id] }) },
  LiftLockDown: { right: 'security.lockdown', with: ({ lockDown }) => ({ id: lockDown, reason }) },
  FindTenants: { right: 'tenants.read', with: () => ({ term: 'a' }) },
  // The life of a tenant, from one end to the other
  SuspendTenant: { right: 'tenants.suspend', with: ({ life }) => ({ id: life, reason }) },
  ActivateTenant: { right: 'tenants.suspend', with: ({ life }) => ({ id: life, reason }) },
  ArchiveTenant: { right: 'tenants.delete', with: ({ life }) => ({ id: life, reason }) },
  DeleteTenant: { right: 'tenants.delete', with: ({ life }) => ({ id: life, reason }) },
  RestoreTenant: { right: 'tenants.restore', with: ({ life }) => ({ id: life, reason }) },
  PurgeTenant: { right: 'tenants.purge', with: ({ gone }) => ({ id: gone }) },
};

/** Files are taken over REST: their buttons are hidden by these rights. */
const DOWNLOADS: readonly { readonly right: Right; readonly path: (facts: Facts) => string }[] = [
  { right: 'audit.export', path: ({ id }) => `/audit-events/export?tenantId=${id}` },
  // Of a period whose bundle is signed already: here is no worker.
  { right: 'security.evidence', path: ({ id }) => `/tenants/${id}/evidence?from=2026-01-01&to=2026-02-01` },
];

/** Rights that no operation of the console needs yet: their screens don't exist. */
const WITHOUT_SCREEN: readonly Right[] = ['operators.manage', 'developers.read'];

/** A statement of the form of a signed one: what is asked here is who may take it. */
const SIGNED = `e30.${Buffer.from('{"tenant": "one"}').toString('base64url')}.e30`;

let server: TestServer;
/** The console's documents for operators, as they were generated, by the operation's name. */
const documents = new Map<string, string>();
const facts = new Map<Role, Facts>();

beforeAll(async () => {
  server = await startTestServer();
  for (const file of filesBelow('admin', '.graphql')) {
    if (file.endsWith('.tenant.graphql')) continue;
    const generated = await readFile(join(root, file.replace(/\.graphql$/, '.generated.ts')), 'utf8');
    for (const [, text = ''] of generated.matchAll(/TypedDocumentString<[^>]*>\(`([^`]*)`/g)) {
      for (const definition of parse(text).definitions) {
        if (definition.kind === 'OperationDefinition') documents.set(definition.name?.value ?? '', text);
      }
    }
  }
  for (const role of ROLES) facts.set(role, await prepare(role));
}, 120_000);
afterAll(async () => {
  await server.close();
});

/** Makes what one role's calls are about. */
async function prepare(role: Role): Promise<Facts> {
  await server.operatorToken(role);
  const [id, life, gone] = [`${role}_main`, `${role}_life`, `${role}_gone`];
  await server.db.provision(id, { template: 'demo' });
  for (const tenant of [life, gone]) await server.db.provision(tenant);
  return await server.db.withOwner(async (client) => {
    const one = async (text: string, values: readonly unknown[] = []): Promise<string> => String(Object.values((await client.query(text, [...values])).rows[0] ?? {})[0]);
    for (const name of ['ordered', 'ordered2', 'failed']) await client.query('select platform.create_tenant($1, $1)', [`${role}_${name}`]);
    await client.query(`select platform_private.fail_run($1, 'role', '58000', 'full', '[]')`, [`${role}_failed`]);
    await client.query(`select platform.delete_tenant($1, 'r')`, [gone]);
    await client.query(`update platform.tenants set purge_after = now() - interval '1 day' where id = $1`, [gone]);
    await completeKeys(client, localSealer(server.db.masterKey), id);
    await client.query(`update platform_private.signing_keys set state_since = now() - interval '1 hour' where state = 'next'`);
    const person = async (name: string, status: string): Promise<string> =>
      await one(`insert into tenant_${id}.users (email, name, role, status) values ($1, $2, 'viewer', $3) returning id`, [`${name}@brand.example`, name, status]);
    const user = await person('Uma', 'active');
    await client.query(`insert into platform_private.second_factors (tenant_id, person_id, sealed) values ($1, $2, '')`, [id, user]);
    await client.query(`insert into tenant_${id}.roles (name, description) values ('old', 'R')`);
    await client.query(
      `insert into platform.evidence_bundles (tenant_id, since, until, status, signed_at, statement) values ($1, '2026-01-01Z', '2026-02-01Z', 'signed', now(), $2)`, [id, SIGNED]);
    const me = await one('select id from platform.operators where email = $1', [`${role}@operators.example`]);
    const other = await one(`select id from platform.operators where id <> $1 limit 1`, [me]);
    const visit = async (operator: string): Promise<string> =>
      await one(`insert into platform.tenant_visits (tenant_id, operator_id, reason, role, access, expires_at) values ($1, $2, 'r', 'viewer', 'read', now() + interval '15 minutes') returning id`, [id, operator]);
    return {
      version: 0, id, life, gone, ordered: `${role}_ordered`, ordered2: `${role}_ordered2`, failed: `${role}_failed`, fresh: `${role}_fresh`, me, user,
      leaver: await person('Lea', 'active'), invited: await person('Ina', 'invited'), role: 'old',
      visit: await visit(me), othersVisit: await visit(other),
      alert: await one(`insert into platform.alerts (tenant_id, kind, severity, message) values ($1, 'k', 'info', 'M') returning id`, [id]),
      incident: await one(`insert into platform.incidents (severity, summary, tenant_ids, reported_by) values ('low', 's', array[$1], 'm') returning id`, [id]),
      // Names nobody who is there: the tenant stays open for what comes after.
      lockDown: await one(`insert into platform.lock_downs (scope, tenant_ids, reason, locked_by) values ('tenants', '{elsewhere}', 'r', 'm') returning id`),
      run: await one('select id from platform.isolation_runs where tenant_id = $1 limit 1', [id]),
    };
  });
}

interface Reply {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  readonly code?: string;
}

/** What came of it: `ok`, or the codes of the refusal. */
function outcomeOf({ data, errors, code }: Reply): string {
  if (code !== undefined) return code;
  if (errors !== undefined) return [...new Set(errors.map(({ message, extensions }) => extensions?.code ?? message))].join(', ');
  return Object.values(data ?? {}).every((value) => value !== null) ? 'ok' : 'nothing';
}

/** Sends an operation of the console as a role. */
async function send(role: Role, name: string, variables: Readonly<Record<string, unknown>>): Promise<string> {
  const query = documents.get(name) ?? '';
  const token = await server.operatorToken(role);
  if (!query.startsWith('subscription')) return outcomeOf((await call(server.url, 'POST', '/platform/graphql', { token, body: { query, variables } })).body);
  const client = createClient({ url: `${server.url.replace('http', 'ws')}/platform/graphql`, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${token}` } });
  try {
    for await (const event of client.iterate({ query, variables })) return outcomeOf(event as Reply);
    return 'ended';
  } catch (refusal) {
    return outcomeOf({ errors: refusal as Reply['errors'] & object });
  } finally {
    await client.dispose();
  }
}

test('every operation of the console has a row, and every right hides something', () => {
  const named = Object.keys(OPERATIONS).map((name) => name.split(':')[0] ?? '');
  expect([...documents.keys()].filter((name) => !named.includes(name))).toEqual([]);
  expect(named.filter((name) => !documents.has(name))).toEqual([]);
  const used = new Set<Right>([...Object.values(OPERATIONS).map(({ right }) => right), ...DOWNLOADS.map(({ right }) => right)]);
  expect((Object.keys(rights) as Right[]).filter((right) => !used.has(right))).toEqual(WITHOUT_SCREEN);
});

describe.each(ROLES)('of a role that signs in as %s', (role) => {
  const given = async (row: Row) => {
    const known = facts.get(role) as Facts;
    const { rows } = await server.db.withOwner((client) => client.query<{ version: number }>('select version from platform.tenants where id = $1', [known.id]));
    return row.with?.({ ...known, version: rows[0]?.version ?? 0 }) ?? {};
  };

  test('what is hidden is refused when it is called directly', async () => {
    const outcomes: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const [name, row] of Object.entries(OPERATIONS)) {
      if (mayRole(role, row.right)) continue;
      const outcome = await send(role, name.split(':')[0] ?? '', await given(row));
      const refusals = (row.refusal ?? 'FORBIDDEN').split(' or ');
      outcomes[name] = outcome;
      expected[name] = refusals.includes(outcome) ? outcome : (refusals[0] ?? '');
    }
    expect(outcomes).toEqual(expected);
    // An administrator of the platform sees all there is.
    expect(Object.keys(outcomes).length > 0).toBe(role !== 'admin');
  });

  test('what is shown is answered', async () => {
    const outcomes: Record<string, string> = {};
    let shown = 0;
    for (const [name, row] of Object.entries(OPERATIONS)) {
      if (!mayRole(role, row.right)) continue;
      shown += 1;
      const outcome = await send(role, name.split(':')[0] ?? '', await given(row));
      if (outcome !== 'ok') outcomes[name] = outcome;
      if (name === 'StartLockDown') await server.db.withOwner((client) => client.query(`select platform.lift_lock_down(id) from platform.lock_downs where lifted_at is null and tenant_ids <> '{elsewhere}'`));
    }
    expect(outcomes).toEqual({});
    expect(shown).toBeGreaterThan(25);
  });

  test('files are given to those who see the button, and refused to the others', async () => {
    for (const { right, path } of DOWNLOADS) {
      const { status, body } = await call(server.url, 'GET', `/api/v1${path(facts.get(role) as Facts)}`, { token: await server.operatorToken(role) });
      if (mayRole(role, right)) expect([right, status], JSON.stringify(body)).toEqual([right, 200]);
      else expect([right, status, body.code]).toEqual([right, 403, 'FORBIDDEN']);
    }
  });
});
