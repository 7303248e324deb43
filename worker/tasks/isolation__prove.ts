/**
 * Proves one tenant's isolation, and signs what came of it. Safe to run twice: an open run is taken over. Quiet when the tenant is closed or has no schema. Payload
 * `{ tenantId, cause }`.
 */
import type { Task } from 'graphile-worker';
import { z } from 'zod';
import type { Prover } from '../../prover/prover.ts';
import type { KeySealer } from '../../server/identity/sealer.ts';
import { attest } from '../evidence.ts';

const payloadShape = z.strictObject({ tenantId: z.string(), cause: z.enum(['migration', 'restore', 'schedule', 'demand']) });

/** @returns the task `isolation__prove` */
export function isolationProve(prover: Prover, sealer: KeySealer): Task {
  return async (payload, helpers) => {
    const { tenantId, cause } = payloadShape.parse(payload);
    const proof = await prover.prove(helpers, tenantId, cause);
    if (proof !== null) await attest(helpers, sealer, proof.id);
    if (proof?.status === 'failed') helpers.logger.error(`the isolation of ${tenantId} is not proven: run ${proof.id} failed`);
  };
}
