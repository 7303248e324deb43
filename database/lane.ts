import { openConnection } from './connection.ts';
import type { LoginConfig } from './logins.ts';
import type { Connection } from './connection.ts';
import type { Envelope } from './envelope.ts';
import { ConnectionLostError, UnavailableError } from './failures.ts';
import type { ScopedClient } from './scope.ts';
import { terminateBackends } from './terminate.ts';
import { waitingRoom } from './waiting.ts';

/**
 * A connection is replaced after it served this many tenants: PostgreSQL never frees a backend's relation cache, about
 * 66 kB a tenant were measured, so 400 tenants are 26 MB of the 64 MB a backend may use (design §5 and "Targets").
 * With 10,000 tenants on 16 lanes of 2, a connection is home to 312.
 */
const TENANTS_PER_CONNECTION = 400;

/**
 * A connection is replaced after this many requests. Closing the session is the stronger form of DISCARD ALL, which
 * postgres-rules 18 wants every so often: it ends advisory locks, LISTENs and settings that nobody should have made.
 */
const USES_PER_CONNECTION = 10_000;

/** A request that has held its connection for longer, in milliseconds, may not keep its tenant's last free one company. */
const SLOW_MS = 250;

export interface LaneLimits {
  /** Connections, at least 2: with one, a busy tenant halves and blocks the lane. */
  readonly connections: number;
  /** Milliseconds a request may wait for a connection. */
  readonly waitTimeoutMs: number;
  /** Requests of one tenant that may wait at once. */
  readonly waitersPerTenant: number;
  readonly tenantsPerConnection?: number;
  readonly usesPerConnection?: number;
}

export interface LaneStats {
  readonly open: number;
  readonly busy: number;
  readonly waiting: number;
  readonly recycled: number;
}

/** A login role and its few connections. A lane is a bulkhead: what happens on it slows no other. */
export interface Lane {
  withClient<T>(envelope: Envelope, callback: (client: ScopedClient) => Promise<T>): Promise<T>;
  /** Ends the backends that are serving this tenant from here, or with null anybody. @returns how many there were */
  terminate(tenantId: string | null): Promise<number>;
  stats(): LaneStats;
  close(): Promise<void>;
}

/** The place of one connection. Places are fixed, so that a tenant's home stays where it is when a session is replaced. */
interface Place {
  connection: Connection | null;
  /** Whom the place serves at the moment, and since when (`performance.now()`). */
  serving: string | null;
  since: number;
  /** The answer is out and COMMIT or ROLLBACK is on its way: free again within one round trip. */
  settling: boolean;
  /** Whom it served last: that tenant's plans are still valid here, any other search_path discards them. */
  last: string | null;
  tenants: Set<string>;
  uses: number;
}

