import type { Server } from 'node:http';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { previousMasterKey } from '../config/master-key.ts';
import { Refusal } from '../config/refusal.ts';
import { POOL_SIZES } from '../database/budget.ts';
import type { Claims } from '../database/envelope.ts';
import { createLanes } from '../database/lanes.ts';
import type { Database } from '../database/lanes.ts';
import { createListener } from '../database/listener.ts';
import { fixedRole, loginConfig } from '../database/logins.ts';
import type { DatabaseEndpoint } from '../database/logins.ts';
import { newestMigration } from '../database/newest-migration.ts';
import { STANDARD_PATIENCE_MS } from '../database/patience.ts';
import { readTenantStream } from '../database/tenant-stream.ts';
import manifest from '../package.json' with { type: 'json' };
import { createPlanningBudget } from './graphql/planning.ts';
import { PLATFORM_GRAPHQL_PATH, createPlatformGraphql } from './graphql/platform.ts';
import type { PlatformGraphqlOptions } from './graphql/platform.ts';
import { TENANT_GRAPHQL_PATH, createTenantGraphql } from './graphql/tenant.ts';
import { createApp } from './http/app.ts';
import type { ProblemCode } from './http/catalogue.ts';
import { createClientOf } from './http/client.ts';
import { installConsole } from './http/console.ts';
import { createFront } from './http/front.ts';
import { securityHeaders } from './http/headers.ts';
import { bind, createRawServer, drain } from './http/listen.ts';
import { installDevelopersPage, installProblemPages } from './http/pages.ts';
import { problem } from './http/problems.ts';
import { renderProblem } from './http/render.ts';
import { noteCaller, openRequest, requestId, requestScope } from './http/request.ts';
import type { Call } from './http/request.ts';
import { outcomeOf, recordRequest } from './audit/account.ts';
import { createValueOpener } from './audit/opening.ts';
import { createTrail } from './audit/trail.ts';
import type { Trail } from './audit/trail.ts';
import { createIdentity } from './identity/identity.ts';
import { visitIdentity } from './identity/tokens.ts';
import { callerOfClaims } from './identity/principal.ts';
import { localSealer } from './identity/sealer.ts';
import { installWellKnown } from './identity/well-known.ts';
import { accountFor } from './observability/access-log.ts';
import { createHealth } from './observability/health.ts';
import { installObservability } from './observability/install.ts';
import { createMetrics } from './observability/metrics.ts';
import { createReadiness } from './observability/readiness.ts';
import { installOpenApi } from './openapi/install.ts';
import { preflight } from './preflight.ts';
import { installAcceptPages } from './rest/accept-page.ts';
import { API_PATH, mountRoutes } from './rest/mount.ts';
import { ROUTES } from './rest/routes.ts';
import { createRunWaiter } from './rest/run-waiter.ts';
import { inTenantOn, operateOn, visitBy } from './rest/services.ts';
import { refuseIfClosed } from './tenancy/closed-door.ts';
import { createForEachTenant } from './tenancy/for-each-tenant.ts';
import { watchTenants } from './tenancy/watch.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly endpoint: DatabaseEndpoint;
  readonly blueprintEndpoint: DatabaseEndpoint;
  readonly masterKey: Buffer;
  readonly logger: Logger;
  /** Where calls and refusals are recorded; absent: in the database, as the configuration says. A bench measures with one that keeps nothing. */
  readonly trail?: Trail;
  /** How long a database that doesn't answer is waited for at start, in milliseconds. */
  readonly patienceMs?: number;
}

export interface TenantryServer {
  /** Starts to serve. @returns the public address. @throws Refusal naming what stands in the way */
  listen(): Promise<{ url: string }>;
  /** Lets requests under way finish, then lets go of the database. */
  close(): Promise<void>;
}

/** Milliseconds that requests under way may still take when the server stops. */
const DRAIN_MS = 10_000;
/** Milliseconds a request may wait for a connection, and how many of one tenant may wait. */
const WAITING = { waitTimeoutMs: 5_000, waitersPerTenant: 200 } as const;

/** A part of the running server, stopped in the reverse order of starting. */
type Stop = () => Promise<void>;

/** What a start goes by. */
interface Start {
  readonly publicUrl: string;
  readonly stops: Stop[];
  /** Ends when the server is to stop before it has started. */
  readonly closing: AbortSignal;
}

