/**
 * Every night: makes the partitions of the coming months, removes those whose time is over, verifies all chains. Safe to run twice. Payload: what
 * cron adds. It fails when a chain does not hold, so that it shows among the failed jobs as well.
 */
import type { Task } from 'graphile-worker';
import { cutExpired } from '../checkpoints.ts';
import type { ChainTools } from '../checkpoints.ts';

/** @returns the task `audit__tend` */
export function auditTend(tools: Omit<ChainTools, 'client'>): Task {
  return async (_payload, helpers) => {
    await helpers.query('select audit.ensure_partitions()');
    const gone = await helpers.withPgClient(async (client) => await cutExpired({ ...tools, client }));
    for (const partition of gone) helpers.logger.info(`the time of ${partition} was over: removed, and said so in a signed statement`);
    const { rows } = await helpers.query<{ chain: string; first_bad: string; flaw: string }>('select chain, first_bad, flaw from audit.note_verdicts()');
    if (rows.length > 0) {
      throw new Error(`the audit trail does not hold: ${rows.map(({ chain, first_bad: seq, flaw }) => `${chain === '' ? 'platform' : chain}, event ${seq}: ${flaw}`).join('; ')}`);
    }
  };
}
