import './environment.ts';
import { PgAggregatesPreset } from '@graphile/pg-aggregates';
import { PgSimplifyInflectionPreset } from '@graphile/simplify-inflection';
import pg from 'pg';
import { makePgService } from 'postgraphile/adaptors/pg';
import { makeSchema } from 'postgraphile/graphile-build';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter';
import type { ExecutableSchema } from './execution.ts';
import { MissingRowPlugin } from './missing-row-plugin.ts';
import { PageSizePlugin } from './page-size-plugin.ts';
import { PLANNED_OPERATIONS, PLANS_PER_OPERATION } from './planning.ts';

/**
 * Milliseconds grafast may spend on planning one operation, by the clock. What the limits let through takes a hundredth of it; only where
 * the machine has no time for us is it reached, and then the document would be refused for a minute.
 */
const PLANNING_TIMEOUT_MS = 10_000;

/**
 * - PgContextPlugin would lend requests the connection that introspects.
 * - PgIndexBehaviorsPlugin hides filters and orders on columns without an index of their own; in tables of one tenant
 *   they are wanted, and the statement timeout bounds what they cost.
 * - Ordering and filtering rows by aggregates of their relations multiplies the schema and runs a query for each row.
 */
const UNWANTED_PLUGINS = [
  'PgContextPlugin',
  'PgIndexBehaviorsPlugin',
  'PgAggregatesOrderByAggregatesPlugin',
  'PgAggregatesFilterRelationalAggregatesPlugin',
];

export interface SchemaSource {
  /** The login that introspects: what it may not read or call is not in the schema. */
  readonly login: pg.ClientConfig;
  readonly schema: string;
  /** A role to take for the introspection, where the login itself holds nothing. */
  readonly role?: string;
  /** Names without their schema: the request's search_path decides which tenant's they are. */
  readonly unqualified: boolean;
  readonly plugins?: GraphileConfig.Plugin[];
}

/**
 * Builds a GraphQL schema from a database schema. The connection used for that is closed again: nothing of it is left
 * for requests, which find their data through the context alone.
 */
export async function buildSchema(source: SchemaSource): Promise<ExecutableSchema> {
  try {
    return await introspect(source);
  } catch (error) {
    // A connection that is cut meanwhile says so without a code: once more, on a new one.
    if (!(error instanceof Error && error.message === 'Connection terminated unexpectedly')) throw error;
    return await introspect(source);
  }
}

async function introspect(source: SchemaSource): Promise<ExecutableSchema> {
  // The blueprint knows no key that ends the logging of statements, and these hold no values.
  const pool = new pg.Pool({ ...source.login, onConnect: () => undefined, max: 1 });
  pool.on('error', () => undefined);
  // Lent out, a connection reports its end itself; without a listener that would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const service = makePgService({
    pool,
    schemas: [source.schema],
    pubsub: false,
    ...(source.role !== undefined && { pgSettingsForIntrospection: { role: source.role } }),
  });
  try {
    const { schema, resolvedPreset } = await makeSchema({
      extends: [
        PostGraphileAmberPreset,
        PgSimplifyInflectionPreset,
        PgAggregatesPreset,
        PostGraphileConnectionFilterPreset,
      ],
      plugins: [PageSizePlugin, MissingRowPlugin, ...(source.plugins ?? [])],
      disablePlugins: UNWANTED_PLUGINS,
      gather: source.unqualified ? { pgIdentifiers: 'unqualified' } : {},
      pgServices: [service],
      grafast: { timeouts: { planning: PLANNING_TIMEOUT_MS } },
    });
    const planCaches = {
      operationsCacheMaxLength: PLANNED_OPERATIONS,
      operationOperationPlansCacheMaxLength: PLANS_PER_OPERATION,
    };
    Object.assign(schema.extensions, { grafast: { ...schema.extensions.grafast, ...planCaches } });
    return { schema, resolvedPreset };
  } finally {
    await service.release?.();
    await pool.end();
  }
}
