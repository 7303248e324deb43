/**
 * Verifies the chain that somebody asked for, or all, against all checkpoints outside. Safe to run twice; quiet when it is over already. Payload
 * `{ verificationId }`.
 */
import type { Task } from 'graphile-worker';
import { z } from 'zod';
import { flawsInWords } from '../verification.ts';
import type { createVerification } from '../verification.ts';

const payloadShape = z.strictObject({ verificationId: z.guid() });

/** @returns the task `audit__verify` */
export function auditVerify(verify: ReturnType<typeof createVerification>): Task {
  return async (payload, helpers) => {
    const { verificationId: id } = payloadShape.parse(payload);
    const { rows } = await helpers.query<{ chain: string | null }>('select chain from audit.verification_asked($1)', [id]);
    const [asked] = rows;
    if (asked === undefined) return;
    const flaws = flawsInWords(await verify(helpers, { id, chain: asked.chain, lately: false }));
    if (flaws !== null) helpers.logger.error(flaws);
  };
}
