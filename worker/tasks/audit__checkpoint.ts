/**
 * Every minute: states how far the chains have come, if they moved; after the first statement the trail is verified for the first time. Safe to run
 * twice. Payload: what cron adds.
 */
import type { Task } from 'graphile-worker';
import { RolledBackError, writeCheckpoint } from '../checkpoints.ts';
import type { ChainTools } from '../checkpoints.ts';

/** @returns the task `audit__checkpoint` */
export function auditCheckpoint(tools: Omit<ChainTools, 'client'>): Task {
  return async (_payload, helpers) => {
    try {
      const number = await helpers.withPgClient(async (client) => await writeCheckpoint({ ...tools, client }));
      if (number !== null) await helpers.query('select audit.order_first_verification()');
    } catch (error) {
      if (!(error instanceof RolledBackError)) throw error;
      // Each minute again, until somebody has settled it: a job that failed would be tried besides.
      helpers.logger.error(error.message);
      await helpers.query('select audit.report_rollback($1, $2)', [error.newest, error.why]);
    }
  };
}
