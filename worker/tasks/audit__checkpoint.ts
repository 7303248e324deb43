/** Every minute: states how far the chains have come, if they moved. Safe to run twice. Payload: what cron adds. */
import type { Task } from 'graphile-worker';
import { writeCheckpoint } from '../checkpoints.ts';
import type { ChainTools } from '../checkpoints.ts';

/** @returns the task `audit__checkpoint` */
export function auditCheckpoint(tools: Omit<ChainTools, 'client'>): Task {
  return async (_payload, helpers) => {
    await helpers.withPgClient(async (client) => await writeCheckpoint({ ...tools, client }));
  };
}
