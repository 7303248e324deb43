import type { DatabaseStats } from '../../database/lanes.ts';
import type { Part, Readiness } from './readiness.ts';

/** Connections of a lane, or of the operators' pool. */
export interface PoolHealth {
  /** Empty for the operators' pool. */
  readonly lane: number | null;
  readonly open: number;
  readonly busy: number;
  readonly waiting: number;
}

/** What this server knows of itself. */
export interface ServerHealth {
  readonly version: string;
  readonly startedAt: string;
  readonly memoryBytes: number;
  /** Whether it hears of changes at once. */
  readonly listening: boolean;
  /** SUPPORT_CONTACT: whom to ask for help. */
  readonly supportContact: string | null;
  /** The parts that fail; none when it is ready. */
  readonly failing: readonly Part[];
  readonly pools: readonly PoolHealth[];
}

/** Looks at the server now. */
export type Health = () => Promise<ServerHealth>;

/** Makes the look: the same readiness that balancers ask, the same pools that metrics show. */
export function createHealth(options: {
  readonly version: string;
  readonly readiness: Readiness;
  readonly stats: () => DatabaseStats;
  readonly isListening: () => boolean;
  readonly supportContact: string | null;
}): Health {
  const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();
  return async () => {
    const failing = await options.readiness();
    const { operators, lanes } = options.stats();
    const pools = [operators, ...lanes].map(({ open, busy, waiting }, place) => ({ lane: place === 0 ? null : place - 1, open, busy, waiting }));
    const { version, supportContact } = options;
    return { version, startedAt, memoryBytes: process.memoryUsage.rss(), listening: options.isListening(), supportContact, failing, pools };
  };
}
