import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { Claims, OperatorRole, TenantRoute } from '../../database/envelope.ts';
import { createLanes } from '../../database/lanes.ts';
import type { Database } from '../../database/lanes.ts';
import { createListener } from '../../database/listener.ts';
import type { Listener } from '../../database/listener.ts';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import { readTenantStream } from '../../database/tenant-stream.ts';
import { createPlanningBudget } from '../../server/graphql/planning.ts';
import type { PlanningAllowance } from '../../server/graphql/planning.ts';
import { PLATFORM_GRAPHQL_PATH, createPlatformGraphql } from '../../server/graphql/platform.ts';
import { createTenantGraphql } from '../../server/graphql/tenant.ts';
import { createRawServer } from '../../server/http/listen.ts';
import { problem } from '../../server/http/problems.ts';
import { renderProblem } from '../../server/http/render.ts';
import { openRequest, requestId } from '../../server/http/request.ts';
import { createHealth } from '../../server/observability/health.ts';
import { createTestDatabase } from '../harness/database.ts';
import type { TestDatabase } from '../harness/database.ts';

const nobody: Claims = { tenantId: '', userId: '', role: '', sessionId: '', operatorId: '', serviceId: '', requestId: '' };
const nothing = (): undefined => undefined;
const silent = pino({ level: 'silent' });

export interface GraphqlAnswer {
  readonly status: number;
  readonly contentType: string;
  // Answers are compared as a whole or by path, never typed further.
  // eslint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** Both GraphQL endpoints over a database of the file's own, with two demo tenants and tokens of the form `who.role`. */
export interface GraphqlServer {
  readonly database: TestDatabase;
  readonly lanes: Database;
  readonly listener: Listener;
  readonly url: string;
  /** Sends a request as `<tenant>.<role>` or, to the platform, as `operator.<role>`; null sends no token. */
  ask(who: string | null, query: string, variables?: Record<string, unknown>): Promise<GraphqlAnswer>;
  send(who: string | null, init: RequestInit, path?: string): Promise<GraphqlAnswer>;
  /** Ends what a token may do from now on. */
  revoke(who: string): void;
  close(): Promise<void>;
}

/** Starts everything; in production mode without introspection and GraphiQL. */
export async function startGraphql(options: { development?: boolean; allowance?: PlanningAllowance } = {}): Promise<GraphqlServer> {
  const database = await createTestDatabase();
  for (const id of ['aurora', 'borealis']) await database.provision(id, { template: 'demo' });
  const { endpoint, blueprintEndpoint, masterKey, prefix } = database;
  const limits = { connections: 2, waitTimeoutMs: 5_000, waitersPerTenant: 256 };
  const lanes = createLanes({ endpoint, masterKey, prefix, lanes: database.lanes, lane: limits, operators: limits });
  const listener = createListener(loginConfig(endpoint, fixedRole(prefix, 'tenantry_api'), masterKey), silent);
  const revoked = new Set<string>();
  const routes = new Map<string, TenantRoute>();
  const users = new Map<string, string>();

  const readRoute = async (id: string): Promise<TenantRoute | null> => {
    const [row] = await database.withOwner(
      async (client) => (await client.query('select * from identity.tenant_route($1)', [id])).rows,
    );
    if (row === undefined) return null;
    return {
      id,
      status: row.status,
      lane: row.lane,
      role: row.role_name,
      schema: row.schema_name,
      schemaVersion: row.schema_version,
    };
  };
  for (const id of ['aurora', 'borealis']) {
    const route = await readRoute(id);
    if (route !== null) routes.set(id, route);
    const { rows } = await database.withOwner((client) => client.query(`select id, role from tenant_${id}.users`));
    for (const row of rows) users.set(`${id}.${row.role}`, row.id);
  }

  const who = (authorization: string | undefined): [string, string] => {
    const token = authorization?.replace('Bearer ', '') ?? '';
    const [first = '', second = ''] = token.split('.');
    if (first === '' || revoked.has(token)) throw problem('UNAUTHENTICATED', 'Sign in.');
    return [first, second];
  };
  const tools = { requestId, logger: () => silent, renderProblem, noteCaller: nothing, room: nothing, noteCall: nothing, record: nothing };
  // Tests send hundreds of new documents as one user.
  const planning = createPlanningBudget(options.allowance ?? { user: 1_000_000, tenant: 1_000_000 });
  const shared = { blueprintEndpoint, masterKey, prefix, database: lanes, statementTimeoutMs: 5_000, planning, tools };
  const development = options.development ?? true;
  const tenant = await createTenantGraphql({
    ...shared,
    development,
    schemaHead: (await readTenantStream()).head,
    authenticate: async (authorization, id) => {
      const [tenantId, role] = who(authorization);
      const route = routes.get(tenantId);
      if (route === undefined) throw problem('TENANT_CONTEXT_REQUIRED', 'No tenant.');
      const userId = users.get(`${tenantId}.${role}`) ?? '';
      return { tenant: route, access: 'write' as const, claims: { ...nobody, tenantId, userId, role, requestId: id } };
    },
    refreshRoute: readRoute,
    openValues: async () => await Promise.resolve([]),
  });
  const platform = await createPlatformGraphql({
    ...shared,
    development,
    listener,
    health: createHealth({ version: '0', readiness: async () => await Promise.resolve([]), stats: () => lanes.stats(), isListening: () => listener.isConnected(), supportContact: 'help@platform.example' }),
    recordSubscription: nothing,
    issueVisitToken: async ({ id }) => await Promise.resolve({ accessToken: `visit.${id}`, expiresIn: 900 }),
    authenticate: async (authorization, id) => {
      const [kind, role] = who(authorization);
      if (kind !== 'operator') throw problem('FORBIDDEN', 'For operators.');
      const claims = { ...nobody, operatorId: '7c0c7a52-6c0e-4f66-8a44-3f1f4a1d4d10', role, requestId: id };
      return { role: `tenantry_${role}` as OperatorRole, claims };
    },
  });

  const server = createRawServer(null, (req, res) => {
    openRequest(req, silent);
    const handler = req.url?.startsWith(PLATFORM_GRAPHQL_PATH) === true ? platform.handler : tenant.handler;
    void handler(req, res);
  });
  server.on('upgrade', (req, socket, head) => {
    openRequest(req, silent);
    platform.upgrade(req, socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const send = async (token: string | null, init: RequestInit, path?: string): Promise<GraphqlAnswer> => {
    const headers = new Headers(init.headers);
    if (token !== null) headers.set('Authorization', `Bearer ${token}`);
    const at = path ?? (token?.startsWith('operator.') === true ? PLATFORM_GRAPHQL_PATH : '/graphql');
    const response = await fetch(`${url}${at}`, { ...init, headers });
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? '';
    return { status: response.status, contentType, body: contentType.includes('json') ? JSON.parse(text) : text };
  };

  return {
    database,
    lanes,
    listener,
    url,
    send,
    ask: async (token, query, variables = {}) =>
      await send(token, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      }),
    revoke: (token) => revoked.add(token),
    async close() {
      await platform.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([lanes.close(), listener.close()]);
      await database.drop();
    },
  };
}
