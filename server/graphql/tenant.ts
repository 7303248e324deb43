import './environment.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tenantEnvelope } from '../../database/envelope.ts';
import type { Access, Claims, TenantRoute } from '../../database/envelope.ts';
import type { Database } from '../../database/lanes.ts';
import { fixedRole, loginConfig } from '../../database/logins.ts';
import type { DatabaseEndpoint } from '../../database/logins.ts';
import type { ValueOpener } from '../audit/opening.ts';
import { behindTenant, problem } from '../http/problems.ts';
import { refuseIfClosed } from '../tenancy/closed-door.ts';
import { ChainStatePlugin } from './chain-state-plugin.ts';
import { createDocuments } from './documents.ts';
import { createEndpoint } from './endpoint.ts';
import type { RequestTools } from './endpoint.ts';
import type { ExecutableSchema } from './execution.ts';
import { graphiqlHandler } from './graphiql.ts';
import { QUERY_LIMITS } from './limits.ts';
import type { QueryLimits } from './limits.ts';
import type { PlanningBudget } from './planning.ts';
import { requestClient } from './request-client.ts';
import { buildSchema } from './schema.ts';
import { TrailValuesPlugin } from './trail-values-plugin.ts';
import type { OpenEvents } from './trail-values-plugin.ts';

/** Who asks inside a tenant: the route the database gave for it, and what the verified token said. */
export interface TenantCaller {
  readonly tenant: TenantRoute;
  readonly claims: Claims;
  /** read: a visit that may only look. */
  readonly access: Access;
}

export interface TenantGraphqlOptions {
  readonly blueprintEndpoint: DatabaseEndpoint;
  readonly masterKey: Buffer;
  readonly prefix: string;
  readonly database: Database;
  readonly statementTimeoutMs: number;
  /** The newest version of the tenant stream, which the blueprint has. */
  readonly schemaHead: number;
  /** Introspection and GraphiQL; off in production. */
  readonly development: boolean;
  readonly tools: RequestTools;
  readonly limits?: QueryLimits;
  /** What unseen documents may cost; the two endpoints share it. */
  readonly planning: PlanningBudget;
  /** Opens what of a tenant's trail is sealed. */
  readonly openValues: ValueOpener;
  authenticate(authorization: string | undefined, requestId: string): Promise<TenantCaller>;
  /** The tenant's route as the database has it now, whatever was cached; null when it is gone. */
  refreshRoute(tenantId: string): Promise<TenantRoute | null>;
}

export interface GraphqlEndpoint {
  readonly schema: ExecutableSchema['schema'];
  /** Answers requests to the path and, in development, to what is below it. Never rejects. */
  handler(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

/** The path of the tenants' endpoint. */
export const TENANT_GRAPHQL_PATH = '/graphql';

/**
 * The schema of the tenants' API, from the blueprint: one for any number of tenants, holding what the blueprint's
 * tenant role may do and nothing else.
 */
export async function buildTenantSchema(
  blueprintEndpoint: DatabaseEndpoint,
  masterKey: Buffer,
  prefix: string,
): Promise<ExecutableSchema> {
  return await buildSchema({
    login: loginConfig(blueprintEndpoint, fixedRole(prefix, 'tenantry_blueprint'), masterKey),
    schema: 'blueprint',
    unqualified: true,
    plugins: [ChainStatePlugin, TrailValuesPlugin],
  });
}

/** Makes the tenants' GraphQL endpoint. Takes one introspection of the blueprint, however many tenants there are. */
export async function createTenantGraphql(options: TenantGraphqlOptions): Promise<GraphqlEndpoint> {
  const { database, development, statementTimeoutMs, limits = QUERY_LIMITS } = options;
  const target = await buildTenantSchema(options.blueprintEndpoint, options.masterKey, options.prefix);
  const handler = createEndpoint<TenantCaller>({
    path: TENANT_GRAPHQL_PATH,
    target,
    documents: createDocuments(target.schema, limits, { introspection: development }),
    limits,
    planning: options.planning,
    tools: options.tools,
    graphiql: development ? graphiqlHandler(target, TENANT_GRAPHQL_PATH) : null,
    authenticate: (req, requestId) => options.authenticate(req.headers.authorization, requestId),
    open: ({ tenant, claims, access: granted }, access, call) => {
      if (access === 'write' && granted === 'read') throw problem('FORBIDDEN', 'This visit may look and change nothing.');
      const client = requestClient(database, tenantEnvelope(tenant, claims, access, statementTimeoutMs), call);
      // Of the tenant that the request was let into, whatever a row says.
      const openEvents: OpenEvents = (closed) => options.openValues(tenant.id, closed);
      return { ...client, context: { ...client.context, openEvents } };
    },
      examine: async ({ tenant }, failure) => {
        await refuseIfClosed(tenant.id, failure, options.refreshRoute);
        const behind = behindTenant(failure, tenant.schemaVersion, options.schemaHead);
        if (behind !== null) throw behind;
      },
  });
  return { schema: target.schema, handler };
}
