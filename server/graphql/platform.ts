import './environment.ts';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { operatorEnvelope } from '../../database/envelope.ts';
import type { Access, Claims, OperatorRole } from '../../database/envelope.ts';
import type { Database } from '../../database/lanes.ts';
import type { Listener } from '../../database/listener.ts';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import type { DatabaseEndpoint } from '../../database/logins.ts';
import type { ProblemCode } from '../http/catalogue.ts';
import type { Call } from '../http/request.ts';
import type { Health } from '../observability/health.ts';
import { createDocuments } from './documents.ts';
import { createEndpoint } from './endpoint.ts';
import type { RequestTools } from './endpoint.ts';
import type { ExecutableSchema } from './execution.ts';
import { graphiqlHandler } from './graphiql.ts';
import { QUERY_LIMITS } from './limits.ts';
import type { QueryLimits } from './limits.ts';
import { createFeed, createPulse } from './feeds.ts';
import { LivePlugin } from './live-plugin.ts';
import type { LiveContext } from './live-plugin.ts';
import { NewestFirstPlugin } from './newest-first-plugin.ts';
import type { PlanningBudget } from './planning.ts';
import { ProgressPlugin } from './progress-plugin.ts';
import { createProvisioningProgress } from './progress.ts';
import { requestClient } from './request-client.ts';
import type { RequestClient } from './request-client.ts';
import { buildSchema } from './schema.ts';
import type { GraphqlEndpoint } from './tenant.ts';
import { VisitPlugin } from './visit-plugin.ts';
import type { IssueVisitToken } from './visit-plugin.ts';
import { createWebsocket } from './websocket.ts';

/** An operator whose token holds. */
export interface OperatorCaller {
  readonly role: OperatorRole;
  readonly claims: Claims;
}

export interface PlatformGraphqlOptions {
  readonly blueprintEndpoint: DatabaseEndpoint;
  readonly masterKey: Buffer;
  readonly prefix: string;
  readonly database: Database;
  readonly listener: Listener;
  /** How this server is, for whoever asks. */
  readonly health: Health;
  readonly statementTimeoutMs: number;
  /** Introspection and GraphiQL; off in production. */
  readonly development: boolean;
  readonly tools: RequestTools;
  readonly limits?: QueryLimits;
  /** What unseen documents may cost; the two endpoints share it. */
  readonly planning: PlanningBudget;
  authenticate(authorization: string | undefined, requestId: string): Promise<OperatorCaller>;
  readonly issueVisitToken: IssueVisitToken;
  /** Records that a subscription was opened, or why it wasn't. @returns what it waits for; undefined for nothing */
  recordSubscription(req: IncomingMessage, claims: Claims | null, call: Call | null, code: ProblemCode | null): Promise<void> | undefined;
}

export interface PlatformGraphql extends GraphqlEndpoint {
  /** Takes over websockets on the path: subscriptions. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

/** Milliseconds between two looks at the system's health, and at what is new in the trail. */
const HEALTH_MS = 5_000;
const ACCESSES_MS = 1_000;

/** The path of the operators' endpoint. */
export const PLATFORM_GRAPHQL_PATH = '/platform/graphql';

/**
 * The schema of the operators' API, from the schema `platform` of the blueprint database, as seen by the operator role
 * that may do most; what the others may not do, grants and row security refuse.
 */
export async function buildPlatformSchema(
  blueprintEndpoint: DatabaseEndpoint,
  masterKey: Buffer,
  prefix: string,
): Promise<ExecutableSchema> {
  return await buildSchema({
    login: loginConfig(blueprintEndpoint, fixedRole(prefix, 'tenantry_api'), masterKey),
    role: fixedRole(prefix, 'tenantry_admin'),
    schema: 'platform',
    unqualified: false,
    plugins: [ProgressPlugin, LivePlugin, NewestFirstPlugin, VisitPlugin],
  });
}

/** Makes the operators' GraphQL endpoint, subscriptions included. */
export async function createPlatformGraphql(options: PlatformGraphqlOptions): Promise<PlatformGraphql> {
  const { database, development, prefix, statementTimeoutMs, tools, limits = QUERY_LIMITS } = options;
  const target = await buildPlatformSchema(options.blueprintEndpoint, options.masterKey, prefix);
  const documents = createDocuments(target.schema, limits, { introspection: development });
  const live: LiveContext = {
    health: options.health,
    tenantFeed: createFeed(options.listener, 'tenantry_tenant'),
    alertFeed: createFeed(options.listener, 'tenantry_alert'),
    runFeed: createFeed(options.listener, 'tenantry_run'),
    healthPulse: createPulse(HEALTH_MS),
    accessPulse: createPulse(ACCESSES_MS),
  };
  const visits = { issueVisitToken: options.issueVisitToken };
  const open = ({ role, claims }: OperatorCaller, access: Access, call: Call): RequestClient => {
    const client = requestClient(database, operatorEnvelope(role, prefix, claims, access, statementTimeoutMs), call);
    return { ...client, context: { ...client.context, ...live, ...visits } };
  };
  const handler = createEndpoint<OperatorCaller>({
    path: PLATFORM_GRAPHQL_PATH,
    target,
    documents,
    limits,
    planning: options.planning,
    tools,
    graphiql: development ? graphiqlHandler(target, PLATFORM_GRAPHQL_PATH) : null,
    authenticate: (req, requestId) => options.authenticate(req.headers.authorization, requestId),
    open,
    examine: async () => undefined,
  });
  const websocket = createWebsocket<OperatorCaller>({
    target,
    documents,
    limits,
    planning: options.planning,
    tools,
    authenticate: options.authenticate,
    record: options.recordSubscription,
    open: (operator, call) => open(operator, 'read', call),
    context: { provisioningProgress: createProvisioningProgress(options.listener) },
  });
  // The caches of sessions hear of this before: they were there first.
  options.listener.listen('tenantry_session', (hint) => {
    if (hint.startsWith('/')) void websocket.recheck();
  });
  return { schema: target.schema, handler, upgrade: websocket.upgrade, close: websocket.close };
}
