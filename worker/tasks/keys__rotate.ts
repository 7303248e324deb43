/**
 * Makes the signing keys that a tenant or the platform lacks: the next one after a rotation, both after a revocation. The states
 * themselves changed in the transaction that ordered this. Safe to run twice.
 */
import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { sqlstateOf } from '../../database/failures.ts';
import { completeKeys } from '../../server/identity/keys.ts';
import type { KeySealer } from '../../server/identity/sealer.ts';

const payloadShape = z.strictObject({ tenantId: z.string().nullable() });

/** The tenant is gone, or never came to be: it needs no keys. */
const stale = new Set<string | null>(['TN003', 'TN004']);

/** @returns the task `keys__rotate`; payload `{ tenantId }`, null for the platform */
export function keysRotate(sealer: KeySealer): Task {
  return async (payload, helpers) => {
    const { tenantId } = payloadShape.parse(payload);
    try {
      await completeKeys(helpers, sealer, tenantId);
    } catch (error) {
      if (!stale.has(sqlstateOf(error))) throw error;
    }
  };
}