/** Makes a server; nothing is opened before `listen`. */
export function createServer(options: ServerOptions): TenantryServer {
  const { config } = options;
  const { host, port, tls } = config.http;
  const stops: Stop[] = [];
  const closing = new AbortController();
  const stopAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const stop of stops.splice(0).toReversed()) await stop().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'not every part of the server stopped in order');
  };

  return {
    async listen() {
      let front: ReturnType<typeof createFront> = refuseWhileStarting(options.logger);
      const server = createRawServer(tls, (req, res) => {
        front(req, res);
      });
      try {
        const bound = await bind(server, host, port).catch((error: unknown) => {
          throw portError(error, host, port);
        });
        stops.push(() => drain(server, DRAIN_MS));
        const publicUrl = withPort(config.http.publicUrl, bound);
        front = await compose(options, server, { publicUrl, stops, closing: closing.signal });
        if (closing.signal.aborted) throw new Refusal('Stopped while starting.');
        options.logger.info({ url: publicUrl }, 'serving');
        return { url: publicUrl };
      } catch (error) {
        await stopAll().catch((second: unknown) => {
          options.logger.error({ err: second }, 'a start that failed could not be undone in order');
        });
        throw error;
      }
    },
    async close() {
      closing.abort();
      await stopAll();
    },
  };
}

/** Opens the ways to the database, checks it, and puts together what answers requests. */
async function compose(options: ServerOptions, server: Server, start: Start) {
  const { publicUrl, stops, closing } = start;
  const { config, endpoint, blueprintEndpoint, masterKey, logger } = options;
  const { prefix, lanes, laneConnections, serverProcesses, statementTimeoutMs } = config.database;
  const development = config.environment !== 'production';
  const clientOf = createClientOf(config.http.trustedProxies);
  const newest = await newestMigration();
  const { head: schemaHead } = await readTenantStream();

  const database = openDatabase(options);
  // Requests under way need the database: whatever they stand on is stopped after them.
  stops.unshift(() => database.close());
  const shape = { lanes, laneConnections, serverProcesses };
  const patienceMs = options.patienceMs ?? STANDARD_PATIENCE_MS;
  await preflight({ database, prefix, shape, newest, logger, patienceMs, signal: closing });

  const listener = createListener(loginConfig(endpoint, fixedRole(prefix, 'tenantry_api'), masterKey), logger);
  stops.unshift(() => listener.close());
  const { issuerAllowLoopback } = config;
  const identity = createIdentity({ endpoint, prefix, masterKey, previousMasterKey: previousMasterKey(config), publicUrl, issuerAllowLoopback, logger });
  stops.unshift(() => identity.close());
  const { registry, keys, standings, tokens, principals, signIn, secondFactor, serviceTokens, externalSignIn } = identity;
  watchTenants({ listener, registry, keys, standings, database, logger });

  const trail = options.trail ?? createTrail({ endpoint, prefix, masterKey, logger, mode: config.audit.mode });
  stops.unshift(() => trail.close());
  const recordCall = (claims: Claims, call: Call, ms: number, code: ProblemCode | null): Promise<void> | undefined =>
    trail.call({ caller: callerOfClaims(claims), requestId: claims.requestId, call, ms, outcome: outcomeOf(code), code });

  const tools = {
    requestId,
    logger: (req: Parameters<typeof requestScope>[0]) => requestScope(req)?.logger ?? logger,
    renderProblem,
    noteCaller: (req: Parameters<typeof requestScope>[0], claims: Claims) => {
      noteCaller(req, callerOfClaims(claims));
    },
    room: () => trail.room(),
    noteCall: (req: Parameters<typeof requestScope>[0], call: Call) => {
      const scope = requestScope(req);
      if (scope !== undefined) scope.call = call;
    },
    record: (req: Parameters<typeof requestScope>[0], code: ProblemCode | null) => requestScope(req)?.record(code),
  };
  const planning = createPlanningBudget();
  const shared = { blueprintEndpoint, masterKey, prefix, database, statementTimeoutMs, development, planning, tools };
  const refreshRoute = (tenantId: string): ReturnType<typeof registry.route> => {
    registry.drop(tenantId);
    return registry.route(tenantId);
  };
  const openValues = createValueOpener(identity.pool, localSealer(masterKey, previousMasterKey(config)));
  const tenantGraphql = await createTenantGraphql({
    ...shared, schemaHead, openValues, authenticate: principals.authenticateTenant, refreshRoute,
  });
  const recordSubscription = recordSubscriptionsIn(trail);
  const readiness = createReadiness({
    database,
    prefix,
    newest,
    onError: (reason) => {
      logger.warn({ reason }, 'the readiness check failed');
    },
  });
  const health = createHealth({
    version: manifest.version,
    readiness,
    stats: () => database.stats(),
    isListening: () => listener.isConnected(),
    supportContact: config.http.supportContact,
  });
  const platformGraphql = await createPlatformGraphql({
    ...shared,
    listener,
    health,
    authenticate: principals.authenticateOperator,
    issueVisitToken: (visit) => tokens.issue(visitIdentity(visit)),
    recordSubscription,
  });
  stops.push(() => platformGraphql.close());
  server.on('upgrade', (req, socket, head) => {
    openRequest(req, logger, clientOf);
    const [path] = (req.url ?? '').split('?', 1);
    if (path === PLATFORM_GRAPHQL_PATH) platformGraphql.upgrade(req, socket, head);
    else socket.destroy();
  });

  const metrics = createMetrics(() => database.stats());
  const operate = operateOn(database, prefix, statementTimeoutMs);
  const services = {
    principals,
    signIn,
    secondFactor,
    serviceTokens,
    externalSignIn,
    tokens,
    secureCookies: publicUrl.startsWith('https:'),
    publicOrigin: new URL(publicUrl).origin,
    operate,
    forEachTenant: createForEachTenant({ database, registry, statementTimeoutMs, beginVisit: visitBy(operate), record: recordCall }),
    inTenant: inTenantOn(database, statementTimeoutMs, schemaHead, (tenantId, failure) => refuseIfClosed(tenantId, failure, refreshRoute)),
    sealer: localSealer(masterKey),
    waitForRun: createRunWaiter(listener),
    room: () => trail.room(),
  };
  const app = createApp((express) => {
    installDevelopersPage(express, { graphiql: development });
    installProblemPages(express);
    installAcceptPages(express);
    installObservability(express, { readiness, metrics, metricsToken: config.http.metricsToken });
    installWellKnown(express, { publicUrl, keys, registry });
    installOpenApi(express, { routes: ROUTES, path: API_PATH, publicUrl, version: manifest.version });
    mountRoutes(express, ROUTES, services);
    installConsole(express);
  });
  return createFront({
    logger,
    clientOf,
    headers: securityHeaders(publicUrl.startsWith('https:')),
    account: (req, res, scope) => {
      accountFor(req, res, scope, metrics);
      scope.record = (code) => recordRequest(trail, req, scope, code);
    },
    endpoints: [
      { path: TENANT_GRAPHQL_PATH, answer: tenantGraphql.handler },
      { path: PLATFORM_GRAPHQL_PATH, answer: platformGraphql.handler },
    ],
    rest: app,
  });
}

