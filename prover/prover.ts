/**
 * Proves a tenant's isolation: posture in the database, attempts over the tenant's own lane, the result on the run. The prover logs in as lanes
 * do and holds no right that a tenant's request lacks.
 */
import type { ControlPlaneDifference, ControlPlaneManifest } from '../database/manifest.ts';
import { differencesFrom } from '../database/manifest.ts';
import type { DatabaseEndpoint } from '../database/logins.ts';
import { laneRole, loginConfig } from '../database/logins.ts';
import { attempt } from './session.ts';
import type { Attempted } from './session.ts';
import { subjectShape } from './subject.ts';

/** Logins to lanes that a prover holds at once, at most: part of the worker's connections. */
export const PROVER_CONNECTIONS = 2;

/** What asks for a proof. `migration` and `restore` have their place here; nothing asks with them yet. */
export type Cause = 'provision' | 'migration' | 'restore' | 'schedule' | 'demand';

/** A session that may begin and end runs: `tenantry_worker`'s or the owner's. */
export interface Control {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** A run that is over. */
export interface Proof {
  readonly id: string;
  readonly status: 'passed' | 'failed';
  readonly posture_checks: number;
  readonly posture_failures: number;
  readonly posture_ms: string;
  readonly attempts: number;
  readonly attempt_failures: number;
  readonly attempts_ms: string | null;
  readonly broken: string | null;
}

export interface Prover {
  /**
   * Proves a tenant now. Null when there is nothing to prove: it has no schema, is closed, or was closed meanwhile.
   * @throws what pg throws when the lane can't be reached; the run stays open, and the next call takes it over
   */
  prove(control: Control, tenantId: string, cause: Cause): Promise<Proof | null>;
}

export interface ProverOptions {
  readonly endpoint: DatabaseEndpoint;
  readonly prefix: string;
  readonly masterKey: Buffer;
  /** What the control plane has to be, by this release. Without it the database's own word is taken. */
  readonly manifest?: ControlPlaneManifest | null;
  /** The newest migration of this release, as `newestMigration` says; absent: a database that differs is no other release's. */
  readonly newest?: string;
  /** How long a prover goes on beside a database that a newer release has migrated, in milliseconds. */
  readonly outdatedMs?: number;
}

/** The kind of a comparison with the release's list: a check of the posture, made from here. */
const RELEASED = 'control-plane-release';

/** Workers are replaced by those of a newer release within this, in milliseconds. */
const OUTDATED_MS = 15 * 60_000;

/** How long the control plane, which is every tenant's, is taken for what it was, in milliseconds. */
const CONTROL_PLANE_MS = 60_000;

const BEGIN = 'select platform_private.begin_isolation_run($1, $2) as id';
const SUBJECT = 'select platform_private.isolation_subject($1) as subject';
const CURRENT = 'select m.current from platform.migration_status($1) m';
const END = `select id, status, posture_checks, posture_failures, posture_ms, attempts, attempt_failures, attempts_ms, broken
  from platform_private.end_isolation_run($1, $2)`;

/** Makes a prover. It connects when it has something to do, and stays connected to nothing. */
export function createProver({ endpoint, prefix, masterKey, manifest = null, newest, outdatedMs = OUTDATED_MS }: ProverOptions): Prover {
  let free = PROVER_CONNECTIONS;
  let compared: { readonly at: number; readonly differences: readonly ControlPlaneDifference[] } | null = null;
  /** Since when the database is known to be of a newer release. */
  let outdatedSince: number | null = null;
  const waiting: (() => void)[] = [];

  return {
    async prove(control, tenantId, cause) {
      const [run] = (await control.query(BEGIN, [tenantId, cause])).rows as readonly { id: string | null }[];
      if (run === undefined || run.id === null) return null;
      const { id } = run;
      const [found] = (await control.query(SUBJECT, [id])).rows as readonly { subject: unknown }[];
      if (found === undefined || found.subject === null) return null;
      const subject = subjectShape.parse(found.subject);
      const result = await inTurn(async () => await attempt(loginConfig(endpoint, laneRole(prefix, subject.tenant.lane), masterKey), subject, prefix));
      const [proof] = (await control.query(END, [id, JSON.stringify(cause === 'provision' ? result : await withControlPlane(control, result))])).rows as readonly Proof[];
      return proof === undefined || proof.id === null ? null : proof;
    },
  };

  /**
   * The functions that make the posture could have been replaced, and the list they compare with rewritten: what the control plane is, is asked from
   * here, and counts among the posture. A new tenant's proof goes without: those of the tenants beside it find the same within minutes.
   */
  async function withControlPlane(control: Control, result: Attempted): Promise<Attempted & { readonly posture?: Pick<Attempted, 'checks' | 'failures'> }> {
    if (manifest === null) return result;
    if (compared === null || compared.differences.length > 0 || performance.now() - compared.at > CONTROL_PLANE_MS) {
      compared = { at: performance.now(), differences: await differencesFrom(manifest, control, prefix) };
    }
    const { differences } = compared;
    const other = differences.length === 0 || newest === undefined ? 0 : await ageOf(control, newest);
    if (differences.length === 0) outdatedSince = null;
    // A worker that was replaced before the database was migrated: nobody reached anything, and no tenant is suspended for it.
    else if (other < 0) return { ...result, broken: result.broken ?? 'the database was migrated by an older release than the prover is of: run npm run migrate' };
    else if (other > 0) {
      outdatedSince ??= performance.now();
      if (performance.now() - outdatedSince < outdatedMs) return result;
      return { ...result, broken: result.broken ?? 'the database was migrated by a newer release than the prover is of, which can\'t say what has to be there: replace the worker' };
    }
    const failures = differences.map(({ object, seen }) => ({ kind: RELEASED, target: object, expected: 'as released', seen }));
    return { ...result, posture: { checks: [{ kind: RELEASED, tried: manifest.size, failed: failures.length }], failures } };
  }

  /** Above 0 if the database is of a newer release than this one, below if of an older. */
  async function ageOf(control: Control, than: string): Promise<number> {
    const [row] = (await control.query(CURRENT, [than])).rows as readonly { current: string | null }[];
    // A file's name says more than the database keeps of it: they begin with the same number.
    return Number.parseInt(row?.current ?? '0', 10) - Number.parseInt(than, 10);
  }

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  }
}