/** Makes a lane. Nothing is connected before it is needed; what is connected stays connected. */
export function createLane(config: LoginConfig, limits: LaneLimits): Lane {
  const tenantsPerConnection = limits.tenantsPerConnection ?? TENANTS_PER_CONNECTION;
  const usesPerConnection = limits.usesPerConnection ?? USES_PER_CONNECTION;
  const places: Place[] = Array.from({ length: limits.connections }, emptyPlace);
  const waiting = waitingRoom<Place>(limits.waitersPerTenant, limits.waitTimeoutMs);
  const running = new Set<Promise<void>>();
  let recycled = 0;
  let closed = false;

  return {
    async withClient(envelope, callback) {
      const tenant = fairnessKey(envelope);
      try {
        return await serve(tenant, envelope, callback);
      } catch (error) {
        if (!(error instanceof ConnectionLostError) || error.opened) throw error;
        // A session that died while idle (failover, restart): nothing of this request can have happened.
        return await serve(tenant, envelope, callback);
      }
    },

    async terminate(tenantId) {
      const pids: number[] = [];
      for (const { connection, serving } of places) {
        if (connection === null || serving === null || (tenantId !== null && serving !== tenantId)) continue;
        // Retired first: between this list and its execution the session must not turn to another tenant.
        connection.retire();
        pids.push(connection.pid);
      }
      return pids.length === 0 ? 0 : await terminateBackends(config, pids);
    },

    stats: () => ({
      open: places.filter(({ connection }) => connection !== null).length,
      busy: places.filter(({ serving }) => serving !== null).length,
      waiting: waiting.size(),
      recycled,
    }),

    async close() {
      closed = true;
      waiting.refuseAll(new UnavailableError('the server is shutting down', 1));
      await Promise.all(running);
      await Promise.all(places.map(async ({ connection }) => await connection?.close()));
    },
  };

  async function serve<T>(
    tenant: string,
    envelope: Envelope,
    callback: (client: ScopedClient) => Promise<T>,
  ): Promise<T> {
    if (closed) throw new UnavailableError('the server is shutting down', 1);
    const place = take(tenant) ?? (await waiting.wait(tenant));
    let run;
    try {
      run = (await connectionAt(place)).run(envelope, callback);
    } catch (error) {
      leave(place);
      throw error;
    }
    place.tenants.add(tenant);
    place.uses += 1;
    const { settled } = run;
    running.add(settled);
    void settled.then(() => {
      running.delete(settled);
      leave(place);
    });
    try {
      return await run.result;
    } finally {
      if (running.has(settled)) place.settling = true;
    }
  }

  /**
   * Claims a free place for a tenant: the one that served it last, its home, any connected one, any. When the one
   * that served it last is settling, the tenant waits that fraction of a millisecond: elsewhere it would have to plan
   * its statements anew and make the next tenant do the same.
   */
  function take(tenant: string): Place | null {
    const free = places.filter(({ serving }) => serving === null);
    if (free.length === 1 && isSlow(tenant)) return null;
    const warm = free.find(({ connection, last }) => connection !== null && last === tenant);
    if (warm === undefined && places.some(({ serving, settling }) => settling && serving === tenant)) return null;
    const home = places[homeOf(tenant, places.length)];
    const place =
      warm ??
      free.find((candidate) => candidate === home) ??
      free.find(({ connection }) => connection !== null) ??
      free[0];
    if (place === undefined) return null;
    place.serving = tenant;
    place.since = performance.now();
    return place;
  }

  /** One tenant's slow requests must leave a connection to the others of its lane. */
  function isSlow(tenant: string): boolean {
    const now = performance.now();
    return places.some(({ serving, since }) => serving === tenant && now - since > SLOW_MS);
  }

  async function connectionAt(place: Place): Promise<Connection> {
    if (place.connection?.isUsable() !== true) {
      place.connection = null;
      place.tenants.clear();
      place.uses = 0;
      try {
        place.connection = await openConnection(config);
      } catch (error) {
        const refusal = new UnavailableError('the database cannot be reached', 1, error);
        // With no session left nobody in this lane can be served: better told now than after the wait.
        if (places.every(({ connection }) => connection === null)) waiting.refuseAll(refusal);
        throw refusal;
      }
    }
    return place.connection;
  }

  function leave(place: Place): void {
    const { connection } = place;
    const worn = place.tenants.size >= tenantsPerConnection || place.uses >= usesPerConnection;
    if (connection !== null && (worn || closed || !connection.isUsable())) {
      if (worn) recycled += 1;
      place.connection = null;
      void connection.close();
    }
    place.last = place.connection === null ? null : place.serving;
    place.serving = null;
    place.settling = false;
    waiting.admit(take, () => places.some(({ serving }) => serving === null));
  }
}

function emptyPlace(): Place {
  return { connection: null, serving: null, since: 0, settling: false, last: null, tenants: new Set(), uses: 0 };
}

/** Tenants wait and are served in turn; in the control plane, operators. */
function fairnessKey(envelope: Envelope): string {
  return envelope.tenantId ?? envelope.claims.operatorId;
}

/** FNV-1a over the id: the same place for a tenant in every process and after every restart. */
function homeOf(tenant: string, places: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < tenant.length; index += 1) {
    hash = Math.imul(hash ^ tenant.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % places;
}