/** A socket has one scope for all that is asked over it, so each subscription is recorded on a copy. */
function recordSubscriptionsIn(trail: Trail): PlatformGraphqlOptions['recordSubscription'] {
  return (req, claims, call, code) => {
    const scope = requestScope(req);
    if (scope === undefined) return undefined;
    const caller = claims === null ? scope.caller : callerOfClaims(claims);
    return recordRequest(trail, req, { ...scope, caller, call, problem: code, route: () => PLATFORM_GRAPHQL_PATH, startedAt: process.hrtime.bigint() }, code);
  };
}

function openDatabase({ config, endpoint, masterKey }: ServerOptions): Database {
  const { prefix, lanes, laneConnections } = config.database;
  return createLanes({
    endpoint,
    masterKey,
    prefix,
    lanes,
    lane: { connections: laneConnections, ...WAITING },
    operators: { connections: POOL_SIZES.operators, ...WAITING },
  });
}

/** What answers between the first breath and readiness: the port is ours, the rest isn't there yet. */
function refuseWhileStarting(logger: Logger): ReturnType<typeof createFront> {
  return createFront({
    logger,
    headers: securityHeaders(false),
    account: () => undefined,
    endpoints: [],
    rest: (req, res) => {
      renderProblem(res, requestId(req), problem('UNAVAILABLE', 'The server is starting.', { retryAfter: 1 }));
    },
  });
}

function portError(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new Refusal(`Port ${port} on ${host} is in use. Stop what uses it, or set PORT to another (0: any free one).`, { cause: error });
  }
  if (code === 'EACCES') return new Refusal(`This user may not use port ${port}. Set PORT to one above 1023.`, { cause: error });
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new Refusal(`HOST ${host} is no address of this machine.`, { cause: error });
  return error;
}

/** The public URL; with PORT=0 its port is known only now. */
function withPort(publicUrl: string, bound: number): string {
  const url = new URL(publicUrl);
  if (url.port === '0') url.port = String(bound);
  return url.origin;
}
