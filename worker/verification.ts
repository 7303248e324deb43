/**
 * Verifies the trail as `npm run audit:verify` does, by this release's own functions and against the copy outside, and keeps the verdict where every status
 * reads it. The login for maintenance may take the owner's role; the connection is there for as long as it takes.
 */
import pg from 'pg';
import type { LoginConfig } from '../database/logins.ts';
import { stopStatementLog } from '../database/statement-log.ts';
import type { OutsideCopy } from '../server/audit/outside.ts';
import { verifyTrail } from '../server/audit/verification.ts';
import type { TrailVerdict } from '../server/audit/verification.ts';

/** What a worker verifies with. */
export interface VerificationTools {
  /** `tenantry_maintenance`. */
  readonly login: LoginConfig;
  /** The role that owns the trail. */
  readonly owner: string;
  /** null: what the database says of itself is all there is */
  readonly outside: OutsideCopy | null;
}

/** The worker's own session. */
interface Database {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** What is to be verified. */
export interface VerificationOrder {
  /** Of a verification that was asked for; null: nobody did. */
  readonly id: string | null;
  /** null: all */
  readonly chain: string | null;
  /** Begin with the checkpoints of the last days; all are compared where those find something, so that the first bad event is named. */
  readonly lately: boolean;
}

/** A finding of the last verification of all chains, or of one since. */
const FOUND = `select from audit.verifications v
  where (v.flaws <> '{}' or v.broken <> '{}')
    and v.finished_at >= coalesce((select max(w.finished_at) from audit.verifications w where w.chain is null), '-infinity')
  limit 1`;

/** Makes it. One at a time: there is one connection for maintenance. */
export function createVerification({ login, owner, outside }: VerificationTools): (database: Database, order: VerificationOrder) => Promise<TrailVerdict> {
  let before: Promise<unknown> = Promise.resolve();

  return async (database, order) => {
    const verdict = before.then(async () => await verify(order));
    before = verdict.catch(() => undefined);
    await note(database, order, await verdict);
    return await verdict;
  };

  async function verify({ chain, lately: wanted }: VerificationOrder): Promise<TrailVerdict> {
    const client = new pg.Client({ ...login, application_name: 'tenantry verification' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await stopStatementLog(client, login.statementLogKey);
      await client.query(`set role ${pg.escapeIdentifier(owner)}`);
      // What only a comparison with everything found, only another one can say is over.
      const lately = wanted && (await client.query(FOUND)).rows.length === 0;
      const verdict = await verifyTrail(client, { chain, outside, lately });
      return verdict.ok || verdict.whole ? verdict : await verifyTrail(client, { chain, outside });
    } finally {
      await client.end();
    }
  }

  async function note(database: Database, { id, chain }: VerificationOrder, { chains, flaws, statements, newest, whole }: TrailVerdict): Promise<void> {
    await database.query('select from audit.note_verdicts($1, $2, $3)', [
      id, chain, JSON.stringify({ chains, flaws, statements, newest: newest?.number ?? null, whole, outside: outside !== null }),
    ]);
  }
}

/** A flawed verdict in one line; null if there is no flaw. */
export function flawsInWords({ ok, chains, flaws }: TrailVerdict): string | null {
  if (ok) return null;
  const broken = chains.flatMap(({ chain, firstBad, flaw }) => (firstBad === null ? [] : [`${chain === '' ? 'platform' : chain}, event ${firstBad}: ${flaw}`]));
  return `the audit trail does not hold: ${[...flaws, ...broken].join('; ')}`;
}
