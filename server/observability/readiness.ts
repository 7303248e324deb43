import { operatorEnvelope } from '../../database/envelope.ts';
import type { Claims } from '../../database/envelope.ts';
import type { Database } from '../../database/lanes.ts';
import { isUnmigrated, wordsOf } from '../../database/patience.ts';

/** The parts a server needs to be of use, and what is said of one that fails. */
export const PARTS = {
  database: 'the database does not answer',
  migrations: 'the database is behind this version: run npm run migrate',
  worker: 'no worker is alive',
  posture: 'the database is open to PUBLIC: run npm run migrate',
} as const;

export type Part = keyof typeof PARTS;

/** @returns the parts that fail; none when the server is ready. Never throws, answers within a second. */
export type Readiness = () => Promise<readonly Part[]>;

/** Well inside the second that a probe may wait (NFR-010). */
const DEADLINE_MS = 800;
/** Probes of several balancers share an answer for this long. */
const FRESH_MS = 500;

const STATE = `select m.behind, w.alive, p.ok as closed
  from platform.migration_status($1::text) m, platform.worker_status() w, platform.database_posture() p`;

const NOBODY: Claims = { tenantId: '', userId: '', role: '', sessionId: '', operatorId: '', serviceId: '', requestId: '' };

interface StateRow {
  readonly behind: boolean;
  readonly alive: boolean;
  readonly closed: boolean;
}

/** Makes the check, through the operators' pool: it is ready only if what operators need is. */
export function createReadiness(options: {
  readonly database: Database;
  readonly prefix: string;
  /** Name of the newest migration this code needs. */
  readonly newest: string;
  /** Hears why the check itself failed, in one line: probes ask every second. */
  readonly onError: (reason: string) => void;
}): Readiness {
  const { database, prefix, newest, onError } = options;
  let shared: { readonly answer: Promise<readonly Part[]>; readonly at: number } | null = null;

  async function look(): Promise<readonly Part[]> {
    // The role with the fewest rights of those that may ask.
    const envelope = operatorEnvelope('tenantry_developer', prefix, NOBODY, 'read', DEADLINE_MS);
    const deadline = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      deadline.reject(new Error('the database did not answer in time'));
    }, DEADLINE_MS);
    try {
      const asked = database.withClient(envelope, (client) => client.query<StateRow>({ text: STATE, values: [newest] }));
      // After the deadline nobody waits for the answer any more.
      asked.catch(() => undefined);
      const { rows } = await Promise.race([asked, deadline.promise]);
      const [state] = rows;
      if (state === undefined) return ['database'];
      return [
        ...(state.behind ? (['migrations'] as const) : []),
        ...(state.alive ? [] : (['worker'] as const)),
        ...(state.closed ? [] : (['posture'] as const)),
      ];
    } catch (error) {
      onError(wordsOf(error));
      return [isUnmigrated(error) ? 'migrations' : 'database'];
    } finally {
      clearTimeout(timer);
    }
  }

  return () => {
    const now = performance.now();
    if (shared === null || now - shared.at > FRESH_MS) shared = { answer: look(), at: now };
    return shared.answer;
  };
}
