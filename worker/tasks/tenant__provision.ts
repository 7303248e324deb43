/**
 * Brings a tenant up: schema and role (one transaction in the database), then its signing keys, then the proof of its isolation and its attestation, then
 * readiness and, if asked, activation, which a failed proof refuses. Safe to run twice, and to die at any point: each step finds out whether it has been done.
 */
import { performance } from 'node:perf_hooks';
import type { Task } from 'graphile-worker';
import { z } from 'zod';
import type { Prover } from '../../prover/prover.ts';
import { completeKeys } from '../../server/identity/keys.ts';
import type { KeySealer } from '../../server/identity/sealer.ts';
import { attest } from '../evidence.ts';

const payloadShape = z.strictObject({ tenantId: z.string() });

/** The tenant is gone or no longer provisioning: somebody was faster, there is nothing to do. */
const stale = new Set(['TN003', 'TN004']);

/** @returns the task `tenant__provision`; payload `{ tenantId }` */
export function tenantProvision(sealer: KeySealer, prover: Prover): Task {
  return async (payload, helpers) => {
    const { tenantId } = payloadShape.parse(payload);
    let step = 'schema';
    try {
      const built = await helpers.query<{ status: string; failed_step: string | null; sqlstate: string | null }>(
        'select status, failed_step, sqlstate from platform.provision_tenant($1)',
        [tenantId],
      );
      const run = built.rows[0];
      if (run?.status === 'failed') {
        helpers.logger.error(`provisioning of ${tenantId} failed in step ${run.failed_step} (${run.sqlstate})`);
        return;
      }
      step = 'keys';
      const started = performance.now();
      await completeKeys(helpers, sealer, tenantId);
      const keysMs = Math.round((performance.now() - started) * 10) / 10;
      step = 'proof';
      const proof = await prover.prove(helpers, tenantId, 'provision');
      if (proof !== null) await attest(helpers, sealer, proof.id);
      step = 'activation';
      await helpers.query('select platform_private.finish_provisioning($1, $2)', [tenantId, keysMs]);
    } catch (error) {
      const sqlstate = sqlstateOf(error);
      if (stale.has(sqlstate)) return;
      const final = sqlstate.startsWith('TN') || helpers.job.attempts >= helpers.job.max_attempts;
      if (!final) throw error;
      await helpers.query('select platform_private.abandon_provisioning($1, $2, $3, $4)', [
        tenantId,
        step,
        sqlstate,
        error instanceof Error ? error.message : String(error),
      ]);
    }
  };
}

/** The five characters of a database error; XX000 (internal error) for anything else. */
function sqlstateOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : 'XX000';
}
