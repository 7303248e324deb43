/** How many connections Tenantry needs, computed before any is opened. */
import { counted } from '../config/counted.ts';

/** Connections of each pool in one server process, lanes aside: the pools take their size from here. */
export const POOL_SIZES = {
  /** `tenantry_auth`: sign-in, keys and the registry. */
  auth: 2,
  /** `tenantry_api`: the control plane. */
  operators: 3,
  /** `tenantry_api`, listening. */
  listener: 1,
  /** `tenantry_audit`: the server's part of the trail. */
  audit: 1,
  /** `tenantry_blueprint`, at start only: introspection. */
  blueprint: 1,
} as const;

/** Connections of the worker: its job pool of seven with two listeners in it, the announcing one, one each for maintenance and statistics, and two to lanes, for proofs. */
export const WORKER_CONNECTIONS = 12;

export interface BudgetShape {
  readonly lanes: number;
  readonly laneConnections: number;
  readonly serverProcesses: number;
}

export interface Budget {
  readonly needed: number;
  /** The sum in words, for whoever has to change one of its parts. */
  readonly arithmetic: string;
}

/** Adds up what all server processes and one worker may have open at once. */
export function connectionBudget({ lanes, laneConnections, serverProcesses }: BudgetShape): Budget {
  const { auth, operators, listener, audit, blueprint } = POOL_SIZES;
  const perServer = lanes * laneConnections + auth + operators + listener + audit + blueprint;
  const needed = serverProcesses * perServer + WORKER_CONNECTIONS;
  return {
    needed,
    arithmetic:
      `${counted(serverProcesses, 'server process', 'server processes')} × (${counted(lanes, 'lane')} × ${laneConnections} + ${auth} sign-in + ${operators} operators + ` +
      `${listener} listener + ${audit} audit + ${blueprint} blueprint = ${perServer}) + ${WORKER_CONNECTIONS} worker = ${needed}`,
  };
}

export interface ServerLimits {
  readonly maxConnections: number;
  /** `superuser_reserved_connections`, and from PostgreSQL 16 on `reserved_connections`. */
  readonly reserved: number;
}

/** What is wrong with a budget, with its arithmetic and its remedies; null if it fits. */
export function budgetShortfall(shape: BudgetShape, { maxConnections, reserved }: ServerLimits): string | null {
  const { needed, arithmetic } = connectionBudget(shape);
  const available = maxConnections - reserved;
  if (needed <= available) return null;
  return (
    `The connection budget does not fit: ${arithmetic}, but PostgreSQL gives ${available} ` +
    `(max_connections ${maxConnections} − ${reserved} reserved). Raise max_connections, or lower LANE_CONNECTIONS, ` +
    `SERVER_PROCESSES or LANES.`
  );
}
