/** Signs a bundle of evidence that somebody waits for. Safe to run twice. Payload `{ bundleId }`. */
import type { Task } from 'graphile-worker';
import { z } from 'zod';
import type { KeySealer } from '../../server/identity/sealer.ts';
import { signEvidence } from '../evidence.ts';

const payloadShape = z.strictObject({ bundleId: z.guid() });

/** @returns the task `evidence__sign` */
export function evidenceSign(sealer: KeySealer): Task {
  return async (payload, helpers) => {
    await signEvidence(helpers, sealer, payloadShape.parse(payload).bundleId);
  };
}
