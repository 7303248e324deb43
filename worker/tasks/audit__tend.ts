/**
 * Every night: makes the partitions of the coming months, removes those whose time is over, verifies all chains against the copy outside: against the
 * checkpoints of the last days, and on Sundays (UTC) against all there are. Safe to run twice. Payload: what cron adds. It fails when the trail does not
 * hold, so that it shows among the failed jobs as well.
 */
import type { Task } from 'graphile-worker';
import { cutExpired } from '../checkpoints.ts';
import type { ChainTools } from '../checkpoints.ts';
import { flawsInWords } from '../verification.ts';
import type { createVerification } from '../verification.ts';

/** @returns the task `audit__tend` */
export function auditTend(tools: Omit<ChainTools, 'client'>, verify: ReturnType<typeof createVerification>): Task {
  return async (_payload, helpers) => {
    await helpers.query('select audit.ensure_partitions()');
    const gone = await helpers.withPgClient(async (client) => await cutExpired({ ...tools, client }));
    for (const partition of gone) helpers.logger.info(`the time of ${partition} was over: removed, and said so in a signed statement`);
    const flaws = flawsInWords(await verify(helpers, { id: null, chain: null, lately: new Date().getUTCDay() !== 0 }));
    if (flaws !== null) throw new Error(flaws);
  };
}
