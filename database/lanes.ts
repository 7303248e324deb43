import type { Envelope } from './envelope.ts';
import { createLane } from './lane.ts';
import type { Lane, LaneLimits, LaneStats } from './lane.ts';
import { fixedRole, laneRole, loginConfig } from './logins.ts';
import type { DatabaseEndpoint } from './logins.ts';
import type { ScopedClient } from './scope.ts';
import { terminateLogin } from './terminate.ts';

export interface LanesOptions {
  readonly endpoint: DatabaseEndpoint;
  readonly masterKey: Buffer;
  readonly prefix: string;
  /** How many lanes the installation has; a tenant's is stored on its row. */
  readonly lanes: number;
  readonly lane: LaneLimits;
  /** The operators' pool: login `tenantry_api`, apart from every lane. */
  readonly operators: LaneLimits;
}

export interface DatabaseStats {
  readonly operators: LaneStats;
  readonly lanes: readonly LaneStats[];
}

/** The one way from the server to the data: every statement runs inside an envelope. */
export interface Database {
  /**
   * Runs the callback inside the envelope's transaction, on a connection of the envelope's lane. A read's answer does
   * not wait for its COMMIT; a write's does, and fails with CommitError unless PostgreSQL says COMMIT.
   * @throws EnvelopeError, UnavailableError, ConnectionLostError, CommitError, or what the callback threw (PostgreSQL's errors as pg gives them)
   */
  withClient<T>(envelope: Envelope, callback: (client: ScopedClient) => Promise<T>): Promise<T>;
  /** Ends what this server is doing for a tenant, after its suspension. @returns the number of backends ended */
  terminateTenant(tenantId: string): Promise<number>;
  /** Ends every session of a lane's login, after its gate was shut, if it still is: this server's, other servers', and anybody else's. @returns the number of backends ended */
  terminateLane(lane: number, isShut: () => Promise<boolean>): Promise<number>;
  stats(): DatabaseStats;
  close(): Promise<void>;
}

/** Makes the lanes and the operators' pool. Connects to nothing yet. */
export function createLanes(options: LanesOptions): Database {
  const { endpoint, masterKey, prefix } = options;
  const lanes: readonly Lane[] = Array.from({ length: options.lanes }, (_, lane) =>
    createLane(loginConfig(endpoint, laneRole(prefix, lane), masterKey), options.lane),
  );
  const operators = createLane(loginConfig(endpoint, fixedRole(prefix, 'tenantry_api'), masterKey), options.operators);

  return {
    withClient: async (envelope, callback) => await laneOf(envelope).withClient(envelope, callback),

    async terminateTenant(tenantId) {
      const ended = await Promise.all(lanes.map((lane) => lane.terminate(tenantId)));
      return ended.reduce((sum, count) => sum + count, 0);
    },

    async terminateLane(lane, isShut) {
      const ours = (await lanes[lane]?.terminate(null)) ?? 0;
      return ours + (await terminateLogin(loginConfig(endpoint, laneRole(prefix, lane), masterKey), isShut)).ended;
    },

    stats: () => ({ operators: operators.stats(), lanes: lanes.map((lane) => lane.stats()) }),

    async close() {
      await Promise.all([operators, ...lanes].map((lane) => lane.close()));
    },
  };

  function laneOf(envelope: Envelope): Lane {
    if (envelope.lane === null) return operators;
    const lane = lanes[envelope.lane];
    if (lane === undefined) throw new RangeError(`lane ${envelope.lane} is beyond this installation's`);
    return lane;
  }
}
