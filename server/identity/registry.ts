import type { TenantRoute } from '../../database/envelope.ts';
import { problem } from '../http/problems.ts';
import type { AuthPool } from './auth-pool.ts';
import { loadingCache } from './loading-cache.ts';

/** Where each tenant lives and whether it is open, as the registry of tenants says. */
export interface TenantRegistry {
  /** The route of a tenant; null if there is none of that id. */
  route(tenantId: string): Promise<TenantRoute | null>;
  /** What is held of a tenant now, without asking the database. */
  present(tenantId: string): TenantRoute | null;
  /** Forgets a tenant: its row changed, or a refusal of the database suggests so. */
  drop(tenantId: string): void;
  clear(): void;
  /** What is locked down now, by the database itself. */
  lockedScope(): Promise<LockedScope>;
}

/** Lanes that are locked down as a whole, and tenants that are by name. */
export interface LockedScope {
  readonly lanes: readonly number[];
  readonly tenantIds: readonly string[];
}

/** About 300 bytes a tenant. */
const MAX_ROUTES = 20_000;
/** A lost notification heals after this; the database refuses a closed tenant meanwhile, whatever is held here. */
const KNOWN_TTL_MS = 60_000;
/** Long enough to blunt a flood of invented ids, short enough not to hide a tenant that was just made. */
const UNKNOWN_TTL_MS = 1_000;
/** Invented ids; they have a place of their own, so that a flood of them displaces no tenant. */
const MAX_UNKNOWN = 10_000;
/** Ids that wait to be looked up. One is at a time, which leaves connections for signing in. */
const MAX_WAITING = 200;

const TENANT_ROUTE = {
  name: 'tenant_route',
  text: 'select id, status, lane, role_name, schema_name, schema_version from identity.tenant_route($1::text)',
};

const LOCKED_SCOPE = { name: 'locked_scope', text: 'select lanes, tenant_ids as "tenantIds" from identity.locked_scope()' };

interface RouteRow {
  readonly id: string;
  readonly status: string;
  readonly lane: number;
  readonly role_name: string;
  readonly schema_name: string;
  readonly schema_version: number;
}

/** Lets one thing happen after another. @throws `UNAVAILABLE` when too many wait already */
function oneAtATime(most: number): <T>(what: () => Promise<T>) => Promise<T> {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return async (what) => {
    if (waiting >= most) throw problem('UNAVAILABLE', 'Too many tenants are asked for at once. Try again shortly.', { retryAfter: 1 });
    waiting += 1;
    const mine = last.then(what);
    last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      waiting -= 1;
    }
  };
}

/** Makes the registry over the sign-in login. */
export function createTenantRegistry(pool: AuthPool): TenantRegistry {
  const inTurn = oneAtATime(MAX_WAITING);
  const routes = loadingCache<{ readonly route: TenantRoute | null }>({
    max: MAX_ROUTES,
    absent: { is: ({ route }) => route === null, max: MAX_UNKNOWN },
    ttlMs: (value) => (value.route === null ? UNKNOWN_TTL_MS : KNOWN_TTL_MS),
    load: async (tenantId) => {
      const [row] = await inTurn(() => pool.query<RouteRow>(TENANT_ROUTE, [tenantId]));
      if (row === undefined) return { route: null };
      return {
        route: Object.freeze({
          id: row.id,
          status: row.status,
          lane: row.lane,
          role: row.role_name,
          schema: row.schema_name,
          schemaVersion: row.schema_version,
        }),
      };
    },
  });
  return {
    route: async (tenantId) => (await routes.get(tenantId)).route,
    present: (tenantId) => routes.peek(tenantId)?.route ?? null,
    drop: routes.drop,
    clear: routes.clear,
    async lockedScope() {
      const [scope] = await pool.query<LockedScope>(LOCKED_SCOPE, []);
      return scope ?? { lanes: [], tenantIds: [] };
    },
  };
}
